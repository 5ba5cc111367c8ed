import { type InterfaceLanguage, interfaceLanguage, type Newsroom, topicName } from './newsroom.ts';
import { languageName } from './words.ts';

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
