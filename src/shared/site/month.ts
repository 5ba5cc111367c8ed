import { html, type Markup } from '../platform/markup.ts';
import { absolute, archivePath, monthPath } from '../release/addresses.ts';
import { formatMonth } from '../release/dates.ts';
import type { Publisher } from '../release/view.ts';
import { renderPublicPage } from './frame.ts';
import { renderHead } from './head.ts';
import { type ListingPart, renderListing } from './listing.ts';
import { renderSearchForm } from './search-form.ts';
import { collectionPage } from './structured-site.ts';
import { wordsOf } from './words.ts';

export type MonthCount = { readonly month: string; readonly count: number };

/** A month's releases, or one of its numbered pages. */
export function renderMonthPage(month: string, part: ListingPart, publisher: Publisher): string {
  const heading = capital(formatMonth(month, publisher.newsroom.languages[0]!));
  return renderListing({ part, publisher, heading, current: 'archive' });
}

/** Every month with releases, newest first, under its year. */
export function renderArchivePage(months: readonly MonthCount[], publisher: Publisher): string {
  const language = publisher.newsroom.languages[0]!;
  const words = wordsOf(language);
  const years = Map.groupBy(months, ({ month }) => month.slice(0, 4));
  return renderPublicPage({
    language,
    title: words.archive,
    publisher,
    current: 'archive',
    address: absolute(publisher.baseUrl, archivePath()),
    head: renderHead({
      publisher,
      path: archivePath(),
      title: words.archive,
      description: words.archiveLead,
      language,
      structured: collectionPage(publisher, { language, trail: [{ name: words.archive, path: archivePath() }] }),
    }),
    main: html`<h1>${words.archive}</h1>
<p class="intro">${words.archiveLead}</p>
${renderSearchForm(publisher, language)}${years.size === 0 && html`<p>${words.noReleases}</p>\n`}${[...years].map(([year, of]) => renderYear(year, of, language))}`,
  });
}

function renderYear(year: string, months: readonly MonthCount[], language: string): Markup {
  const words = wordsOf(language);
  const name = (month: string) => capital(formatMonth(month, language));
  return html`<section>
<h2>${year}</h2>
<ul class="months">
${months.map(({ month, count }) => html`<li><a class="target" href="${monthPath(month)}">${name(month)}</a> <span class="meta">${words.count(count)}</span></li>\n`)}</ul>
</section>
`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
