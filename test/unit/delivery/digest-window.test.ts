import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DigestTimes, nextWindow } from '../../../src/shared/delivery/digest-window.ts';
import { localDay } from '../../../src/shared/release/dates.ts';

const times = (timezone: string, daily = '07:00', weekday = 1): DigestTimes => ({
  timezone,
  digests: { daily, weekly: { weekday, time: daily } },
});
const STOCKHOLM = times('Europe/Stockholm');

/** The windows after a moment, one after the other. */
function windows(frequency: 'daily' | 'weekly', after: string, at: DigestTimes, count: number): string[] {
  const found: Date[] = [];
  for (let last = new Date(after); found.length < count; found.push(last)) last = nextWindow(frequency, last, at);
  return found.map((date) => date.toISOString());
}

describe('the window of digests', () => {
  it('is the next seven o’clock, and the one after it for what is published at that very moment', () => {
    expect(nextWindow('daily', new Date('2026-11-22T05:59:59.999Z'), STOCKHOLM)).toEqual(new Date('2026-11-22T06:00Z'));
    expect(nextWindow('daily', new Date('2026-11-22T06:00Z'), STOCKHOLM)).toEqual(new Date('2026-11-23T06:00Z'));
    expect(nextWindow('weekly', new Date('2026-11-22T12:00Z'), STOCKHOLM)).toEqual(new Date('2026-11-23T06:00Z'));
    expect(nextWindow('weekly', new Date('2026-11-23T06:00Z'), STOCKHOLM)).toEqual(new Date('2026-11-30T06:00Z'));
    expect(nextWindow('at-once', new Date('2026-11-23T06:00Z'), STOCKHOLM)).toEqual(new Date('2026-11-23T06:00Z'));
  });

  it('keeps to the clock on the wall when summer time begins and ends', () => {
    expect(windows('daily', '2026-03-28T00:00Z', STOCKHOLM, 3)).toEqual([
      '2026-03-28T06:00:00.000Z',
      '2026-03-29T05:00:00.000Z',
      '2026-03-30T05:00:00.000Z',
    ]);
    expect(windows('weekly', '2026-10-19T06:00Z', STOCKHOLM, 2)).toEqual(['2026-10-26T06:00:00.000Z', '2026-11-02T06:00:00.000Z']);
  });

  it('comes once in the night in which its time is missing, and once in the one in which it comes twice', () => {
    const night = times('Europe/Stockholm', '02:30', 7);
    expect(windows('daily', '2026-03-28T02:00Z', night, 2)).toEqual(['2026-03-29T01:30:00.000Z', '2026-03-30T00:30:00.000Z']);
    expect(windows('daily', '2026-10-24T02:00Z', night, 2)).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']);
    expect(windows('weekly', '2026-10-24T02:00Z', night, 2)).toEqual(['2026-10-25T00:30:00.000Z', '2026-11-01T01:30:00.000Z']);
  });

  const anywhere = fc.record({
    timezone: fc.constantFrom(
      'Europe/Stockholm',
      'America/New_York',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'Pacific/Apia',
      'America/Sao_Paulo',
      'UTC',
    ),
    minute: fc.integer({ min: 0, max: 24 * 60 - 1 }),
    weekday: fc.integer({ min: 1, max: 7 }),
    after: fc.integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2030, 0, 1) }),
  });
  const clock = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

  it('comes once each day of the calendar, anywhere, at any hour, also over the nights in which the clocks change', () => {
    fc.assert(
      fc.property(anywhere, ({ timezone, minute, after }) => {
        const at = times(timezone, clock(minute));
        const days = windows('daily', new Date(after).toISOString(), at, 10).map((iso) => localDay(new Date(iso), timezone));
        for (const [index, day] of days.entries()) {
          if (index === 0) continue;
          expect(Date.parse(day) - Date.parse(days[index - 1]!)).toBe(86_400_000);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never lies between a moment and the window found for it, so nothing that comes late falls between two', () => {
    fc.assert(
      fc.property(anywhere, fc.integer({ min: 1, max: 8 * 86_400_000 }), ({ timezone, minute, weekday, after }, late) => {
        const at = times(timezone, clock(minute), weekday);
        for (const frequency of ['daily', 'weekly'] as const) {
          const window = nextWindow(frequency, new Date(after), at);
          const later = nextWindow(frequency, new Date(after + late), at);
          expect(window.getTime()).toBeGreaterThan(after);
          // Whoever comes later, before that window, waits for the same one; after it, for a later one.
          if (after + late < window.getTime()) expect(later).toEqual(window);
          else expect(later.getTime()).toBeGreaterThan(window.getTime());
        }
      }),
      { numRuns: 300 },
    );
  });
});
