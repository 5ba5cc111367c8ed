import type { ReleaseContent, Speaker } from '../content.ts';
import { parseMarkdown } from './markdown-parser.ts';

/** A paragraph that quotes somebody, as data. */
export type Quote = {
  /** The paragraph as written, line breaks as spaces. */
  readonly text: string;
  /** Who of `speakers` it names; undefined when nobody is named that we know. */
  readonly speaker: Speaker | undefined;
  /** First line in the body, from 1. */
  readonly line: number;
};

const DASH = /^[–—][ \u00a0\u202f]/;
const QUOTATION_MARK = /^[“”"«»]/;
// The verb and pronoun with which a text goes on quoting whom it quoted last.
const SAME_SPEAKER =
  /(säger|menar|berättar|fortsätter|tillägger|avslutar|förklarar|understryker|konstaterar) (hon|han|hen)\b|\b(she|he|they) (says|said|say|adds|added|continues|explains)\b|(says|said|adds|added) (she|he)\b/iu;

/** Reads paragraph after paragraph and says of each whether it is a quote, and whose. Remembers the last speaker for `säger hon`. */
export function quoteFinder(
  speakers: readonly Speaker[],
  language: string,
): (paragraph: string) => { speaker: Speaker | undefined } | undefined {
  let last: Speaker | undefined;
  return (paragraph) => {
    const text = fold(paragraph);
    const dash = DASH.test(text);
    // In Swedish a dash opens a quote, and a quotation mark as often a title.
    if (!dash && (language.startsWith('sv') || !QUOTATION_MARK.test(text))) return undefined;
    const named = speakers.find((speaker) => names(text, speaker));
    const speaker = named ?? (SAME_SPEAKER.test(text) ? last : undefined);
    if (!dash && !speaker) return undefined;
    last = speaker;
    return { speaker };
  };
}

/** Every quote of a release's body, in order. */
export function quotesOf(content: ReleaseContent): Quote[] {
  const isQuote = quoteFinder(content.speakers, content.language);
  const tokens = parseMarkdown(content.body);
  return tokens.flatMap((token, index) => {
    if (token.type !== 'paragraph_open' || token.level !== 0) return [];
    const text = tokens[index + 1]!.content;
    const quote = isQuote(text);
    return quote ? [{ text: fold(text), speaker: quote.speaker, line: (token.map?.[0] ?? 0) + 1 }] : [];
  });
}

/** By full name or by last name, with or without a genitive s. */
function names(text: string, speaker: Speaker): boolean {
  const full = fold(speaker.name);
  return [full, full.split(' ').at(-1)!].some((name) => new RegExp(`(?<![\\p{L}-])${RegExp.escape(name)}s?(?![\\p{L}-])`, 'u').test(text));
}

function fold(text: string): string {
  return text.replace(/[^\S\u00a0\u202f]+/gu, ' ').trim();
}
