import { html, type Markup } from '../platform/markup.ts';
import { absolute, archivePath, listPagePath, listPath, topicsPath } from '../release/addresses.ts';
import type { ReleaseSummary } from '../release/lists.ts';
import type { Publisher } from '../release/view.ts';
import { renderEntries } from './entries.ts';
import { renderPublicPage } from './frame.ts';
import { renderHead } from './head.ts';
import { collectionPage } from './structured-site.ts';
import { type Words, wordsOf } from './words.ts';

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
  readonly heading: string;
  /** Stands beside the newest page. */
  readonly aside?: Markup;
  readonly current: 'topics' | 'archive';
  readonly feeds?: readonly { readonly list: string; readonly title: string }[];
  readonly feedList?: string;
};

/** The path of a part of a list. */
export function listingPath({ list, page }: Pick<ListingPart, 'list' | 'page'>): string {
  return page === undefined ? listPath(list) : listPagePath(list, page);
}

/** A page of a topic's or a month's list. */
export function renderListing(input: ListingInput): string {
  const { part, publisher, heading } = input;
  const language = publisher.newsroom.languages[0]!;
  const words = wordsOf(language);
  const path = listingPath(part);
  const title = part.page === undefined ? heading : `${heading}, ${words.page(part.page)}`;
  return renderPublicPage({
    language,
    title,
    publisher,
    current: input.current,
    feeds: input.feedList,
    address: absolute(publisher.baseUrl, path),
    head: renderHead({
      publisher,
      path,
      title,
      description: `${title}. ${publisher.newsroom.name}`,
      language,
      feeds: input.feeds,
      structured: collectionPage(publisher, { language, trail: trailOf(input, { name: title, path }) }),
    }),
    main: html`<div class="listing">
<h1>${title}</h1>
<div class="main">
${renderEntries({ items: part.items, publisher, language })}${pager(part, words)}</div>
${part.page === undefined && input.aside && html`<div class="side">\n${input.aside}</div>\n`}</div>
`,
  });
}

/** Topics or archive, the list, and the page of it when it is not the newest. */
function trailOf({ part, heading, current, publisher }: ListingInput, page: { name: string; path: string }) {
  const words = wordsOf(publisher.newsroom.languages[0]!);
  const above = current === 'topics' ? { name: words.topics, path: topicsPath() } : { name: words.archive, path: archivePath() };
  const list = { name: heading, path: listPath(part.list) };
  return part.page === undefined ? [above, list] : [above, list, page];
}

function pager(part: ListingPart, words: Words): Markup | undefined {
  const older = part.from - 1;
  const newer = part.page === undefined ? undefined : part.page + 1;
  if (older < 1 && newer === undefined) return undefined;
  const link = (href: string, rel: 'prev' | 'next', text: string) => html`<a class="target" href="${href}" rel="${rel}">${text}</a>`;
  const newerPath = newer !== undefined && (newer < part.pages ? listPagePath(part.list, newer) : listPath(part.list));
  return html`<nav class="pager" aria-label="${words.pages}">${newerPath && link(newerPath, 'prev', `← ${words.newer}`)}${
    older >= 1 && link(listPagePath(part.list, older), 'next', `${words.older} →`)
  }</nav>
`;
}
