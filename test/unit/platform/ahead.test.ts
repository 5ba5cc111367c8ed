import { expect, test } from 'vitest';
import { ahead } from '../../../src/shared/platform/ahead.ts';

test('gives what was made in the order of the items, the next ones being under way already', async () => {
  const begun: number[] = [];
  const finish = new Map<number, () => void>();
  const made = ahead([1, 2, 3, 4], 2, (item) => {
    begun.push(item);
    return new Promise<string>((resolve) => finish.set(item, () => resolve(`made ${item}`)));
  });
  const first = made.next();
  await expect.poll(() => begun).toEqual([1, 2, 3]);
  // The last is ready first and waits for its turn.
  for (const item of [3, 2, 1]) finish.get(item)!();
  expect((await first).value).toBe('made 1');
  const rest: string[] = [];
  const reading = (async () => {
    for await (const item of made) rest.push(item);
  })();
  await expect.poll(() => begun).toEqual([1, 2, 3, 4]);
  finish.get(4)!();
  await reading;
  expect(rest).toEqual(['made 2', 'made 3', 'made 4']);
});

test('a failure is thrown when its turn comes, and not before', async () => {
  const made = ahead([1, 2, 3], 2, async (item) => {
    if (item === 2) throw new Error('the second cannot be made');
    return item;
  });
  expect((await made.next()).value).toBe(1);
  await expect(made.next()).rejects.toThrow('the second cannot be made');
});

test('nothing is made of nothing', async () => {
  expect(await Array.fromAsync(ahead([], 3, async () => 'never'))).toEqual([]);
});
