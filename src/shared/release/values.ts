import { z } from 'zod';

/** One line of text: trimmed, white space folded. Cleaned of what XML 1.0 cannot carry before it comes here (text.ts). */
export const Line = z.string().transform((text) => text.replace(/\s+/gu, ' ').trim());

/** Text of several lines: outer white space removed, line ends as \n. */
export const Lines = z.string().transform((text) => text.replace(/\r\n?/g, '\n').trim());

/** `yes no ja nej true false`, as text or boolean. */
export const YesNo = z.union([
  z.boolean(),
  z.string().trim().toLowerCase().pipe(z.enum(['yes', 'no', 'ja', 'nej', 'true', 'false'])).transform((word) => ['yes', 'ja', 'true'].includes(word)),
]);

/** BCP 47 language tag in the short forms we carry: `sv`, `en`, `fi`, `sma`, `sv-FI`. */
export const LanguageTag = z.string().trim().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/);
