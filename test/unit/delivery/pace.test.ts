import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pacing, room, spend, waitMs } from '../../../src/shared/delivery/pace.ts';
import type { Rate } from '../../../src/shared/release/newsroom/sending-limits.ts';

const MINUTE = 60_000;
const rates = fc.record({ letters: fc.integer({ min: 1, max: 5_000 }), perMs: fc.constantFrom(MINUTE, 60 * MINUTE, 24 * 60 * MINUTE) });

/** A scope whose letters somebody asks for at these moments, as many as there are; gives when each left. */
function leave(rate: Rate, asked: readonly { afterMs: number; letters: number }[]): number[] {
  let now = 0;
  let freeAt = 0;
  return asked.flatMap(({ afterMs, letters }) => {
    now += afterMs;
    const taken = Math.min(letters, room(rate, freeAt - now));
    if (taken > 0) freeAt = now + spend(rate, freeAt - now, taken);
    return Array.from({ length: taken }, () => now);
  });
}

function mostWithin(times: readonly number[], spanMs: number): number {
  let from = 0;
  return Math.max(
    0,
    ...times.map((time, index) => {
      while (times[from]! <= time - spanMs) from += 1;
      return index - from + 1;
    }),
  );
}

describe('a limit of letters', () => {
  it('is never passed in any span of its length, whoever asks when and for how many', () => {
    fc.assert(
      fc.property(
        rates,
        fc.array(fc.record({ share: fc.double({ min: 0, max: 0.3, noNaN: true }), letters: fc.integer({ min: 1, max: 300 }) }), {
          maxLength: 200,
        }),
        (rate, asked) => {
          const times = leave(
            rate,
            asked.map(({ share, letters }) => ({ afterMs: share * rate.perMs, letters })),
          );
          expect(mostWithin(times, rate.perMs)).toBeLessThanOrEqual(rate.letters);
        },
      ),
    );
  });

  it('starves nobody: after the wait it names there is room, and all but a twentieth of the limit is used', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 2_000 }), (rate, letters) => {
        let free = 0;
        let now = 0;
        for (let sent = 0; sent < letters; ) {
          const taken = Math.min(letters - sent, room(rate, free - now));
          free = now + spend(rate, free - now, taken);
          sent += taken;
          const wait = waitMs(rate, free - now, 1);
          expect(room(rate, free - now - wait)).toBeGreaterThanOrEqual(1);
          if (sent < letters) now += wait;
        }
        const { burst, gapMs } = pacing(rate);
        expect(now).toBeLessThanOrEqual(Math.max(0, letters - burst) * gapMs + 1);
        expect(gapMs).toBeLessThanOrEqual((rate.perMs / rate.letters) * 1.06);
      }),
    );
  });

  it('lets one letter leave at a time when there are few, and a twentieth when there are many', () => {
    expect(pacing({ letters: 20, perMs: MINUTE })).toEqual({ burst: 1, gapMs: 3_000 });
    expect(pacing({ letters: 3_000, perMs: MINUTE }).burst).toBe(150);
    expect(pacing({ letters: 1, perMs: MINUTE })).toEqual({ burst: 1, gapMs: MINUTE });
  });

  it('that was raised is not waited for as the old one was', () => {
    const dayLater = spend({ letters: 1, perMs: 24 * 60 * MINUTE }, 0, 1);
    expect(waitMs({ letters: 600, perMs: MINUTE }, dayLater, 1)).toBeLessThanOrEqual(MINUTE / 500);
  });
});
