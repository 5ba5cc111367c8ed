import { z } from 'zod';
import { nearMiss } from '../problems.ts';
import { readTime, refuse } from '../values.ts';

/** Monday first (ISO 8601), in the languages a newsroom file is written in. */
const WEEKDAYS: readonly (readonly [string, string])[] = [
  ['monday', 'måndag'],
  ['tuesday', 'tisdag'],
  ['wednesday', 'onsdag'],
  ['thursday', 'torsdag'],
  ['friday', 'fredag'],
  ['saturday', 'lördag'],
  ['sunday', 'söndag'],
];

/** `monday 07:00`, `måndag kl. 7`: weekday 1 is Monday. */
export const WeeklyTime = z.string().transform((text, context): { weekday: number; time: string } => {
  const [, name = '', clock = ''] = /^(\S+)\s+(.+)$/.exec(text.trim().toLowerCase().normalize('NFC')) ?? [];
  const weekday = WEEKDAYS.findIndex((names) => names.includes(name)) + 1;
  const time = readTime(clock);
  if (weekday > 0 && time !== undefined) return { weekday, time };
  const remedy =
    name === '' || weekday > 0
      ? 'Write a weekday and a time: monday 07:00'
      : nearMiss(name, WEEKDAYS.flat(), 'Write a weekday and a time: monday 07:00');
  return refuse(context, `"${text.trim()}" is not a weekday and a time.`, remedy);
});
