import { absolute } from '../release/addresses.ts';
import { zoneOf } from '../release/parts.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { type LetterWords, letterWords } from './words.ts';

/** One revision as a letter: what stands in it, and whether its readers had a wrong one before. */
export type LetterInput = {
  readonly view: RevisionView;
  readonly publisher: Publisher;
  readonly corrects: boolean;
  readonly subject: string;
};

/** What the parts of a letter are made with. */
export type LetterContext = LetterInput & {
  readonly words: LetterWords;
  readonly language: string;
  readonly timezone: string;
  /** The whole address of a path of ours. */
  readonly at: (path: string) => string;
};

export function contextOf(input: LetterInput): LetterContext {
  const { view, publisher } = input;
  const { language } = view.content;
  return {
    ...input,
    words: letterWords(language),
    language,
    timezone: zoneOf(view, publisher),
    at: (path) => absolute(publisher.baseUrl, path),
  };
}
