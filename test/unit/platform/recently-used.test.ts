import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentlyUsed } from '../../../src/shared/platform/recently-used.ts';

const found = <Value>(kept: RecentlyUsed<Value>, names: string) => [...names].filter((name) => kept.find(name) !== undefined).join('');

test('a value is found under its name, in the place of an older one', () => {
  const kept = new RecentlyUsed<string>(2);
  expect(kept.find('a')).toBeUndefined();
  kept.keep('a', 'first');
  kept.keep('a', 'second');
  expect([kept.find('a'), kept.size]).toEqual(['second', 1]);
});

test('when there is no more room, what was used longest ago goes; finding is a use', () => {
  const kept = new RecentlyUsed<string>(3);
  for (const name of 'abc') kept.keep(name, name);
  kept.find('a');
  kept.keep('d', 'd');
  expect(found(kept, 'abcd')).toBe('acd');
});

test('room is counted by size, and as many go as it takes', () => {
  const kept = new RecentlyUsed<Buffer>(100, ({ length }) => length);
  for (const name of 'abc') kept.keep(name, Buffer.alloc(30));
  kept.keep('d', Buffer.alloc(50));
  expect([found(kept, 'abcd'), kept.size]).toEqual(['cd', 80]);
});

test('one that is larger than all the room is not kept, and drives nothing out', () => {
  const kept = new RecentlyUsed<Buffer>(100, ({ length }) => length);
  kept.keep('a', Buffer.alloc(50));
  kept.keep('b', Buffer.alloc(50));
  kept.keep('b', Buffer.alloc(101));
  expect([found(kept, 'ab'), kept.size]).toEqual(['a', 50]);
});

test('a value that has grown is kept again with its new size', () => {
  const kept = new RecentlyUsed<{ bytes: number }>(100, ({ bytes }) => bytes);
  const growing = { bytes: 40 };
  kept.keep('a', growing);
  kept.keep('b', { bytes: 40 });
  growing.bytes += 40;
  kept.keep('a', growing);
  expect([found(kept, 'ab'), kept.size]).toEqual(['a', 80]);
});

test('what is forgotten gives its room back, one by one or all at once', () => {
  const kept = new RecentlyUsed<string>(10);
  for (const name of 'abc') kept.keep(name, name);
  kept.forget('a');
  kept.forget('a');
  expect([found(kept, 'abc'), kept.size]).toEqual(['bc', 2]);
  kept.clear();
  expect([found(kept, 'abc'), kept.size]).toEqual(['', 0]);
});

test('whatever is kept, found and forgotten, the size is that of what is found, and never above the room', () => {
  const step = fc.record({ does: fc.constantFrom('keep', 'find', 'forget'), name: fc.constantFrom(...'abcdef'), size: fc.nat(60) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const kept = new RecentlyUsed<number>(100, (size) => size);
      for (const { does, name, size } of steps) {
        if (does === 'keep') kept.keep(name, size);
        else if (does === 'find') kept.find(name);
        else kept.forget(name);
        expect(kept.size).toBeLessThanOrEqual(100);
      }
      expect([...'abcdef'].reduce((sum, name) => sum + (kept.find(name) ?? 0), 0)).toBe(kept.size);
    }),
  );
});
