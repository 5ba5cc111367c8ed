import { z } from 'zod';
import { cleanText } from './text.ts';

/*
 * The values a release and a newsroom are made of. Each takes what a person or a program wrote and gives the canonical form;
 * reading a canonical form again changes nothing. A refusal says what is wrong and carries the remedy (problems.ts prints both).
 */

type Refusing = { addIssue(issue: { code: 'custom'; message: string; params: { remedy: string } }): void };

/** Refuses a value in people's words. Gives the value that a zod transform returns after a refusal. */
export function refuse(context: Refusing, message: string, remedy: string): never {
  context.addIssue({ code: 'custom', message, params: { remedy } });
  return z.NEVER;
}

/** No one-line field needs more; a longer one is a paragraph in the wrong place. */
const LINE_MOST = 500;
/** A fact box or boilerplate of more than this is a page of its own. */
const LINES_MOST = 10_000;

const counts = new Intl.NumberFormat('en');
const count = (number: number) => counts.format(number);

function withinLength(text: string, most: number, context: Refusing): string {
  if (text.length <= most) return text;
  return refuse(context, `is ${count(text.length)} characters long.`, `Shorten it to at most ${count(most)} characters.`);
}

/** One line of at most `most` characters: cleaned, white space folded (no-break spaces stay), trimmed. May be empty. */
export function lineOf(most: number) {
  return z.string().transform((text, context) => {
    const line = cleanText(text)
      .replace(/[^\S\u00a0\u202f]+/gu, ' ')
      .trim();
    return withinLength(line, most, context);
  });
}

/** Text of several lines, at most `most` characters: cleaned, line ends as \n, outer white space removed. May be empty. */
export function linesOf(most: number) {
  return z.string().transform((text, context) => {
    const lines = cleanText(text).replace(/\r\n?/g, '\n').trim();
    return withinLength(lines, most, context);
  });
}

/** One line, possibly empty. */
export const Line = lineOf(LINE_MOST);
/** Several lines, possibly empty. */
export const Lines = linesOf(LINES_MOST);

/** The same text, refused when nothing is left of it. */
export function filled<Schema extends z.ZodType<string>>(schema: Schema) {
  return schema.superRefine((text, context) => {
    if (text === '') refuse(context, 'is empty.', 'Fill it in.');
  });
}

/** A field that may be left out, or left blank as in `caption:`. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional()).optional();
}

/** A list that may be left out or left blank. */
export function listOf<Schema extends z.ZodType>(schema: Schema, most: number) {
  const list = z.array(schema).superRefine((items, context) => {
    if (items.length > most) refuse(context, `has ${count(items.length)} entries.`, `Keep at most ${count(most)}.`);
  });
  return z.preprocess((value) => (value === '' || value === null ? [] : value), list).default([]);
}

/** A list of short words where one text stands for a list of one, or of several with commas between: `topics: a, b`. */
export function wordsOf<Schema extends z.ZodType>(schema: Schema, most: number) {
  const list = listOf(schema, most);
  return z
    .preprocess(
      (value) =>
        typeof value === 'string'
          ? value
              .split(',')
              .map((word) => word.trim())
              .filter(Boolean)
          : value,
      list,
    )
    .default([]);
}

/** `yes no ja nej true false`, as text or boolean. */
export const YesNo = z.union([z.boolean(), z.string()]).transform((value, context): boolean => {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (word === true || word === 'yes' || word === 'ja' || word === 'true') return true;
  if (word === false || word === 'no' || word === 'nej' || word === 'false') return false;
  return refuse(context, `"${value}" is neither yes nor no.`, 'Write yes or no (ja or nej).');
});

/** BCP 47 language tag in the short forms we carry: `sv`, `en`, `fi`, `sma`, `sv-FI`. */
export const LanguageTag = z.string().transform((text, context): string => {
  const tag = text.trim();
  const remedy = 'Write its tag: sv, en, fi, se, sma, smj, or with a country as sv-FI.';
  // Canonical form turns `swe` into `sv` and `SV-fi` into `sv-FI` (BCP 47 section 4.5).
  const canonical = /^[A-Za-z]{2,3}(-[A-Za-z]{2})?$/.test(tag) ? Intl.getCanonicalLocales(tag)[0] : undefined;
  return canonical && /^[a-z]{2,3}(-[A-Z]{2})?$/.test(canonical) ? canonical : refuse(context, `"${tag}" is not a language.`, remedy);
});

/** An address is read aloud, printed and typed: longer ones are cut by mail programs. */
export const SLUG_MOST = 60;

/** A name in addresses: small letters a–z, digits, single hyphens; at most 60 characters. */
export const Slug = z.string().transform((text, context): string => {
  const slug = text.trim();
  if (slug.length > SLUG_MOST)
    return refuse(context, `"${slug}" is ${slug.length} characters long.`, `Shorten it to at most ${SLUG_MOST}.`);
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)) return slug;
  return refuse(context, `"${slug}" cannot stand in an address.`, 'Use small letters a–z, digits and single hyphens: regional-utveckling.');
});

const AMOUNT_REMEDY = 'Write kronor in figures: 1 240 000 kr, with öre 1 240 000,50 kr.';

