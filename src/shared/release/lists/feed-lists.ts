import { type FeedFormat, feedPath } from '../addresses.ts';
import { type InterfaceLanguage, interfaceLanguage, type Newsroom, topicName } from '../newsroom/newsroom.ts';
import { languageName } from '../words.ts';
import { FEED_TYPES } from './feed-types.ts';

/*
 * Which lists have feeds, and what the feeds of each are called: what writes them, the page that names them and OPML say the same.
 */

/** What a list with feeds holds: everything, one language, one topic, or one topic in one language. */
export type FeedList = { readonly language?: string; readonly topic?: string };

/** Topics the public may see. */
export function listedTopics(newsroom: Newsroom): string[] {
  return Object.keys(newsroom.topics).filter((topic) => !newsroom.topics[topic]!.unlisted);
}

/** The list of a topic in one language. */
export function topicInLanguage(topic: string, language: string): string {
  return `language-topic:${language}:${topic}`;
}

/** Every list of this newsroom that has feeds: all, each language, each listed topic and, with several languages, each topic in each of them. */
export function feedLists(newsroom: Newsroom): string[] {
  const { languages } = newsroom;
  const topics = listedTopics(newsroom);
  const crossed = languages.length > 1 ? languages.flatMap((language) => topics.map((topic) => topicInLanguage(topic, language))) : [];
  return ['all', ...languages.map((language) => `language:${language}`), ...topics.map((topic) => `topic:${topic}`), ...crossed];
}

/** Reads the name of a list with feeds. */
export function readFeedList(list: string): FeedList {
  const [kind, first = '', second = ''] = list.split(':');
  switch (kind) {
    case 'language':
      return { language: first };
    case 'topic':
      return { topic: first };
    case 'language-topic':
      return { language: first, topic: second };
    default:
      return {};
  }
}

/** The language a feed speaks of itself in: its own, else the newsroom's first. */
export function feedLanguage(list: string, newsroom: Newsroom): string {
  return readFeedList(list).language ?? newsroom.languages[0]!;
}

/** What a list's feeds are called, each otherwise than every other. */
export function feedTitle(list: string, newsroom: Newsroom): string {
  const { language, topic } = readFeedList(list);
  const about = topic === undefined ? '' : `: ${topicName(newsroom, topic, feedLanguage(list, newsroom))}`;
  return `${newsroom.name}${about}${language === undefined ? '' : ` (${languageName(language)})`}`;
}

const NEWS_FROM: Record<InterfaceLanguage, (name: string) => string> = {
  sv: (name) => `Nyheter från ${name}`,
  en: (name) => `News from ${name}`,
};

/** One line on what stands in them. */
export function feedDescription(list: string, newsroom: Newsroom): string {
  return NEWS_FROM[interfaceLanguage(feedLanguage(list, newsroom))](newsroom.name);
}

/** A document of a feed: of a list in one format; with `archive` the one of that number (RFC 5005 section 4), without it the one people subscribe to. */
export type FeedAddress = { readonly list: string; readonly format: FeedFormat; readonly archive: number | undefined };

/** The format whose file a path ends with; undefined for what no newsroom's feed is called. */
export function feedFormatOf(path: string): FeedFormat | undefined {
  return (Object.keys(FEED_TYPES) as FeedFormat[]).find((format) => path.endsWith(feedPath('all', format)));
}

/** feedPath the other way round. Undefined when this newsroom has no such feed; whether an archive document is there is not asked here. */
export function readFeedPath(newsroom: Newsroom, path: string): FeedAddress | undefined {
  const format = feedFormatOf(path);
  if (!format) return undefined;
  const [, folder, archive, file] = /^(.*?\/)(?:feeds\/([1-9]\d{0,5})\/)?([^/]+)$/.exec(path)!;
  const list = feedLists(newsroom).find((list) => feedPath(list, format) === `${folder}${file}`);
  return list === undefined ? undefined : { list, format, archive: archive === undefined ? undefined : Number(archive) };
}
