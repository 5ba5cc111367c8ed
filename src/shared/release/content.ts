import { z } from 'zod';
import { Amount, LanguageTag, Line, Lines, LocalDate, LocalMoment, Slug, YesNo } from './values.ts';

/*
 * The one shape of a release, for files and JSON alike. Each field takes text as YAML's failsafe schema gives it or the JSON value, and gives
 * the canonical value; parsing canonical content again changes nothing. What needs the newsroom (topics, licences) is checked in check.ts.
 */

const Person = z.strictObject({
  name: Line,
  title: Line.optional(),
  organisation: Line.optional(),
  /** As written, such as `070-174 06 05`. */
  phones: z.array(Line).default([]),
  email: z.email().optional(),
  /** What this person answers for; contacts with the same `about` stand under one heading. */
  about: Line.optional(),
});
export type Person = z.infer<typeof Person>;

const AssetHash = z.string().regex(/^[0-9a-f]{64}$/);

export const ReleaseImage = z.strictObject({
  /** SHA-256 name of the stored bytes (assets.ts). A file names `file:` instead, which the reader of files uploads. */
  asset: AssetHash,
  name: Line,
  /** What the picture shows; empty only when `decorative`. */
  alt: Line.default(''),
  decorative: YesNo.default(false),
  caption: Line.optional(),
  credit: Line.default(''),
  /** Name of a licence of the newsroom file; empty until the newsroom's default is filled in. */
  licence: Line.default(''),
});
export type ReleaseImage = z.infer<typeof ReleaseImage>;

export const Attachment = z.strictObject({
  asset: AssetHash,
  name: Line,
  title: Line,
  mediaType: Line,
  bytes: z.number().int().nonnegative(),
});
export type Attachment = z.infer<typeof Attachment>;

export const Speaker = z.strictObject({ name: Line, title: Line.optional(), party: Line.optional() });
export type Speaker = z.infer<typeof Speaker>;

export const Decisions = z.strictObject({
  by: Line,
  date: LocalDate,
  /** Kronor. Checked against the sum of the items as advice. */
  total: Amount.optional(),
  items: z.array(z.strictObject({ title: Line, recipient: Line.optional(), amount: Amount.optional(), text: Lines.optional() })).min(1),
});
export type Decisions = z.infer<typeof Decisions>;

export const ProgrammeItem = z.strictObject({ /** `HH:MM`. */ time: z.string(), text: Line, points: z.array(Line).default([]) });
export type ProgrammeItem = z.infer<typeof ProgrammeItem>;

export const ReleaseEvent = z.strictObject({
  title: Line,
  /** Newsroom wall time `YYYY-MM-DDTHH:MM`; the zone stands in the content's `timezone`. */
  start: LocalMoment,
  end: LocalMoment.optional(),
  place: Line.optional(),
  stream: z.url({ protocol: /^https?$/ }).optional(),
  programme: z.array(ProgrammeItem).default([]),
});
export type ReleaseEvent = z.infer<typeof ReleaseEvent>;

export const RELEASE_TYPES = ['press-release', 'invitation', 'news'] as const;

export const ReleaseContent = z.strictObject({
  type: z.enum(RELEASE_TYPES).default('press-release'),
  language: LanguageTag,
  title: Line,
  lead: Line,
  /** Markdown without HTML; headings from `##`. */
  body: Lines,
  topics: z.array(Slug).default([]),
  /** Registration number (diarienummer), or `exempt, REASON`. */
  registration: Line.optional(),
  letters: YesNo.default(true),
  urgent: YesNo.default(false),
  /** Chosen address; otherwise made from the title. */
  slug: Slug.optional(),
  /** Slug of the release this one is a translation of. */
  translationOf: Slug.optional(),
  images: z.array(ReleaseImage).default([]),
  speakers: z.array(Speaker).default([]),
  decisions: Decisions.optional(),
  event: ReleaseEvent.optional(),
  facts: z.array(z.strictObject({ title: Line, text: Lines })).default([]),
  contacts: z.array(Person).default([]),
  /** Empty: whoever is on duty that week. */
  pressContacts: z.array(Person).default([]),
  attachments: z.array(Attachment).default([]),
  related: z.array(Slug).default([]),
  // Frozen from the newsroom file when the draft is submitted, so that the approver sees them and the hash covers them.
  organisation: Line.optional(),
  timezone: z.string().optional(),
  boilerplate: Lines.optional(),
  address: Line.optional(),
});
export type ReleaseContent = z.infer<typeof ReleaseContent>;
