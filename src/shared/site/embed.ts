import { html, type Markup } from '../platform/markup.ts';
import { absolute, listPath, releasePath } from '../release/addresses.ts';
import { formatDate } from '../release/dates.ts';
import { langAttribute } from '../release/lang-attribute.ts';
import { listedTopics } from '../release/lists/feed-lists.ts';
import type { ReleaseSummary } from '../release/lists/lists.ts';
import { interfaceLanguage, topicName } from '../release/newsroom/newsroom.ts';
import { embedListPath } from '../release/reader-addresses.ts';
import type { Publisher } from '../release/view.ts';
import { noIndex } from './head.ts';
import { embedSheetOf } from './stylesheet.ts';
import { renderTime } from './time.ts';
import { wordsOf } from './words.ts';
import { pageWords } from './words-pages.ts';

/** Releases a frame may show. Fewer are no list, more do not fit beside somebody else's text. */
export const EMBED_COUNT = { least: 1, usual: 5, most: 10 } as const;

/** How many a request asks for: a whole number within the bounds, five without one. */
export function embedCountOf(value: unknown): number {
  const number = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : EMBED_COUNT.usual;
  return Math.min(Math.max(number, EMBED_COUNT.least), EMBED_COUNT.most);
}

/** A list that other sites may show: `language:sv`, `topic:naringsliv`. */
export type EmbedList = { readonly list: string; readonly language: string; readonly title: string };

/** Every list other sites may show: the newsroom's languages, then its public topics in its first language. */
export function embedLists({ newsroom }: Publisher): EmbedList[] {
  const [first = 'sv'] = newsroom.languages;
  return [
    ...newsroom.languages.map((language) => ({
      list: `language:${language}`,
      language,
      title: pageWords(language).embedListTitle(newsroom.name, ''),
    })),
    ...listedTopics(newsroom).map((topic) => ({
      list: `topic:${topic}`,
      language: first,
      title: pageWords(first).embedListTitle(newsroom.name, topicName(newsroom, topic, first)),
    })),
  ];
}

/** The page for a frame on another site: headlines that open in the whole window. No header, no script, no picture, no cookie. */
export function renderEmbed(embed: EmbedList, items: readonly ReleaseSummary[], publisher: Publisher): string {
  const { newsroom, baseUrl } = publisher;
  const words = pageWords(embed.language);
  const all = embed.list === `language:${newsroom.languages[0]}` ? '/' : listPath(embed.list);
  return `${html`<!DOCTYPE html>
<html lang="${interfaceLanguage(embed.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${embed.title}</title>
<link rel="stylesheet" href="${embedSheetOf(newsroom).path}">
<link rel="canonical" href="${absolute(baseUrl, all)}">
${noIndex()}<meta name="color-scheme" content="light dark">
</head>
<body>
<main>
<h1>${embed.title}</h1>
${headlines(embed, items, publisher)}<p><a href="${absolute(baseUrl, all)}" target="_top">${words.allNews}</a></p>
</main>
</body>
</html>`}
`;
}

function headlines({ language }: EmbedList, items: readonly ReleaseSummary[], { newsroom, baseUrl }: Publisher): Markup {
  if (items.length === 0) return html`<p>${wordsOf(language).noReleases}</p>\n`;
  const item = ({ slug, title, publishedAt, language: own }: ReleaseSummary) =>
    html`<li>${renderTime(publishedAt, formatDate(publishedAt, language, newsroom.timezone))}<a href="${absolute(baseUrl, releasePath(slug))}" target="_top"${own !== language && html`${langAttribute(own)} hreflang="${own}"`}>${title}</a></li>\n`;
  return html`<ul>\n${items.map(item)}</ul>\n`;
}

/** One line that puts the list into a frame. `loading=lazy`: a reader who does not scroll there fetches nothing. */
export function frameSnippet(embed: EmbedList, { baseUrl }: Publisher): string {
  const address = absolute(baseUrl, `${embedListPath(embed.list)}?count=${EMBED_COUNT.usual}`);
  return html`<iframe src="${address}" title="${embed.title}" lang="${embed.language}" loading="lazy" style="width:100%;height:30rem;border:0"></iframe>`.toString();
}

/** The same headlines as plain links, to paste where frames are not allowed. */
export function linksSnippet({ language }: EmbedList, items: readonly ReleaseSummary[], { newsroom, baseUrl }: Publisher): string {
  const lines = items.map(
    ({ slug, title, publishedAt, language: own }) =>
      html`  <li><a href="${absolute(baseUrl, releasePath(slug))}"${own !== language && html`${langAttribute(own)} hreflang="${own}"`}>${title}</a> (${formatDate(publishedAt, language, newsroom.timezone)})</li>\n`,
  );
  return html`<ul lang="${language}">\n${lines}</ul>`.toString();
}
