import { feedPath, frontPath } from '../../../src/shared/release/addresses.ts';
import { feedTitle, listedTopics, topicInLanguage } from '../../../src/shared/release/lists/feed-lists.ts';
import { type InterfaceLanguage, type Newsroom, topicName } from '../../../src/shared/release/newsroom/newsroom.ts';
import { contactsPath, imagesPath, searchPath } from '../../../src/shared/release/reader-addresses.ts';
import { inLanguage, languageName } from '../../../src/shared/release/words.ts';
import { feedListOf } from '../../../src/shared/site/feeds.ts';
import { feedsWordsOf } from '../../../src/shared/site/feeds-words.ts';
import { wordsOf } from '../../../src/shared/site/words.ts';
import { pageWords } from '../../../src/shared/site/words-pages.ts';

/*
 * The words of our own pages as a data file of Hugo's, one for each language: what takes a value is a pattern for its printf.
 */

const OTHER: Record<InterfaceLanguage, InterfaceLanguage> = { sv: 'en', en: 'sv' };
/** As Go writes a layout of dates, with the spaces that nothing breaks. */
const DATES: Record<InterfaceLanguage, Record<'date' | 'moment' | 'updatedAt', string>> = {
  sv: { date: '2\u00a0January\u00a02006', moment: '2\u00a0January\u00a02006 kl.\u00a015.04', updatedAt: 'uppdaterad kl.\u00a015.04' },
  en: { date: '2\u00a0January\u00a02006', moment: '2\u00a0January\u00a02006 at\u00a015:04', updatedAt: 'updated at\u00a015:04' },
};

/** A value of any kind, where Hugo's printf puts it. */
const VALUE = '%v';
const NUMBER = VALUE as unknown as number;

/** Everything the theme says in a language. */
export function hugoWords(language: InterfaceLanguage, newsroom: Newsroom): unknown {
  const words = wordsOf(language);
  const other = OTHER[language];
  const { images, contacts, search, searchLabel, whoAnswers } = pageWords(language);
  return {
    ...words,
    ...DATES[language],
    language,
    locale: language === 'sv' ? 'sv_SE' : 'en_GB',
    front: frontPath(language, newsroom),
    other: { language: other, name: languageName(other), front: frontPath(other, newsroom) },
    names: { sv: languageName('sv'), en: languageName('en') },
    inLanguage: { sv: inLanguage('sv'), en: inLanguage('en') },
    feedsAt: folderOf(feedListOf(language, { newsroom, baseUrl: '' })),
    numbered: `%s, ${words.page(NUMBER)}`,
    about: `${words.newsFrom(newsroom.name)}: %s.`,
    aboutUs: words.about(newsroom.name),
    feedOf: words.feedOf('%s'),
    byLetterOf: words.byLetterOf('%s'),
    revision: words.revision(NUMBER),
    proofOf: words.proofOf(NUMBER),
    withdrawn: words.goneOn('').replace(/ \.$/, ''),
    countOne: words.count(1).replace('1', VALUE),
    countMany: words.count(NUMBER),
    images,
    contacts,
    search,
    searchLabel,
    whoAnswers,
    items: menuOf(language, newsroom),
    footer: footerOf(language, newsroom),
    feedsPage: feedsPageOf(language, newsroom),
  };
}

function menuOf(language: InterfaceLanguage, newsroom: Newsroom) {
  const words = wordsOf(language);
  const named = pageWords(language);
  const front = frontPath(language, newsroom);
  return [
    { key: 'news', path: front, name: words.news },
    { key: 'topics', path: `${front}topics/`, name: words.topics },
    { key: 'images', path: imagesPath(language, newsroom), name: named.images },
    { key: 'contacts', path: contactsPath(language, newsroom), name: named.contacts },
    { key: 'subscribe', path: `/subscribe?language=${language}`, name: words.subscribe },
    { key: 'search', path: searchPath(language, newsroom), name: named.search },
  ];
}

function footerOf(language: InterfaceLanguage, newsroom: Newsroom) {
  const words = wordsOf(language);
  const anchor = language === 'sv' ? '' : `#${language}`;
  return [
    { path: `/subscribe?language=${language}`, name: words.subscribe },
    { path: `${frontPath(language, newsroom)}archive/`, name: words.archive },
    { path: `/about/${anchor}`, name: words.aboutUs },
    { path: `/accessibility/${anchor}`, name: words.accessibility },
    { path: `/privacy/${anchor}`, name: words.privacy },
  ];
}

function feedsPageOf(language: InterfaceLanguage, newsroom: Newsroom) {
  const words = feedsWordsOf(language);
  const { otherWays, embed, publicApi } = pageWords(language);
  const spoken = (of: string) => new Intl.DisplayNames([language], { type: 'language' }).of(of)!;
  const topics = (listOf: (topic: string) => string) =>
    listedTopics(newsroom).map((topic) => feedListed(listOf(topic), topicName(newsroom, topic, language), newsroom));
  const languages = newsroom.languages.map((one) => feedListed(`language:${one}`, words.inLanguage(spoken(one)), newsroom));
  return {
    ...words,
    // The newsroom has its own hub.
    history: `${words.history} ${words.push}`,
    sections: [
      { heading: words.everything, lists: [feedListed('all', words.inEveryLanguage, newsroom), ...languages] },
      { heading: words.byTopicInEveryLanguage, lists: topics((topic) => `topic:${topic}`) },
      { heading: words.topicIn(spoken(language)), lists: topics((topic) => topicInLanguage(topic, language)) },
    ],
    otherWays,
    embed,
    publicApi,
  };
}

/** A list with feeds: what it is called on the page, what its feeds are called, and the folder they lie in. */
export function feedListed(list: string, name: string, newsroom: Newsroom) {
  return { name, title: feedTitle(list, newsroom), at: folderOf(list) };
}

function folderOf(list: string): string {
  return feedPath(list, 'rss').replace(/[^/]+$/, '');
}
