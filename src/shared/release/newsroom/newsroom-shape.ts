import { z } from 'zod';
import { CHANNELS } from '../../schema/tables.ts';
import { RESERVED_FIRST_PARTS } from '../addresses.ts';
import { nearMiss } from '../problems.ts';
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
} from '../values.ts';
import { WeeklyTime } from './digest-times.ts';
import { weeksOf } from './duty.ts';
import { DIGEST_TIMES, STAFF_MONTHS, TYPEFACES } from './newsroom.ts';
import { RetentionShape } from './retention.ts';
import { SENDING_LIMITS_SHAPE } from './sending-limits.ts';
import { group, HOUR_MS, Size, Span } from './setting-values.ts';

/*
 * The newsroom file as people write it. newsroom-file.ts makes the Newsroom of it that every process reads.
 */

/** The longest privacy statements we have seen are half of this. */
const STATEMENT_MOST = 60_000;

const name = () => filled(Line);
const PerLanguage = group(z.record(LanguageTag, filled(linesOf(STATEMENT_MOST))));

const TimeZone = z.string().transform((text, context): string => {
  const zone = text.trim();
  const known = Intl.supportedValuesOf('timeZone');
  const remedy = nearMiss(zone, known, 'Write it as Europe/Stockholm.');
  return known.includes(zone) || zone === 'UTC' ? zone : refuse(context, `"${zone}" is not a time zone.`, remedy);
});

/** `24 months`, `2 years`, as months. */
const Months = z.string().transform((text, context): number => {
  const match = /^(\d{1,3})\s*(?:(y|years?|år)|months?|månad(?:er)?)$/i.exec(text.trim());
  const months = match ? Number(match[1]) * (match[2] ? 12 : 1) : 0;
  return months > 0 ? months : refuse(context, `"${text}" is not a number of months.`, 'Write a number and months or years: 2 years');
});

/** More than a few hubs tell the same readers again. */
const HUBS_MOST = 5;

/** `own`, `none`, or addresses of other hubs. */
const Hub = wordsOf(z.string(), HUBS_MOST).transform((words, context): 'own' | string[] => {
  if (words.length === 0 || (words.length === 1 && words[0] === 'own')) return 'own';
  if (words.length === 1 && words[0] === 'none') return [];
  return words.map((word) => {
    const address = WebAddress.safeParse(word);
    return address.success
      ? address.data
      : refuse(context, `"${word}" is not a hub.`, 'Write own, none, or the address of a hub: https://hub.example.org/');
  });
});

const Colour = z.string().transform((text, context): string => {
  const digits = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(text.trim())?.[1]?.toLowerCase();
  if (!digits) return refuse(context, `"${text}" is not a colour.`, "Write it in quotes, with six digits: '#0b5c8a'");
  return `#${digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits}`;
});

/** An address followed by a remark whose # was forgotten still names the address; readNewsroomFile says so. */
export const REMARK_AFTER_ADDRESS = /^(\S+@\S+)\s+(.+)$/s;
const PressEmail = z.preprocess((value) => (typeof value === 'string' ? value.trim().replace(REMARK_AFTER_ADDRESS, '$1') : value), Email);

/** A mail address or a page, as an address a program can follow. */
const SecurityContact = z.string().transform((text, context): string => {
  const email = Email.safeParse(text);
  if (email.success) return `mailto:${email.data}`;
  const page = WebAddress.safeParse(text);
  if (page.success && page.data.startsWith('https:')) return page.data;
  return refuse(context, `"${text}" is no mail address and no https address.`, 'Write security: sakerhet@alvmark.example');
});

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
  staffShown: Months.default(STAFF_MONTHS),
  retention: group(RetentionShape),
  colours: group(z.strictObject({ accent: optional(Colour), accentDark: optional(Colour) })),
  security: optional(SecurityContact),
  typeface: z.enum(TYPEFACES).default('serif'),
  logo: optional(Line),
  logoDark: optional(Line),
  channels: wordsOf(z.enum(CHANNELS), CHANNELS.length),
  hub: Hub,
  limits: group(
    z.strictObject({
      bodyBytes: Size.default(64_000),
      imageBytes: Size.default(20_000_000),
      attachmentBytes: Size.default(50_000_000),
      ...SENDING_LIMITS_SHAPE,
    }),
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
