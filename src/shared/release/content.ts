import { z } from 'zod';
import {
  Amount,
  Email,
  filled,
  LanguageTag,
  Line,
  Lines,
  LocalDate,
  LocalMoment,
  lineOf,
  linesOf,
  listOf,
  optional,
  Phone,
  readTime,
  Slug,
  TimeOfDay,
  WebAddress,
  wordsOf,
  YesNo,
} from './values.ts';

/*
 * The one shape of a release, for files and JSON alike. Each field takes text as YAML's failsafe schema gives it or the JSON value, and gives
 * the canonical value; parsing canonical content again changes nothing. What needs the newsroom (topics, licences) is checked in check.ts,
 * and so is what a draft may still lack (alt, credit) but a publication may not.
 */

/** Subject lines, lists and search results cut headlines long before this. */
export const TITLE_MOST = 200;
/** A lead is one paragraph: the letter's preview and the feed's description carry it whole. */
export const LEAD_MOST = 1_000;
/** What is larger is refused unread, whatever the newsroom's own limit (`limits.bodyBytes`, 64 kB) says. */
const BODY_MOST = 1_000_000;

const name = () => filled(Line);

const Person = z.strictObject({
  name: name(),
  title: optional(Line),
  organisation: optional(Line),
  /** As written, such as `070-174 06 05`. */
  phones: wordsOf(Phone, 10),
  email: optional(Email),
  /** What this person answers for; contacts with the same `about` stand under one heading. */
  about: optional(Line),
});
export type Person = z.infer<typeof Person>;

const AssetHash = z.string().regex(/^[0-9a-f]{64}$/);

export const ReleaseImage = z.strictObject({
  /** SHA-256 name of the stored bytes (assets.ts). A file names `file:` instead, which the reader of files uploads. */
  asset: AssetHash,
  name: name(),
  /** What the picture shows; empty only when `decorative`. */
  alt: lineOf(1_000).default(''),
  decorative: YesNo.default(false),
  caption: optional(lineOf(1_000)),
  credit: Line.default(''),
  /** Name of a licence of the newsroom file; empty until the newsroom's default is filled in. */
  licence: Line.default(''),
});
export type ReleaseImage = z.infer<typeof ReleaseImage>;

export const Attachment = z.strictObject({
  asset: AssetHash,
  name: name(),
  title: name(),
  mediaType: name(),
  bytes: z.coerce.number().int().nonnegative(),
});
export type Attachment = z.infer<typeof Attachment>;

export const Speaker = z.strictObject({ name: name(), title: optional(Line), party: optional(Line) });
export type Speaker = z.infer<typeof Speaker>;

const DecisionItem = z.strictObject({
  title: name(),
  recipient: optional(Line),
  amount: optional(Amount),
  text: optional(linesOf(2_000)),
});

export const Decisions = z.strictObject({
  by: name(),
  date: LocalDate,
  /** Kronor. Checked against the sum of the items as advice. */
  total: optional(Amount),
  items: z.array(DecisionItem).min(1).max(500),
});
export type Decisions = z.infer<typeof Decisions>;

export const ProgrammeItem = z.strictObject({
  /** `HH:MM`. */
  time: TimeOfDay,
  /** `HH:MM`, when the programme states how long it lasts: `09.00–09.30 Fika`. */
  end: optional(TimeOfDay),
  text: name(),
  points: listOf(name(), 100),
});
export type ProgrammeItem = z.infer<typeof ProgrammeItem>;

const EventFields = z.strictObject({
  title: name(),
  /** Newsroom wall time `YYYY-MM-DDTHH:MM`; the zone stands in the content's `timezone`. */
  start: LocalMoment,
  end: optional(LocalMoment),
  place: optional(Line),
  stream: optional(WebAddress),
  programme: listOf(ProgrammeItem, 200),
});

/** `end: 15.30` means the day of `start`. */
function completeEnd(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || !('start' in value) || !('end' in value)) return value;
  const { start, end } = value;
  if (typeof start !== 'string' || typeof end !== 'string' || readTime(end) === undefined) return value;
  return { ...value, end: `${start.trim().slice(0, 10)}T${readTime(end)}` };
}

export const ReleaseEvent = z.preprocess(completeEnd, EventFields);
export type ReleaseEvent = z.infer<typeof ReleaseEvent>;

export const RELEASE_TYPES = ['press-release', 'invitation', 'news'] as const;

export const ReleaseContent = z.strictObject({
  type: z.enum(RELEASE_TYPES).default('press-release'),
  language: LanguageTag,
  title: filled(lineOf(TITLE_MOST)),
  lead: filled(lineOf(LEAD_MOST)),
  /** Markdown without HTML; headings from `##`. */
  body: filled(linesOf(BODY_MOST)),
  topics: wordsOf(Slug, 20),
  /** Registration number (diarienummer), or `exempt, REASON`. */
  registration: optional(Line),
  letters: YesNo.default(true),
  urgent: YesNo.default(false),
  /** Chosen address; otherwise made from the title. */
  slug: optional(Slug),
  /** Slug of the release this one is a translation of. */
  translationOf: optional(Slug),
  images: listOf(ReleaseImage, 50),
  speakers: listOf(Speaker, 50),
  decisions: optional(Decisions),
  event: optional(ReleaseEvent),
  facts: listOf(z.strictObject({ title: name(), text: filled(Lines) }), 20),
  contacts: listOf(Person, 30),
  /** Empty: whoever is on duty that week. */
  pressContacts: listOf(Person, 10),
  attachments: listOf(Attachment, 50),
  related: wordsOf(Slug, 20),
  // Frozen from the newsroom file when the draft is submitted, so that the approver sees them and the hash covers them.
  organisation: optional(Line),
  timezone: optional(Line),
  boilerplate: optional(Lines),
  address: optional(Line),
});
export type ReleaseContent = z.infer<typeof ReleaseContent>;
