import { html, type Markup } from '../platform/markup.ts';
import { absolute, type FeedFormat, feedPath, subscribePath, topicPath, topicsPath } from '../release/addresses.ts';
import { feedLanguage, feedTitle, topicInLanguage } from '../release/feed-lists.ts';
import { interfaceLanguage, type Newsroom, topicName } from '../release/newsroom.ts';
import type { Publisher } from '../release/view.ts';
import { inLanguage } from '../release/words.ts';
import { renderPublicPage } from './frame.ts';
import { renderHead } from './head.ts';
import { type ListingPart, renderListing } from './listing.ts';
import { collectionPage } from './structured-site.ts';
import { type Words, wordsOf } from './words.ts';

/** A topic's newest releases, or one of its numbered pages. */
export function renderTopicPage(topic: string, part: ListingPart, publisher: Publisher): string {
  const { newsroom } = publisher;
  const language = newsroom.languages[0]!;
  const words = wordsOf(language);
  const name = topicName(newsroom, topic, language);
  const list = `topic:${topic}`;
  return renderListing({
    part,
    publisher,
    heading: name,
    current: 'topics',
    feedList: list,
    feeds: [list, ...inLanguages(topic, newsroom)].map((one) => ({ list: one, title: feedTitle(one, newsroom) })),
    aside: html`<nav aria-labelledby="folj">
<h2 id="folj">${words.follow}</h2>
<p><a class="target" href="${subscribePath(interfaceLanguage(language), topic)}">${words.followByLetter}</a></p>
<ul>
${[list, ...inLanguages(topic, newsroom)].map((one) => followLine(one, newsroom, words))}</ul>
</nav>
`,
  });
}

/** A list's feeds below the language they are in; the topic's own holds all of them. */
function followLine(list: string, newsroom: Newsroom, words: Words): Markup {
  const language = list.startsWith('topic:') ? undefined : feedLanguage(list, newsroom);
  const name = language ? html`<span lang="${language}">${inLanguage(language)}</span>` : html`<span>${words.followAll}</span>`;
  return html`<li>${name}<br><span class="feeds">${feedLinks(list, newsroom)}</span></li>\n`;
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
export function renderTopicsPage(publisher: Publisher): string {
  const { newsroom } = publisher;
  const language = newsroom.languages[0]!;
  const words = wordsOf(language);
  const listed = Object.keys(newsroom.topics).filter((topic) => !newsroom.topics[topic]!.unlisted);
  const others = newsroom.languages.slice(1);
  return renderPublicPage({
    language,
    title: words.topics,
    publisher,
    current: 'topics',
    address: absolute(publisher.baseUrl, topicsPath()),
    head: renderHead({
      publisher,
      path: topicsPath(),
      title: words.topics,
      description: words.topicsLead,
      language,
      structured: collectionPage(publisher, { language, trail: [{ name: words.topics, path: topicsPath() }] }),
    }),
    main: html`<h1>${words.topics}</h1>
<p class="intro">${words.topicsLead}</p>
<ul class="index">
${listed.map(
  (topic) =>
    html`<li><a class="target" href="${topicPath(topic)}">${topicName(newsroom, topic, language)}</a>${others
      .filter((other) => newsroom.topics[topic]!.names[other])
      .map((other) => html` <span class="meta" lang="${other}">${topicName(newsroom, topic, other)}</span>`)}</li>\n`,
)}</ul>
`,
  });
}
