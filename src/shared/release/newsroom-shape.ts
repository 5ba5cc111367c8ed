import { z } from 'zod';
import { CHANNELS } from '../schema/tables.ts';
import { RESERVED_FIRST_PARTS } from './addresses.ts';
import { WeeklyTime } from './digest-times.ts';
import { weeksOf } from './duty.ts';
import { DIGEST_TIMES } from './newsroom.ts';
import { nearMiss } from './problems.ts';
import {
  Email,
  filled,
  LanguageTag,
  Line,
  linesOf,
  optional,
  Phone,
  refuse,
  Slug,
  TimeOfDay,
  WebAddress,
  wordsOf,
  YesNo,
} from './values.ts';

/*
 * The newsroom file as people write it. newsroom-file.ts makes the Newsroom of it that every process reads.
 */

/** The longest privacy statements we have seen are half of this. */
const STATEMENT_MOST = 60_000;

const name = () => filled(Line);
/** A group of fields that may be left out or left blank. */
function group<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(
    (value) => value ?? {},
    z.preprocess((value) => (value === '' ? {} : value), schema),
  );
}
const PerLanguage = group(z.record(LanguageTag, filled(linesOf(STATEMENT_MOST))));

const TimeZone = z.string().transform((text, context): string => {
  const zone = text.trim();
  const known = Intl.supportedValuesOf('timeZone');
  const remedy = nearMiss(zone, known, 'Write it as Europe/Stockholm.');
  return known.includes(zone) || zone === 'UTC' ? zone : refuse(context, `"${zone}" is not a time zone.`, remedy);
});

const HOUR_MS = 3_600_000;
const SPANS: Record<string, number> = {
  s: 1_000,
  sek: 1_000,
  min: 60_000,
  m: 60_000,
  h: HOUR_MS,
  tim: HOUR_MS,
  d: 24 * HOUR_MS,
  dygn: 24 * HOUR_MS,
};

/** `2 h`, `90 min`, `1 d`, as milliseconds. */
const Span = z.string().transform((text, context): number => {
  const match = /^(\d{1,6})\s*(s|sek|min|m|h|tim|d|dygn)$/i.exec(text.trim());
  const ms = match ? Number(match[1]) * SPANS[match[2]!.toLowerCase()]! : 0;
  return ms > 0 ? ms : refuse(context, `"${text}" is not a span of time.`, 'Write a number and s, min, h or d: 2 h');
});

const SIZES: Record<string, number> = { '': 1, kb: 1_000, mb: 1_000_000, gb: 1_000_000_000 };

/** `64 kB`, `20 MB`, as bytes. */
const Size = z.string().transform((text, context): number => {
  const match = /^(\d{1,9})\s*(kb|mb|gb)?$/i.exec(text.trim());
  const bytes = match ? Number(match[1]) * SIZES[(match[2] ?? '').toLowerCase()]! : 0;
  return bytes > 0 ? bytes : refuse(context, `"${text}" is not a size.`, 'Write a number and kB or MB: 64 kB');
});

const Colour = z.string().transform((text, context): string => {
  const digits = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(text.trim())?.[1]?.toLowerCase();
  if (!digits) return refuse(context, `"${text}" is not a colour.`, "Write it in quotes, with six digits: '#0b5c8a'");
  return `#${digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits}`;
});

/** An address followed by a remark whose # was forgotten still names the address; readNewsroomFile says so. */
export const REMARK_AFTER_ADDRESS = /^(\S+@\S+)\s+(.+)$/s;
const PressEmail = z.preprocess((value) => (typeof value === 'string' ? value.trim().replace(REMARK_AFTER_ADDRESS, '$1') : value), Email);

const SiteLanguage = LanguageTag.transform((tag, context): string => {
  const reserved = (RESERVED_FIRST_PARTS as readonly string[]).includes(tag);
  return reserved
    ? refuse(context, `"${tag}" is an address of the program’s own.`, 'A newsroom in this language is not possible yet.')
    : tag;
});

const Licence = z.strictObject({ name: name(), url: optional(WebAddress), default: YesNo.default(false) });

/** `{sv: …, en: …, unlisted: yes}`: names beside one setting. */
const Topic = z.preprocess(
  (value) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value === '' ? { names: {} } : value;
    const { unlisted, ...names } = value as Record<string, unknown>;
    return { unlisted, names };
  },
  z.strictObject({ names: z.record(LanguageTag, name()), unlisted: YesNo.default(false) }),
);

const DutyContact = z.strictObject({ name: name(), title: optional(Line), phones: wordsOf(Phone, 10), email: optional(Email) });

const Weeks = z.string().refine((key) => weeksOf(key) !== undefined, { error: 'Write weeks as 2026-W47, or from and to: 2026-W48..W51' });

export const NewsroomShape = z.strictObject({
  name: name(),
  timezone: TimeZone.default('Europe/Stockholm'),
  languages: wordsOf(SiteLanguage, 20),
  address: name(),
  pressEmail: PressEmail,
  publisher: name(),
  privacy: group(z.strictObject({ officer: optional(Email), text: PerLanguage })),
  accessibility: group(z.strictObject({ text: PerLanguage })),
  licences: group(z.record(Slug, Licence)),
  topics: group(z.record(Slug, Topic)),
  contacts: group(z.record(Slug, DutyContact)),
  duty: group(z.record(Weeks, Slug)),
  boilerplate: PerLanguage,
  approval: z.enum(['four-eyes', 'single']).default('four-eyes'),
  lateness: Span.default(2 * HOUR_MS),
  digests: group(z.strictObject({ daily: TimeOfDay.default(DIGEST_TIMES.daily), weekly: WeeklyTime.default(DIGEST_TIMES.weekly) })),
  colours: group(z.strictObject({ accent: optional(Colour), accentDark: optional(Colour) })),
  logo: optional(Line),
  channels: wordsOf(z.enum(CHANNELS), CHANNELS.length),
  limits: group(
    z.strictObject({ bodyBytes: Size.default(64_000), imageBytes: Size.default(20_000_000), attachmentBytes: Size.default(50_000_000) }),
  ),
});
export type NewsroomShape = z.infer<typeof NewsroomShape>;

/** What to write where a required field is missing. */
export const NEWSROOM_REMEDIES: Readonly<Record<string, string>> = {
  name: 'Name the organisation: name: Region Älvmark',
  address: 'Give the postal address: address: Regionens hus, Storgatan 1, 900 00 Älvstad',
  pressEmail: 'Give the address that answers the press: pressEmail: press@alvmark.example',
  publisher: 'Name who answers by law (ansvarig utgivare): publisher: Karin Ekholm',
};
