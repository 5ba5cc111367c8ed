import { html, type Markup } from '../platform/markup.ts';
import { absolute, type FeedFormat, feedPath, feedsPath, opmlPath } from '../release/addresses.ts';
import { hubsOf } from '../release/hubs.ts';
import { feedTitle, listedTopics, topicInLanguage } from '../release/lists/feed-lists.ts';
import { interfaceLanguage, topicName } from '../release/newsroom/newsroom.ts';
import { apiDescriptionPath, embedPath, publicApiPath } from '../release/reader-addresses.ts';
import type { Publisher } from '../release/view.ts';
import { feedsOf } from './feeds.ts';
import { feedsWordsOf } from './feeds-words.ts';
import { renderPublicPage } from './frame.ts';
import { renderHead } from './head.ts';
import { wordsOf } from './words.ts';
import { pageWords } from './words-pages.ts';

const FORMATS: readonly (readonly [FeedFormat, string])[] = [
  ['rss', 'RSS'],
  ['atom', 'Atom'],
  ['json', 'JSON Feed'],
  ['ninjs', 'ninjs'],
];

/** Every feed there is, for people: what a feed is, and the addresses; each topic in all languages and in the page's own. */
export function renderFeedsPage(publisher: Publisher, language: string): string {
  const { newsroom } = publisher;
  const words = feedsWordsOf(language);
  const title = wordsOf(language).feeds;
  const path = feedsPath(language, newsroom);
  const alternates = newsroom.languages.map((other) => ({ language: other, path: feedsPath(other, newsroom) }));
  return renderPublicPage({
    language,
    title,
    publisher,
    inLanguages: new Map(alternates.map((other) => [other.language, other.path])),
    address: absolute(publisher.baseUrl, path),
    head: renderHead({
      publisher,
      path,
      title,
      description: words.description(newsroom.name),
      language,
      alternates,
      feeds: feedsOf(language, publisher),
    }),
    main: html`<h1>${title}</h1>
<div class="prose">
<p>${words.lead}</p>
<ul>
${words.formats.map((format) => html`<li>${format}</li>\n`)}</ul>
<p>${words.history}${hubsOf(publisher).length > 0 && ` ${words.push}`}</p>
<p><a class="target" href="${opmlPath()}">${words.opml}</a></p>
</div>
${everything(publisher, language)}${topics(publisher, language)}${otherWays(language)}`,
  });
}

function everything(publisher: Publisher, language: string): Markup {
  const { languages } = publisher.newsroom;
  const words = feedsWordsOf(language);
  const lines = languages.map((other) => line(publisher, `language:${other}`, words.inLanguage(nameOf(other, language))));
  return html`<h2>${words.everything}</h2>
<ul class="index">
${line(publisher, 'all', languages.length > 1 ? words.inEveryLanguage : words.everything)}${languages.length > 1 && lines}</ul>
`;
}

function topics(publisher: Publisher, language: string): Markup | undefined {
  const { newsroom } = publisher;
  const listed = listedTopics(newsroom);
  if (listed.length === 0) return undefined;
  const lines = (listOf: (topic: string) => string) =>
    listed.map((topic) => line(publisher, listOf(topic), topicName(newsroom, topic, language)));
  const words = feedsWordsOf(language);
  const own = html`<h2>${words.topicIn(nameOf(language, language))}</h2>
<ul class="index">
${lines((topic) => topicInLanguage(topic, language))}</ul>
`;
  return html`<h2>${newsroom.languages.length > 1 ? words.byTopicInEveryLanguage : words.byTopic}</h2>
<ul class="index">
${lines((topic) => `topic:${topic}`)}</ul>
${newsroom.languages.length > 1 && own}`;
}

/** What is no feed and yet carries our news elsewhere. */
function otherWays(language: string): Markup {
  const words = pageWords(language);
  return html`<h2>${words.otherWays}</h2>
<ul class="index">
<li><a class="target" href="${embedPath()}">${words.embed}</a></li>
<li><a class="target" href="${publicApiPath()}">${words.publicApi}</a> <span class="meta feeds"><a class="target" href="${apiDescriptionPath()}" aria-label="${`OpenAPI: ${words.publicApi}`}">OpenAPI</a></span></li>
</ul>
`;
}

function line(publisher: Publisher, list: string, name: string): Markup {
  const title = feedTitle(list, publisher.newsroom);
  const links = FORMATS.map(
    ([format, called]) => html` <a class="target" href="${feedPath(list, format)}" aria-label="${`${called}: ${title}`}">${called}</a>`,
  );
  return html`<li><span>${name}</span> <span class="meta feeds">${links}</span></li>\n`;
}

/** A language as a sentence of the page around it names it. */
function nameOf(language: string, around: string): string {
  return new Intl.DisplayNames([interfaceLanguage(around)], { type: 'language' }).of(language) ?? language;
}
