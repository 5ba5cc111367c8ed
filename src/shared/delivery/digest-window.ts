import { localDay, momentOf } from '../release/dates.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import type { Frequency } from '../schema/tables.ts';

/** When digests leave, and by whose clock. */
export type DigestTimes = Pick<Newsroom, 'timezone' | 'digests'>;

const DAY_MS = 86_400_000;

/** From the day before, for a window of yesterday's calendar day may lie in today's first hours, to a week and a day ahead. */
const FIRST_DAY = -1;
const LAST_DAY = 8;

/**
 * The first moment after `after` at which letters of that frequency leave: at once that very moment, else the next window on the newsroom's clock.
 * Each day (or week) of the calendar has one window: a time that comes twice means its first, one that summer time skips as much later.
 */
export function nextWindow(frequency: Frequency, after: Date, { timezone, digests }: DigestTimes): Date {
  if (frequency === 'at-once') return after;
  const time = frequency === 'daily' ? digests.daily : digests.weekly.time;
  const today = Date.parse(`${localDay(after, timezone)}T00:00Z`);
  for (let days = FIRST_DAY; days <= LAST_DAY; days += 1) {
    const day = new Date(today + days * DAY_MS);
    if (frequency === 'weekly' && isoWeekday(day) !== digests.weekly.weekday) continue;
    const window = momentOf(`${day.toISOString().slice(0, 10)}T${time}`, timezone);
    if (window > after) return window;
  }
  throw new RangeError(`no ${frequency} window within ${LAST_DAY} days`);
}

/** 1 is Monday (ISO 8601). */
function isoWeekday(day: Date): number {
  return day.getUTCDay() || 7;
}
