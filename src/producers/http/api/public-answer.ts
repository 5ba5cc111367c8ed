import { z } from 'zod';
import { RELEASE_TYPES } from '../../../shared/release/content.ts';

/*
 * The shape of a public release, for programs of anybody. Members are added, never changed or taken away; a program has to bear with members it does
 * not know. Times are RFC 3339 in UTC, addresses whole, missing things left out.
 */

const Person = z.looseObject({
  name: z.string(),
  title: z.string().optional(),
  organisation: z.string().optional(),
  phones: z.array(z.string()).describe('As people write them.'),
  email: z.string().optional(),
  about: z.string().optional().describe('What this person answers for.'),
});

const Size = z.looseObject({ url: z.url(), mediaType: z.string(), width: z.number(), height: z.number(), bytes: z.number() });

const Image = z.looseObject({
  url: z.url().describe('The picture as kept, without metadata.'),
  sha256: z.string(),
  mediaType: z.string(),
  bytes: z.number(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  alt: z.string().describe('What it shows; empty for pure decoration.'),
  caption: z.string().optional(),
  credit: z.string().describe('To be printed beside the picture.'),
  licence: z.looseObject({ name: z.string(), url: z.string().optional() }).optional(),
  sizes: z.array(Size),
});

const Decision = z.looseObject({
  title: z.string(),
  recipient: z.string().optional(),
  amount: z.number().optional().describe('Kronor.'),
  text: z.string().optional(),
});

const Event = z.looseObject({
  title: z.string(),
  start: z.string(),
  end: z.string().optional(),
  timezone: z.string(),
  place: z.string().optional(),
  stream: z.string().optional(),
  programme: z.array(z.looseObject({ time: z.string(), end: z.string().optional(), text: z.string(), points: z.array(z.string()) })),
});

const Link = z.looseObject({ language: z.string(), title: z.string(), url: z.url() });

export const PublicReleaseAnswer = z.looseObject({
  id: z.uuid().describe('Never changes, whatever becomes of the address.'),
  urn: z.string().describe('The same as an address: the id of the release in every feed.'),
  slug: z.string(),
  url: z.url(),
  language: z.string().describe('BCP 47.'),
  type: z.enum(RELEASE_TYPES),
  title: z.string(),
  lead: z.string(),
  html: z.string().describe('The body as clean HTML: p, h2–h6, lists, blockquote, table, a, strong, em, code. Links are whole.'),
  text: z.string().describe('The body as plain text, paragraphs parted by an empty line.'),
  publishedAt: z.string().describe('First publication.'),
  updatedAt: z.string().describe('Newest revision, minor ones too.'),
  revision: z.number(),
  sha256: z.string().describe('Of the canonical JSON (RFC 8785) of this revision’s content, as in the archive.'),
  registration: z.string().optional().describe('Number in the register of public records.'),
  topics: z.array(z.looseObject({ slug: z.string(), name: z.string(), url: z.url() })),
  images: z.array(Image),
  attachments: z.array(z.looseObject({ url: z.url(), title: z.string(), mediaType: z.string(), bytes: z.number() })),
  quotes: z.array(
    z.looseObject({
      text: z.string().describe('The paragraph as it stands in the text.'),
      speaker: z.looseObject({ name: z.string(), title: z.string().optional(), party: z.string().optional() }).optional(),
    }),
  ),
  facts: z.array(z.looseObject({ title: z.string(), html: z.string() })),
  decisions: z.looseObject({ by: z.string(), date: z.string(), total: z.number().optional(), items: z.array(Decision) }).optional(),
  event: Event.optional(),
  contacts: z.array(Person).describe('Without telephone and address once the release is old.'),
  pressContacts: z.array(Person).describe('Named on the release, else whoever is on duty now.'),
  translations: z.array(Link),
  related: z.array(Link),
  corrections: z
    .array(z.looseObject({ revision: z.number(), kind: z.enum(['minor', 'major']), at: z.string(), note: z.string().optional() }))
    .describe('Oldest first. Earlier texts are on the page of changes. Once concealed they are not, and notes from before are left out.'),
});

export const WithdrawnAnswer = z.looseObject({
  id: z.uuid(),
  urn: z.string(),
  withdrawn: z.literal(true),
  at: z.string(),
  reason: z.string(),
});
