import { createHash } from 'node:crypto';
import type { ReleaseContent, ReleaseImage } from '../../src/shared/release/content.ts';
import { freezeContent } from '../../src/shared/release/freeze.ts';
import type { Newsroom } from '../../src/shared/release/newsroom/newsroom.ts';
import { slugOf } from '../../src/shared/release/slugs.ts';
import type { RevisionKind } from '../../src/shared/schema/tables.ts';
import { type InventedText, inventText, type Random } from './invented-text.ts';
import { plainContent } from './newsdesk.ts';
import { randomNumbers } from './random.ts';

/** What an invented newsroom published, in its order. */
export type InventedPublication = {
  /** Which release, from 0 in the order of first publication, and the id a loader gives it. */
  readonly index: number;
  readonly id: string;
  readonly slug: string;
  readonly publishedAt: Date;
  readonly kind: RevisionKind;
  /** As submitted: frozen. Undefined for a withdrawal. */
  readonly content: ReleaseContent | undefined;
  readonly note: string | null;
  readonly conceal: boolean;
};

export type Invention = {
  readonly count: number;
  readonly newsroom: Newsroom;
  readonly seed?: number;
  /** When the last of them was published; the others before it, as a busy region does: fourteen a day. */
  readonly until: Date;
  /** Pictures that are stored already; one release in twenty shows one of them. */
  readonly images?: readonly ReleaseImage[];
};

const GAP_MS = 86_400_000 / 14;

/** So many texts for all of them: making ten thousands of them anew would take longer than what is measured with them. */
const TEXTS = 600;

/** Corrections and withdrawals come soon, of one of so many releases before. */
const RECENT = 20;

/**
 * Releases as a newsroom gathers them over the years, and what happened to some afterwards: corrections with and without a letter, another topic,
 * concealed texts, withdrawals. The same seed gives the same.
 */
export function* inventPublications(invention: Invention): Generator<InventedPublication> {
  const { count, newsroom, seed = 1 } = invention;
  const random = randomNumbers(seed);
  const author = { random, newsroom, seed, texts: textsOf(random), images: invention.images ?? [] };
  const recent: Standing[] = [];
  for (let index = 0; index < count; index += 1) {
    const publishedAt = new Date(invention.until.getTime() - (count - 1 - index) * GAP_MS);
    const content = writeRelease(author, index, recent);
    const release = { index, id: idOf(seed, index), slug: content.slug! };
    yield { ...release, publishedAt, kind: 'first', content, note: null, conceal: false };
    recent.push({ ...release, content });
    if (recent.length > RECENT) recent.shift();
    const later = afterwards(author, recent, new Date(publishedAt.getTime() + GAP_MS / 2));
    if (later) yield later;
  }
}

type Author = {
  readonly random: Random;
  readonly seed: number;
  readonly newsroom: Newsroom;
  readonly texts: Readonly<Record<'sv' | 'en', readonly InventedText[]>>;
  readonly images: readonly ReleaseImage[];
};
type Standing = { readonly index: number; readonly id: string; readonly slug: string; content: ReleaseContent };

function textsOf(random: Random): Author['texts'] {
  const some = (language: 'sv' | 'en', length: number) => Array.from({ length }, () => inventText(random, language));
  return { sv: some('sv', TEXTS), en: some('en', TEXTS / 4) };
}

function writeRelease({ random, seed, newsroom, texts, images }: Author, index: number, recent: readonly Standing[]): ReleaseContent {
  const before = recent.at(-1)?.content;
  const translated = before?.language === 'sv' && random() < 0.1 ? recent.at(-1) : undefined;
  const language = translated || random() < 0.08 ? 'en' : 'sv';
  const text = one(random, texts[language]);
  const content = plainContent({
    language,
    type: random() < 0.9 ? 'press-release' : 'news',
    // No release of another seed has it.
    slug: `${slugOf(text.title, 44)}-${seed}-${index}`,
    title: text.title,
    lead: text.lead,
    body: text.body,
    speakers: [text.speaker],
    contacts: [{ ...text.speaker, phones: ['070-174 06 45'], email: 'nyheter@alvmark.example' }],
    topics: topicsOf(random, newsroom),
    registration: `RS 2026-${index % 10_000}`,
    related: recent.length > 1 && random() < 0.15 ? [one(random, recent).slug] : [],
    images: images.length > 0 && random() < 0.05 ? [one(random, images)] : [],
    letters: false,
    ...(translated ? { translationOf: translated.slug } : {}),
  });
  return freezeContent(content, newsroom);
}

/** One topic mostly, two now and then, seldom none. */
function topicsOf(random: Random, newsroom: Newsroom): string[] {
  const topics = Object.keys(newsroom.topics);
  const wanted = [one(random, topics), one(random, topics)].slice(0, 1 + Number(random() < 0.3));
  return random() < 0.05 ? [] : [...new Set(wanted)];
}

/** One release in twenty-five is corrected, one in two hundred taken back. */
function afterwards({ random, newsroom }: Author, recent: Standing[], publishedAt: Date): InventedPublication | undefined {
  const chance = random();
  if (chance >= 0.045) return undefined;
  const at = Math.floor(random() * recent.length);
  const { index, id, slug, content } = recent[at]!;
  const common = { index, id, slug, publishedAt };
  if (chance < 0.005) {
    recent.splice(at, 1);
    return { ...common, kind: 'withdrawal', content: undefined, note: 'Beslutet var inte justerat.', conceal: true };
  }
  const moved = random() < 0.2 ? { topics: topicsOf(random, newsroom) } : {};
  const corrected = freezeContent({ ...content, ...moved, lead: `${content.lead} (${1 + Math.floor(random() * 9)})` }, newsroom);
  recent[at]!.content = corrected;
  const minor = chance < 0.02;
  return { ...common, kind: minor ? 'minor' : 'major', content: corrected, note: minor ? null : 'Tiden var fel.', conceal: random() < 0.1 };
}

function one<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!;
}

/** A version 4 UUID that the same seed gives again. */
function idOf(seed: number, index: number): string {
  const hex = createHash('sha256').update(`${seed} ${index}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
