import { html, type Markup } from '../platform/markup.ts';
import { absolute, archivePath, listPagePath, listPath, pathIn, topicsPath } from '../release/addresses.ts';
import type { ReleaseSummary } from '../release/lists/lists.ts';
import type { Publisher } from '../release/view.ts';
import { inEachLanguage } from './alternates.ts';
import { renderEntries } from './entries.ts';
import { renderPublicPage } from './frame.ts';
import { renderHead } from './head.ts';
import { collectionPage } from './structured-site.ts';
import { wordsOf } from './words.ts';

/**
 * Part of a list. `page` undefined is the list's own address: its newest page, and the full one before it while the newest is short.
 * A numbered page is a full one: twenty places counted from the oldest, so its address and its members never change.
 */
export type ListingPart = {
  readonly list: string;
  readonly page: number | undefined;
  /** The newest page; 0 while the list is empty. */
  readonly pages: number;
  /** The oldest page whose releases are shown here. */
  readonly from: number;
  readonly items: readonly ReleaseSummary[];
};

export type ListingInput = {
  readonly part: ListingPart;
  readonly publisher: Publisher;
  /** Of the page around the releases: one that has a front page. */
  readonly language: string;
  readonly heading: string;
  /** Stands beside the newest page. */
  readonly aside?: Markup;
  readonly current: 'topics' | 'archive';
  readonly feeds?: readonly { readonly list: string; readonly title: string }[];
  readonly feedList?: string;
};

/** The path of a part of a list, in the newsroom's first language. */
export function listingPath({ list, page }: Pick<ListingPart, 'list' | 'page'>): string {
  return page === undefined ? listPath(list) : listPagePath(list, page);
}

/** A page of a topic's or a month's list: the same releases in each language of the newsroom, in the words of one. */
export function renderListing(input: ListingInput): string {
  const { part, publisher, language, heading } = input;
  const { newsroom } = publisher;
  const words = wordsOf(language);
  const path = pathIn(language, newsroom, listingPath(part));
  const title = part.page === undefined ? heading : `${heading}, ${words.page(part.page)}`;
  const alternates = inEachLanguage(listingPath(part), newsroom);
  const trail = trailOf(input);
  return renderPublicPage({
    language,
    title,
    publisher,
    current: input.current,
    feeds: input.feedList,
    inLanguages: new Map(alternates.map((other) => [other.language, other.path])),
    address: absolute(publisher.baseUrl, path),
    head: renderHead({
      publisher,
      path,
      title,
      description: `${words.newsFrom(newsroom.name)}: ${title}.`,
      language,
      alternates,
      feeds: input.feeds,
      structured: collectionPage(publisher, {
        language,
        trail: [...trail, { name: title, path }],
        items: part.items,
        about: input.current === 'topics' ? heading : undefined,
      }),
    }),
    main: html`<div class="listing">
<nav class="trail" aria-label="${words.trail}">${trail.map((step) => html`<a class="target" href="${step.path}">${step.name}</a>`)}</nav>
<h1>${title}</h1>
<div class="main">
${renderEntries({ items: part.items, publisher, language })}${pager(input)}</div>
${part.page === undefined && input.aside && html`<div class="side">\n${input.aside}</div>\n`}</div>
`,
  });
}

/** What stands above the page: topics or archive, and the list itself above a page of it that is not the newest. */
function trailOf({ part, heading, current, publisher, language }: ListingInput): { name: string; path: string }[] {
  const words = wordsOf(language);
  const at = (name: string, path: string) => ({ name, path: pathIn(language, publisher.newsroom, path) });
  const above = current === 'topics' ? at(words.topics, topicsPath()) : at(words.archive, archivePath());
  return part.page === undefined ? [above] : [above, at(heading, listPath(part.list))];
}

function pager({ part, publisher, language }: ListingInput): Markup | undefined {
  const words = wordsOf(language);
  const older = part.from - 1;
  const newer = part.page === undefined ? undefined : part.page + 1;
  if (older < 1 && newer === undefined) return undefined;
  const link = (path: string, rel: 'prev' | 'next', text: string) =>
    html`<a class="target" href="${pathIn(language, publisher.newsroom, path)}" rel="${rel}">${text}</a>`;
  const newerPath = newer !== undefined && (newer < part.pages ? listPagePath(part.list, newer) : listPath(part.list));
  return html`<nav class="pager" aria-label="${words.pages}">${newerPath && link(newerPath, 'prev', `← ${words.newer}`)}${
    older >= 1 && link(listPagePath(part.list, older), 'next', `${words.older} →`)
  }</nav>
`;
}
