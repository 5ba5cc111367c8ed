import type { Markup } from '../platform/markup.ts';
import { absolute } from '../release/addresses.ts';
import type { Change } from '../release/changes/diff.ts';
import { langAttribute } from '../release/lang-attribute.ts';
import { type InterfaceLanguage, interfaceLanguage } from '../release/newsroom/newsroom.ts';
import { type Correction, zoneOf } from '../release/parts.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { type LetterWords, letterWords } from './words.ts';

/** One revision as a letter: what stands in it, and whether its readers had a wrong one before. */
export type LetterInput = {
  readonly view: RevisionView;
  readonly publisher: Publisher;
  readonly corrects: boolean;
  /** What its readers are told of, newest first. */
  readonly corrections: readonly Correction[];
  readonly subject: string;
  /** What differs from the text its readers had before; left out where that text is not shown. */
  readonly changes?: readonly Change[] | undefined;
};

/** What the parts of a letter are made with. */
export type LetterContext = LetterInput & {
  readonly words: LetterWords;
  /** Of headings, dates and amounts: a language we have words in. */
  readonly language: InterfaceLanguage;
  /** A `lang` attribute for the release's own words; undefined when they are in the same language (WCAG 3.1.2). */
  readonly own: Markup | undefined;
  readonly timezone: string;
  /** The whole address of a path of ours. */
  readonly at: (path: string) => string;
};

export function contextOf(input: LetterInput): LetterContext {
  const { view, publisher } = input;
  const language = interfaceLanguage(view.content.language);
  return {
    ...input,
    words: letterWords(language),
    language,
    own: language === view.content.language ? undefined : langAttribute(view.content.language),
    timezone: zoneOf(view, publisher),
    at: (path) => absolute(publisher.baseUrl, path),
  };
}
