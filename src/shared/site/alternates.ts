import { pathIn } from '../release/addresses.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';

/** A page in one language. */
export type Alternate = { readonly language: string; readonly path: string };

/** A page of the first language in each of the newsroom's. */
export function inEachLanguage(path: string, newsroom: Newsroom): Alternate[] {
  return newsroom.languages.map((language) => ({ language, path: pathIn(language, newsroom, path) }));
}

/** The same page in all its languages, the newsroom's first language first: that one is x-default. */
export function orderAlternates(all: readonly Alternate[], { languages }: Pick<Newsroom, 'languages'>): Alternate[] {
  const place = (language: string) => (languages.includes(language) ? languages.indexOf(language) : languages.length);
  return all.toSorted((one, other) => place(one.language) - place(other.language));
}
