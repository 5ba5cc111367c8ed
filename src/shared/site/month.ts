import { html, type Markup } from '../platform/markup.ts';
import { absolute, archivePath, monthPath, pathIn } from '../release/addresses.ts';
import { formatMonth } from '../release/dates.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import type { Publisher } from '../release/view.ts';
import { inEachLanguage } from './alternates.ts';
import { renderPublicPage } from './frame.ts';
import { renderHead } from './head.ts';
import { type ListingPart, renderListing } from './listing.ts';
import { renderSearchForm } from './search-form.ts';
import { collectionPage } from './structured-site.ts';
import { wordsOf } from './words.ts';

export type MonthCount = { readonly month: string; readonly count: number };

/** A month's releases, or one of its numbered pages. */
export function renderMonthPage(part: ListingPart, publisher: Publisher, language: string = publisher.newsroom.languages[0]!): string {
  const heading = capital(formatMonth(part.list.slice('month:'.length), language));
  return renderListing({ part, publisher, language, heading, current: 'archive' });
}

/** Every month with releases, newest first, under its year. */
export function renderArchivePage(
  months: readonly MonthCount[],
  publisher: Publisher,
  language: string = publisher.newsroom.languages[0]!,
): string {
  const { newsroom } = publisher;
  const words = wordsOf(language);
  const path = pathIn(language, newsroom, archivePath());
  const alternates = inEachLanguage(archivePath(), newsroom);
  const years = Map.groupBy(months, ({ month }) => month.slice(0, 4));
  return renderPublicPage({
    language,
    title: words.archive,
    publisher,
    current: 'archive',
    inLanguages: new Map(alternates.map((other) => [other.language, other.path])),
    address: absolute(publisher.baseUrl, path),
    head: renderHead({
      publisher,
      path,
      title: words.archive,
      description: `${words.newsFrom(newsroom.name)}: ${words.archiveLead.charAt(0).toLowerCase()}${words.archiveLead.slice(1)}`,
      language,
      alternates,
      structured: collectionPage(publisher, { language, trail: [{ name: words.archive, path }] }),
    }),
    main: html`<h1>${words.archive}</h1>
<p class="intro">${words.archiveLead}</p>
${renderSearchForm(publisher, language)}${years.size === 0 && html`<p>${words.noReleases}</p>\n`}${[...years].map(([year, of]) => renderYear(year, of, { newsroom, language }))}`,
  });
}

function renderYear(year: string, months: readonly MonthCount[], { newsroom, language }: { newsroom: Newsroom; language: string }): Markup {
  const words = wordsOf(language);
  const name = (month: string) => capital(formatMonth(month, language));
  return html`<section>
<h2>${year}</h2>
<ul class="months">
${months.map(({ month, count }) => html`<li><a class="target" href="${pathIn(language, newsroom, monthPath(month))}">${name(month)}</a> <span class="meta">${words.count(count)}</span></li>\n`)}</ul>
</section>
`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
