import { html, type Markup } from '../platform/markup.ts';
import { absolute, type FeedFormat, feedPath, feedsPath, pathIn, subscribePath, topicPath, topicsPath } from '../release/addresses.ts';
import { feedLanguage, feedTitle, topicInLanguage } from '../release/lists/feed-lists.ts';
import { interfaceLanguage, type Newsroom, topicName } from '../release/newsroom/newsroom.ts';
import type { Publisher } from '../release/view.ts';
import { inLanguage } from '../release/words.ts';
import { inEachLanguage } from './alternates.ts';
import { renderPublicPage } from './frame.ts';
import { renderHead } from './head.ts';
import { type ListingPart, renderListing } from './listing.ts';
import { collectionPage } from './structured-site.ts';
import { type Words, wordsOf } from './words.ts';

/** A topic's newest releases, or one of its numbered pages. */
export function renderTopicPage(part: ListingPart, publisher: Publisher, language: string = publisher.newsroom.languages[0]!): string {
  const { newsroom } = publisher;
  const words = wordsOf(language);
  const { list } = part;
  const topic = list.slice('topic:'.length);
  const name = topicName(newsroom, topic, language);
  return renderListing({
    part,
    publisher,
    language,
    heading: name,
    current: 'topics',
    feedList: list,
    feeds: [list, ...inLanguages(topic, newsroom)].map((one) => ({ list: one, title: feedTitle(one, newsroom) })),
    aside: html`<nav aria-labelledby="folj">
<h2 id="folj">${words.follow}</h2>
<p><a class="target" href="${subscribePath(interfaceLanguage(language), topic)}">${words.followByLetter}</a></p>
<ul>
${[list, ...inLanguages(topic, newsroom)].map((one) => followLine(one, newsroom, words))}</ul>
<p><a class="target" href="${feedsPath(language, newsroom)}">${words.allFeeds}</a></p>
</nav>
`,
  });
}

/** A list's feeds below the language they are in; the topic's own holds all of them. */
function followLine(list: string, newsroom: Newsroom, words: Words): Markup {
  const language = list.startsWith('topic:') ? undefined : feedLanguage(list, newsroom);
  const name = language ? html`<span lang="${language}">${inLanguage(language)}</span>` : html`<span>${words.followAll}</span>`;
  return html`<li>${name} <span class="feeds">${feedLinks(list, newsroom)}</span></li>\n`;
}

/** The topic's lists in each language, where the newsroom has several. */
function inLanguages(topic: string, { languages }: Newsroom): string[] {
  return languages.length > 1 ? languages.map((language) => topicInLanguage(topic, language)) : [];
}

function feedLinks(list: string, newsroom: Newsroom): Markup[] {
  const link = (format: FeedFormat, name: string) =>
    html`<a class="target" href="${feedPath(list, format)}" aria-label="${`${name}: ${feedTitle(list, newsroom)}`}">${name}</a> `;
  return [link('rss', 'RSS'), link('atom', 'Atom'), link('json', 'JSON Feed')];
}

/** Every topic the public may see. */
export function renderTopicsPage(publisher: Publisher, language: string = publisher.newsroom.languages[0]!): string {
  const { newsroom } = publisher;
  const words = wordsOf(language);
  const path = pathIn(language, newsroom, topicsPath());
  const alternates = inEachLanguage(topicsPath(), newsroom);
  const listed = Object.keys(newsroom.topics).filter((topic) => !newsroom.topics[topic]!.unlisted);
  const others = newsroom.languages.filter((other) => other !== language);
  return renderPublicPage({
    language,
    title: words.topics,
    publisher,
    current: 'topics',
    inLanguages: new Map(alternates.map((other) => [other.language, other.path])),
    address: absolute(publisher.baseUrl, path),
    head: renderHead({
      publisher,
      path,
      title: words.topics,
      description: `${words.newsFrom(newsroom.name)}. ${words.topicsLead}`,
      language,
      alternates,
      structured: collectionPage(publisher, { language, trail: [{ name: words.topics, path }] }),
    }),
    main: html`<h1>${words.topics}</h1>
<p class="intro">${words.topicsLead}</p>
<ul class="index">
${listed.map(
  (topic) =>
    html`<li><a class="target" href="${pathIn(language, newsroom, topicPath(topic))}">${topicName(newsroom, topic, language)}</a>${others
      .filter((other) => newsroom.topics[topic]!.names[other])
      .map((other) => html` <span class="meta" lang="${other}">${topicName(newsroom, topic, other)}</span>`)}</li>\n`,
)}</ul>
`,
  });
}
