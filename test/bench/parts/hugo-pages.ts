import { monthPath } from '../../../src/shared/release/addresses.ts';
import { formatMonth, localMonth } from '../../../src/shared/release/dates.ts';
import { listedTopics, topicInLanguage } from '../../../src/shared/release/lists/feed-lists.ts';
import { type Newsroom, topicName } from '../../../src/shared/release/newsroom/newsroom.ts';
import type { PublicView, Publisher } from '../../../src/shared/release/view.ts';
import { inLanguage } from '../../../src/shared/release/words.ts';
import { siteCardOf } from '../../../src/shared/site/card/site-card.ts';
import { feedsWordsOf } from '../../../src/shared/site/feeds-words.ts';
import { wordsOf } from '../../../src/shared/site/words.ts';
import { feedListed } from './hugo-words.ts';

/*
 * The pages of Hugo's site that no release has for itself.
 */

/** Writes a file below the site's folder. */
export type Put = (path: string, text: string) => void;

/** Every page that no release has for itself. */
export function putPages(put: Put, publisher: Publisher, views: readonly PublicView[]): void {
  for (const language of ['sv', 'en'] as const) putSpoken(put, publisher, language);
  for (const own of ['about', 'accessibility', 'privacy'] as const) putOwn(put, publisher, own);
  putTopics(put, publisher);
  putMonths(put, publisher, views);
  // Its own page would be a list of everything, which the front page and the months are.
  put('content/releases/_index.md', page({ title: 'releases', _build: { render: 'never' } }));
}

/** A language's front page and its page of feeds. */
function putSpoken(put: Put, publisher: Publisher, language: 'sv' | 'en'): void {
  const { name } = publisher.newsroom;
  const words = wordsOf(language);
  const at = language === 'sv' ? '' : 'en/';
  const description = words.frontDescription(name);
  const front = { title: `${words.newsroom} – ${name}`, description, layout: 'front', current: 'news', cardalt: description.slice(0, -1) };
  put(`content/${at}_index.md`, page({ ...front, language, ...inBoth(`/${at}`, publisher) }));
  const feeds = { title: words.feeds, description: feedsWordsOf(language).description(name), layout: 'feeds' };
  put(`content/${at}feeds.md`, page({ ...feeds, language, ...inBoth(`/${at}feeds/`, publisher) }));
}

/** A page the organisation wrote itself, in both languages at one address. */
function putOwn(put: Put, publisher: Publisher, own: 'about' | 'accessibility' | 'privacy'): void {
  const { newsroom } = publisher;
  const text = { about: newsroom.boilerplate, accessibility: newsroom.accessibility.text, privacy: newsroom.privacy.text }[own];
  const titleIn = (language: string) => (own === 'about' ? wordsOf(language).about(newsroom.name) : wordsOf(language)[own]);
  const title = titleIn('sv');
  // Below a heading of its own.
  const english = { title: titleIn('en'), text: text.en!.replaceAll(/^## /gm, '### ') };
  const matter = { title, description: `${title}. ${newsroom.name}.`, layout: 'own', after: own, elsewhere: `/${own}/#en`, english };
  const schema = own === 'about' ? 'AboutPage' : 'WebPage';
  put(`content/${own}.md`, page({ ...matter, schema, card: cardName(`/${own}/`, publisher) }, text.sv));
}

function putTopics(put: Put, publisher: Publisher): void {
  const { newsroom } = publisher;
  const words = wordsOf('sv');
  const description = `${words.newsFrom(newsroom.name)}. ${words.topicsLead}`;
  const all = { title: words.topics, description, current: 'topics', schema: 'CollectionPage' };
  put('content/topics/_index.md', page({ ...all, ...inBoth('/topics/', publisher) }));
  for (const topic of listedTopics(newsroom)) {
    const path = `/topics/${topic}/`;
    const names = { sv: topicName(newsroom, topic, 'sv'), en: topicName(newsroom, topic, 'en') };
    const matter = { title: names.sv, names, current: 'topics', feeds: path, lists: feedsOfTopic(topic, newsroom) };
    put(`content${path}_index.md`, page({ ...matter, ...inBoth(path, publisher) }));
  }
}

function putMonths(put: Put, publisher: Publisher, views: readonly PublicView[]): void {
  const { newsroom } = publisher;
  const words = wordsOf('sv');
  const description = `${words.newsFrom(newsroom.name)}: ${words.archiveLead.charAt(0).toLowerCase()}${words.archiveLead.slice(1)}`;
  put(
    'content/archive/_index.md',
    page({ title: words.archive, description, schema: 'CollectionPage', ...inBoth('/archive/', publisher) }),
  );
  const listed = views.filter((view) => view.kind !== 'withdrawal');
  for (const month of new Set(listed.map((view) => localMonth(view.firstPublishedAt, newsroom.timezone)))) {
    const name = formatMonth(month, 'sv');
    const url = monthPath(month);
    const matter = { title: name.charAt(0).toUpperCase() + name.slice(1), url, month, year: month.slice(0, 4) };
    put(`content/archive/${month}/_index.md`, page({ ...matter, ...inBoth(url, publisher) }));
  }
}

function feedsOfTopic(topic: string, newsroom: Newsroom) {
  const languages = ['sv', 'en'].map((language) => ({
    ...feedListed(topicInLanguage(topic, language), inLanguage(language), newsroom),
    language,
  }));
  return [feedListed(`topic:${topic}`, wordsOf('sv').followAll, newsroom), ...languages];
}

/** What a page has that stands in both languages. */
function inBoth(path: string, publisher: Publisher) {
  return { bilingual: true, card: cardName(path, publisher) };
}

function cardName(path: string, publisher: Publisher): string {
  return siteCardOf(path, path.startsWith('/en/') ? 'en' : 'sv', publisher).path.slice(path.length);
}

function page(matter: object, text = ''): string {
  return `${JSON.stringify(matter, null, 1)}\n\n${text}\n`;
}
