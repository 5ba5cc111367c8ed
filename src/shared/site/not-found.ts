import { html, type Markup } from '../platform/markup.ts';
import { archivePath, frontPath } from '../release/addresses.ts';
import type { ReleaseSummary } from '../release/lists/lists.ts';
import { interfaceLanguage, type Newsroom } from '../release/newsroom/newsroom.ts';
import type { Publisher } from '../release/view.ts';
import { renderEntries } from './entries.ts';
import { renderPublicPage } from './frame.ts';
import { noIndex } from './head.ts';
import { renderSearchForm } from './search-form.ts';
import { wordsOf } from './words.ts';

/** The page for an address that leads nowhere (HTTP 404), in the newsroom's first language: a search field, what is newest, and a line in each other one. */
export function renderNotFoundPage(newest: readonly ReleaseSummary[], publisher: Publisher): string {
  const language = publisher.newsroom.languages[0]!;
  const words = wordsOf(language);
  return renderPublicPage({
    language,
    title: words.notFound,
    publisher,
    head: noIndex(),
    main: html`<div class="prose">
<h1>${words.notFound}</h1>
<p class="lead">${words.notFoundText}</p>
${publisher.newsroom.languages.slice(1).map((other) => inBrief(other, publisher.newsroom))}${renderSearchForm(publisher, language)}${
  newest.length > 0 &&
  html`<section>
<h2>${words.latest}</h2>
${renderEntries({ items: newest, publisher, language, heading: 3 })}</section>
`
}<p><a class="target" href="${frontPath(language, publisher.newsroom)}">${words.toFront}</a></p>
<p><a class="target" href="${archivePath()}">${words.toArchive}</a></p>
</div>
`,
  });
}

/** One file answers for every address, whatever its language. */
function inBrief(language: string, newsroom: Newsroom): Markup {
  const words = wordsOf(language);
  return html`<p class="small" lang="${interfaceLanguage(language)}">${words.notFound}. ${words.notFoundText} <a href="${frontPath(language, newsroom)}" hreflang="${language}">${words.toFront}</a></p>
`;
}
