import type { Frequency } from '../schema/tables.ts';
import { formatClock } from './dates.ts';
import { interfaceLanguage, type Newsroom } from './newsroom/newsroom.ts';

const WORDS = {
  sv: {
    atOnce: 'Direkt när det publiceras',
    daily: (time: string) => `Varje dag kl. ${time}, allt i ett brev`,
    weekly: (weekday: string, time: string) => `Varje ${weekday} kl. ${time}, allt i ett brev`,
  },
  en: {
    atOnce: 'At once, when it is published',
    daily: (time: string) => `Each day at ${time}, all in one letter`,
    weekly: (weekday: string, time: string) => `Each ${weekday} at ${time}, all in one letter`,
  },
} as const;

/** A Monday, from which the names of the weekdays are counted. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** How often letters come, as people choose it: `Varje måndag kl. 07.00, allt i ett brev`. */
export function frequencyText(frequency: Frequency, { digests }: Pick<Newsroom, 'digests'>, language: string): string {
  const known = interfaceLanguage(language);
  const words = WORDS[known];
  switch (frequency) {
    case 'at-once':
      return words.atOnce;
    case 'daily':
      return words.daily(formatClock(digests.daily, known));
    case 'weekly': {
      const day = new Date(MONDAY + (digests.weekly.weekday - 1) * DAY_MS);
      const weekday = new Intl.DateTimeFormat(known === 'sv' ? 'sv-SE' : 'en-GB', { weekday: 'long', timeZone: 'UTC' }).format(day);
      return words.weekly(weekday, formatClock(digests.weekly.time, known));
    }
  }
}
