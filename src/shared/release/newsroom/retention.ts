import { z } from 'zod';
import { refuse } from '../values.ts';

/*
 * How long what names people is kept, in days. What is open is never deleted, however old.
 */

/** The usual time of each, the shortest allowed, and why it may not be shorter. */
const KEPT = {
  /** Who got which letter. Afterwards only the counts of the run are known. */
  deliveries: { usual: 400, least: 30, why: 'corrections and withdrawals go to those who are known to have got the letter' },
  /** Mail that came back. */
  bounces: { usual: 90, least: 60, why: 'full mailboxes are counted over 60 days' },
  /** Wishes to subscribe, confirmed or not. */
  signUps: { usual: 7, least: 4, why: 'the link to confirm holds for three days' },
  /** Choices and proof of people who left. */
  left: { usual: 730, least: 30, why: 'who left by mistake can take it back, and the proof is wanted when somebody complains' },
  /** Who did what at the newsroom. */
  audit: { usual: 3_650, least: 365, why: 'who approved what is asked long afterwards' },
} as const;
type Kept = keyof typeof KEPT;

const USUAL = Object.fromEntries(Object.entries(KEPT).map(([name, { usual }]) => [name, usual])) as Record<Kept, number>;
const days = z.number().int().positive();

/** As every process reads it; a newsroom saved by an older version has the usual times. */
export const Retention = z
  .strictObject({ deliveries: days, bounces: days, signUps: days, left: days, audit: days.default(KEPT.audit.usual) })
  .default(USUAL);
export type Retention = z.infer<typeof Retention>;

/** As people write it: `400 d`. */
const Days = (name: Kept) =>
  z
    .string()
    .transform((text, context): number => {
      const { least, why, usual } = KEPT[name];
      const given = Number(/^(\d{1,5})\s*(d|days?|dygn|dagar)$/i.exec(text.trim())?.[1] ?? Number.NaN);
      if (Number.isNaN(given)) return refuse(context, `"${text}" is not a number of days.`, `Write it as ${usual} d`);
      return given >= least ? given : refuse(context, `${given} days are too few: ${why}.`, `At least ${least} d.`);
    })
    .default(KEPT[name].usual);

export const RetentionShape = z.strictObject({
  deliveries: Days('deliveries'),
  bounces: Days('bounces'),
  signUps: Days('signUps'),
  left: Days('left'),
  audit: Days('audit'),
});
