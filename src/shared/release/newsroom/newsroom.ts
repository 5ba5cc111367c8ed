import { z } from 'zod';
import { CHANNELS } from '../../schema/tables.ts';
import { LanguageTag, Line, Lines, Slug } from '../values.ts';
import { Retention } from './retention.ts';
import { SENDING_LIMITS } from './sending-limits.ts';

/** Interface and fixed texts exist in these languages; a release may be in any. */
export const INTERFACE_LANGUAGES = ['sv', 'en'] as const;
export type InterfaceLanguage = (typeof INTERFACE_LANGUAGES)[number];

/** Height of a logo in the page's header, in CSS pixels: as high as anything one can press. */
export const LOGO_HEIGHT = 44;

/** Faces that every reader's system has; a newsroom brings no font files along. */
export const TYPEFACES = ['serif', 'sans'] as const;

const PerLanguage = z.record(LanguageTag, Lines);

/** A time of day on the newsroom's clock, `07:00`. */
const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** Before people have read the night's news, and on the first day of the week. */
export const DIGEST_TIMES = { daily: '07:00', weekly: { weekday: 1, time: '07:00' } } as const;

/** After two years many have another task or have left. */
export const STAFF_MONTHS = 24;

/**
 * The newsroom as workers read it from SQL: the file of screens.md section 3 after parsing, every default filled in,
 * the texts of named files read in. newsroom-file.ts makes it.
 */
export const Newsroom = z.strictObject({
  name: Line,
  timezone: z.string(),
  /** The first is the newsroom's own. */
  languages: z.array(LanguageTag).min(1),
  address: Line,
  pressEmail: z.email(),
  publisher: Line,
  privacy: z.strictObject({ officer: z.email().optional(), text: PerLanguage }),
  accessibility: z.strictObject({ text: PerLanguage }),
  licences: z.record(Slug, z.strictObject({ name: Line, url: z.url().optional() })),
  defaultLicence: Slug.optional(),
  topics: z.record(Slug, z.strictObject({ names: PerLanguage, unlisted: z.boolean() })),
  contacts: z.record(Slug, z.strictObject({ name: Line, title: Line.optional(), phones: z.array(Line), email: z.email().optional() })),
  /** ISO week `2026-W47` → key of contacts. */
  duty: z.record(z.string(), Slug),
  boilerplate: PerLanguage,
  approval: z.enum(['four-eyes', 'single']),
  /** How late a scheduled publication may start before a person decides. */
  latenessMs: z.number().int().positive(),
  /** When digests leave; weekday 1 is Monday. A newsroom saved by a version without digests has the default. */
  digests: z
    .strictObject({ daily: Clock, weekly: z.strictObject({ weekday: z.number().int().min(1).max(7), time: Clock }) })
    .default(DIGEST_TIMES),
  /** How many months the people on a release are shown with telephone and address; then the press contact answers for them. */
  staffMonths: z.number().int().positive().default(STAFF_MONTHS),
  retention: Retention,
  /** The ways every publication takes; one saved by an older version takes them all. */
  channels: z.array(z.enum(CHANNELS)).default([...CHANNELS]),
  /** WebSub hubs that the feeds name and that are told: our own, or addresses of others; none when empty. */
  hubs: z.union([z.literal('own'), z.array(z.url())]).default('own'),
  /** Where to tell of a weakness in the site, as an address a program can follow (mailto:, https:); the press address when left out. */
  security: z.string().optional(),
  /** What texts are set in: the reader's own serif or sans-serif face. */
  typeface: z.enum(TYPEFACES).default('serif'),
  /** Accent colours as #rrggbb for light and dark pages. */
  colours: z.strictObject({ accent: z.string(), accentDark: z.string() }),
  /** Hash of the logo among the assets, when there is one. */
  logo: z.string().optional(),
  /** The one for dark pages, when the first does not show there. */
  logoDark: z.string().optional(),
  /** Width of the logo in the page's header, in CSS pixels. */
  logoWidth: z.number().int().positive().optional(),
  limits: z.strictObject({
    /** Longest body in bytes of UTF-8. */
    bodyBytes: z.number().int().positive(),
    imageBytes: z.number().int().positive(),
    attachmentBytes: z.number().int().positive(),
    ...SENDING_LIMITS,
  }),
});
export type Newsroom = z.infer<typeof Newsroom>;

/** Sweden's national minority languages (Act 2009:724, section 2): Finnish, Meänkieli, the Sámi languages, Romani and Yiddish. */
const BESIDE_SWEDISH = new Set(['fi', 'fit', 'se', 'sma', 'smj', 'sje', 'sju', 'rom', 'rmf', 'rmu', 'yi']);

/** The interface language that readers of a language most likely read: Swedish beside Swedish and Sweden's minority languages, else English. */
export function interfaceLanguage(language: string): InterfaceLanguage {
  const [tag = ''] = language.split('-');
  return tag === 'sv' || BESIDE_SWEDISH.has(tag) ? 'sv' : 'en';
}

/** A topic's name in a language, falling back to the one the interface speaks around it, to the newsroom's first and then to its slug. */
export function topicName(newsroom: Newsroom, topic: string, language: string): string {
  const names = newsroom.topics[topic]?.names;
  return names?.[language] ?? names?.[interfaceLanguage(language)] ?? names?.[newsroom.languages[0]!] ?? topic;
}
