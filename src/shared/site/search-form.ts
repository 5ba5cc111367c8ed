import { html, type Markup } from '../platform/markup.ts';
import { searchPath } from '../release/reader-addresses.ts';
import { LONGEST_WORDS } from '../release/search/search.ts';
import type { Publisher } from '../release/view.ts';
import { pageWords } from './words-pages.ts';

/** The search field, on the search page and wherever somebody may look for something. `more` stands below the field, inside the form. */
export function renderSearchForm({ newsroom }: Publisher, language: string, given: { words?: string; more?: Markup } = {}): Markup {
  const words = pageWords(language);
  return html`<form class="search" role="search" action="${searchPath(language, newsroom)}">
<label for="sokord">${words.searchLabel}</label>
<div class="field"><input type="search" id="sokord" name="q" value="${given.words ?? ''}" maxlength="${LONGEST_WORDS}" autocomplete="off"><button type="submit">${words.search}</button></div>
${given.more}</form>
`;
}
