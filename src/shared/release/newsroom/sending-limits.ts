import { z } from 'zod';
import { optional, refuse } from '../values.ts';
import { DAY_MS, group, HOUR_MS, MINUTE_MS, Span, wholeNumber } from './setting-values.ts';

/*
 * How fast and how long letters are sent: `limits.letters`, `limits.retry` and `limits.lines` of the newsroom file. First as every process reads
 * them from SQL, then as people write them. delivery/limits.ts keeps to them.
 */

/** At most so many letters in any span of that length. */
const Rate = z.strictObject({ letters: z.number().int().positive(), perMs: z.number().int().positive() });
export type Rate = z.infer<typeof Rate>;

const Letters = z.strictObject({
  /** Everything that leaves this house, to whichever relay. */
  total: Rate.optional(),
  /** What one relay gets. */
  relay: Rate.optional(),
  /** The letters about one release; a digest counts for none. */
  release: Rate.optional(),
  /** What the people at one domain get, where `domains` does not name it. */
  domain: Rate.optional(),
  domains: z.record(z.string(), Rate),
});

const Retry = z.strictObject({
  firstMs: z.number().int().positive(),
  longestMs: z.number().int().positive(),
  giveUpMs: z.number().int().positive(),
});

/**
 * A server that says "later" rarely means less than five minutes; knocking more often than every four hours after a day helps nobody; RFC 5321
 * 4.5.4.1 asks for four to five days of trying.
 */
const RETRY = { firstMs: 5 * MINUTE_MS, longestMs: 4 * HOUR_MS, giveUpMs: 4 * DAY_MS };

/** Measured: ten lines carry no more than forty, and five leave room for a second sender on a relay that allows ten. */
const LINES = 5;
/** More from one process is no letter faster, and looks like an attack to the relay. */
const MOST_LINES = 50;

/** A newsroom saved by a version without these has no limit and the gaps above. */
export const SENDING_LIMITS = {
  letters: Letters.default({ domains: {} }),
  retry: Retry.default(RETRY),
  /** SMTP lines that one sender has open at once. */
  lines: z.number().int().positive().default(LINES),
};
const SendingLimits = z.strictObject(SENDING_LIMITS);
export type SendingLimits = z.infer<typeof SendingLimits>;
export type LetterLimits = SendingLimits['letters'];
export type RetryGaps = SendingLimits['retry'];

const PERIODS: Record<string, number> = {
  min: MINUTE_MS,
  minut: MINUTE_MS,
  minute: MINUTE_MS,
  h: HOUR_MS,
  tim: HOUR_MS,
  timme: HOUR_MS,
  hour: HOUR_MS,
  d: DAY_MS,
  dygn: DAY_MS,
  day: DAY_MS,
};

/** `20/min`, `3 000/min`, `1000/h`. */
const RateText = z.string().transform((text, context): Rate => {
  const [, number = '0', period = ''] = /^(\d[\d\s]{0,11})\/\s*([a-z]+)$/i.exec(text.trim()) ?? [];
  const letters = Number(number.replace(/\s/g, ''));
  const perMs = PERIODS[period.toLowerCase()];
  if (letters >= 1 && letters <= 1_000_000_000 && perMs !== undefined) return { letters, perMs };
  return refuse(context, `"${text}" is not a number of letters in a time.`, 'Write a number, / and min, h or d: 300/min');
});

/** As subscribers' addresses name it; the @ of a habit is no fault. */
const Domain = z
  .string()
  .overwrite((text) => text.trim().replace(/^@/, '').toLowerCase().normalize('NFC'))
  .refine((text) => /^[^\s@*]+\.[^\s@*.]+$/u.test(text), { error: 'Write a domain as it stands in addresses: gmail.com' });

const RetryShape = z
  .strictObject({
    first: Span.default(RETRY.firstMs),
    longest: Span.default(RETRY.longestMs),
    giveUp: Span.default(RETRY.giveUpMs),
  })
  .transform(({ first, longest, giveUp }, context): RetryGaps => {
    if (first > longest)
      return refuse(context, 'has a first gap longer than the longest.', 'Write first: 5 min and longest: 4 h, or shorter.');
    if (longest > giveUp) return refuse(context, 'gives up before the longest gap is over.', 'Write a longer giveUp, such as 4 d.');
    return { firstMs: first, longestMs: longest, giveUpMs: giveUp };
  });

/** The same as people write them. */
export const SENDING_LIMITS_SHAPE = {
  letters: group(
    z.strictObject({
      total: optional(RateText),
      relay: optional(RateText),
      release: optional(RateText),
      domain: optional(RateText),
      domains: group(z.record(Domain, RateText)),
    }),
  ),
  retry: group(RetryShape),
  lines: wholeNumber(1, MOST_LINES).default(LINES),
};

/** `20/min`, as a person reads a limit in a status line. */
export function formatRate({ letters, perMs }: Rate): string {
  const period = perMs === MINUTE_MS ? 'min' : perMs === HOUR_MS ? 'h' : 'd';
  return `${letters}/${period}`;
}