/** Kronor as a number, from `1 240 000 kr` (any space between the groups), `1 240 000,50 kr`, `SEK 1,240,000` or a number. */
export const Amount = z.union([z.number(), z.string()]).transform((value, context): number => {
  const number = typeof value === 'number' ? value : readAmount(value);
  if (number === undefined || !Number.isFinite(number)) return refuse(context, `"${value}" is not an amount.`, AMOUNT_REMEDY);
  // Beyond this, öre are lost in a double.
  if (Math.abs(number) > 90_000_000_000_000) return refuse(context, `"${value}" is more money than there is.`, AMOUNT_REMEDY);
  const rounded = Math.round(number * 100) / 100;
  return rounded === number ? number + 0 : refuse(context, `"${value}" has parts of an öre.`, AMOUNT_REMEDY);
});

function readAmount(text: string): number | undefined {
  const bare = text
    .trim()
    .replace(/^(?:SEK|kr)\s*/iu, '')
    .replace(/\s*(?:kr\.?|kronor|SEK|:-)$/iu, '')
    .replace(/^[−–-]\s*/u, '-');
  const spaced = /^-?(?:\d+|\d{1,3}(?:\s\d{3})+)(?:[.,]\d{1,2})?$/u;
  const dotted = /^-?\d{1,3}(?:\.\d{3}){2,}(?:,\d{1,2})?$/;
  const english = /^-?\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?$/;
  if (english.test(bare)) return Number(bare.replaceAll(',', ''));
  if (dotted.test(bare)) return Number(bare.replaceAll('.', '').replace(',', '.'));
  if (spaced.test(bare)) return Number(bare.replace(/\s/gu, '').replace(',', '.'));
  return undefined;
}

/** `YYYY-MM-DD`, a day that exists. */
export const LocalDate = z.string().transform((text, context): string => {
  const day = text.trim();
  return isDay(day) ? day : refuse(context, `"${day}" is not a day.`, 'Write year-month-day: 2026-11-19.');
});

/** True for `YYYY-MM-DD` when the calendar has that day. */
export function isDay(text: string): boolean {
  const date = /^[12]\d{3}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00Z`) : undefined;
  return date !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** A time of day `HH:MM` from `9.30`, `09:30` or `kl. 9`. */
export const TimeOfDay = z.string().transform((text, context): string => {
  return readTime(text) ?? refuse(context, `"${text.trim()}" is not a time of day.`, 'Write hours and minutes: 09:30 or 9.30.');
});

/** `HH:MM` from `9.30`, `09:30:00`, `kl. 9`; undefined when it is not a time of day. */
export function readTime(text: string): string | undefined {
  const match = /^(?:(kl\.?)\s*)?(\d{1,2})(?:[.:](\d{2})(?::00)?)?$/iu.exec(text.trim());
  if (!match || (match[3] === undefined && match[1] === undefined)) return undefined;
  const [hour, minute] = [Number(match[2]), Number(match[3] ?? 0)];
  return hour < 24 && minute < 60 ? `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}` : undefined;
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:T|\s+(?:kl\.?\s*)?)(\d{1,2}[.:]\d{2}(?::00)?)\s*(Z|[+-]\d{2}:?\d{2})?$/u;

/**
 * A moment on the newsroom's clock, `YYYY-MM-DDTHH:MM`, from `2026-11-19 09:30`, `2026-11-19 9.30` or `2026-11-19T09:30`.
 * A stated offset (`+01:00`, `Z`) is kept and then names the moment by itself.
 */
export const LocalMoment = z.string().transform((text, context): string => {
  const remedy = 'Write day and time: 2026-11-19 09:30 (the newsroom’s time).';
  const match = MOMENT.exec(text.trim());
  const time = match ? readTime(match[2]!) : undefined;
  if (!match || !time || !isDay(match[1]!)) return refuse(context, `"${text.trim()}" is not a day and a time.`, remedy);
  const offset = (match[3] ?? '').replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2');
  if (offset.length > 1 && !/^[+-](0\d|1[0-4]):[0-5]\d$/.test(offset))
    return refuse(context, `"${offset}" is not a distance from UTC.`, remedy);
  return `${match[1]}T${time}${offset}`;
});
export type LocalMoment = string;

const PlainEmail = z.email();

/** A mail address as it stands on a contact. */
export const Email = z.string().transform((text, context): string => {
  const address = cleanText(text)
    .trim()
    .replace(/^mailto:/i, '');
  const remedy = 'Write it whole, without a name: press@alvmark.example.';
  return PlainEmail.safeParse(address).success && address.length <= 254
    ? address
    : refuse(context, `"${address}" is not a mail address.`, remedy);
});

/** A telephone number as people write it, kept as written: `070-174 06 05`, `112`, `+46 980 319 20 (vx)`. */
export const Phone = lineOf(60).transform((phone, context): string => {
  const digits = phone.replace(/\D/g, '').length;
  return digits >= 3 ? phone : refuse(context, `"${phone}" is not a telephone number.`, 'Write its digits: 070-174 06 05.');
});

/** Signs that stand in no address (RFC 3986, 2), though people paste them and browsers send them escaped; and those that cannot be seen. */
const NEVER_IN_ADDRESSES = /[\s\p{C}"<>\\^`{|}]/gu;

/** A whole http or https address, what may not stand in one escaped. */
export const WebAddress = z.string().transform((text, context): string => {
  const address = text.trim().toWellFormed().replace(NEVER_IN_ADDRESSES, encodeURIComponent);
  const whole = /^https?:\/\//i.test(address) && URL.canParse(address) && new URL(address).hostname !== '';
  return whole ? address : refuse(context, `"${text.trim()}" is not a web address.`, 'Write it whole, beginning with https://.');
});
