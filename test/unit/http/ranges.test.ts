import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRange } from '../../../src/producers/http/serving/ranges.ts';

const file = { size: 1_000, etag: '"abc"' };
const read = (range: string | undefined, ifRange?: string) => readRange({ range, ifRange }, file);

it.each([
  ['bytes=0-499', 0, 499],
  ['bytes=500-', 500, 999],
  ['bytes=-200', 800, 999],
  ['bytes=-5000', 0, 999],
  ['bytes=900-5000', 900, 999],
  ['Bytes = 0 - 0', 0, 0],
])('%s asks for a part', (range, start, end) => {
  expect(read(range)).toEqual({ kind: 'part', start, end });
});

it.each([undefined, '', 'bytes=', 'bytes=-', 'bytes=5-2', 'bytes=0-1,5-9', 'items=0-5', 'bytes=a-b', 'bytes=0-99999999999999999999'])(
  '%s is answered with the whole file',
  (range) => {
    expect(read(range)).toEqual({ kind: 'whole' });
  },
);

it.each(['bytes=1000-', 'bytes=1000-1001', 'bytes=-0'])('%s lies beyond the file', (range) => {
  expect(read(range)).toEqual({ kind: 'beyond' });
});

it('If-Range gives a part only of the very bytes it names', () => {
  expect(read('bytes=0-9', '"abc"')).toMatchObject({ kind: 'part' });
  for (const other of ['"abd"', 'W/"abc"', 'Sat, 21 Nov 2026 10:00:00 GMT']) expect(read('bytes=0-9', other)).toEqual({ kind: 'whole' });
});

it('a part always lies within the file', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2_000 }),
      fc.option(fc.nat(3_000), { nil: '' }),
      fc.option(fc.nat(3_000), { nil: '' }),
      (size, first, last) => {
        const part = readRange({ range: `bytes=${first}-${last}`, ifRange: undefined }, { size, etag: '"x"' });
        if (part.kind !== 'part') return;
        expect(part.start).toBeGreaterThanOrEqual(0);
        expect(part.end).toBeGreaterThanOrEqual(part.start);
        expect(part.end).toBeLessThan(size);
      },
    ),
  );
});
