import { z } from 'zod';
import { refuse } from '../values.ts';

/*
 * The values of settings in a newsroom file, beside those that releases have too (values.ts).
 */

/** A group of fields that may be left out or left blank. */
export function group<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(
    (value) => value ?? {},
    z.preprocess((value) => (value === '' ? {} : value), schema),
  );
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const SPANS: Record<string, number> = {
  s: 1_000,
  sek: 1_000,
  min: MINUTE_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  tim: HOUR_MS,
  d: DAY_MS,
  dygn: DAY_MS,
};

/** `2 h`, `90 min`, `1 d`, as milliseconds. */
export const Span = z.string().transform((text, context): number => {
  const match = /^(\d{1,6})\s*(s|sek|min|m|h|tim|d|dygn)$/i.exec(text.trim());
  const ms = match ? Number(match[1]) * SPANS[match[2]!.toLowerCase()]! : 0;
  return ms > 0 ? ms : refuse(context, `"${text}" is not a span of time.`, 'Write a number and s, min, h or d: 2 h');
});

const SIZES: Record<string, number> = { '': 1, kb: 1_000, mb: 1_000_000, gb: 1_000_000_000 };

/** `64 kB`, `20 MB`, as bytes. */
export const Size = z.string().transform((text, context): number => {
  const match = /^(\d{1,9})\s*(kb|mb|gb)?$/i.exec(text.trim());
  const bytes = match ? Number(match[1]) * SIZES[(match[2] ?? '').toLowerCase()]! : 0;
  return bytes > 0 ? bytes : refuse(context, `"${text}" is not a size.`, 'Write a number and kB or MB: 64 kB');
});

/** A whole number of that range. */
export function wholeNumber(least: number, most: number) {
  return z.string().transform((text, context): number => {
    const number = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    return refuse(context, `"${text}" cannot be used.`, `Write a whole number from ${least} to ${most}.`);
  });
}
