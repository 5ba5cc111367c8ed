import { createHash } from 'node:crypto';
import { absolute, type FeedFormat, feedPath, frontPath, topicPath } from '../release/addresses.ts';
import { type InterfaceLanguage, interfaceLanguage, type Newsroom, topicName } from '../release/newsroom.ts';
import type { Publisher, RevisionView, WithdrawnView } from '../release/view.ts';
import { languageName } from '../release/words.ts';

/** What one feed holds: the newest public releases of a list, newest significant change first, and the withdrawn ones among them. */
export type FeedInput = {
  /** Name of a list with a feed: `all`, `language:sv`, `topic:naringsliv`. */
  readonly list: string;
  readonly live: readonly RevisionView[];
  readonly gone: readonly WithdrawnView[];
};

/** Readers ask often and keep what they have seen; the whole history stands in the archive by month. */
export const FEED_LENGTH = 50;

/** When an empty feed says it was changed: any fixed moment that readers find plausible; the present one would change its bytes at every rebuild. */
const NEVER_CHANGED = new Date('2000-01-01T00:00:00Z');

/** Every list of this newsroom that has feeds: all, each language, each listed topic. */
export function feedLists(newsroom: Newsroom): string[] {
  const listed = Object.entries(newsroom.topics).filter(([, topic]) => !topic.unlisted);
  return ['all', ...newsroom.languages.map((language) => `language:${language}`), ...listed.map(([topic]) => `topic:${topic}`)];
}

const NEWS_FROM: Record<InterfaceLanguage, (name: string) => string> = {
  sv: (name) => `Nyheter från ${name}`,
  en: (name) => `News from ${name}`,
};

/** The parts of a feed's head that all three formats share. */
export type FeedHead = {
  readonly title: string;
  readonly description: string;
  readonly language: string;
  /** Address of the page that shows the same list. */
  readonly home: string;
  readonly self: string;
  /** `urn:uuid:`, the same for as long as the feed has this address. */
  readonly id: string;
  readonly changedAt: Date;
};

export function feedHead(feed: FeedInput, format: FeedFormat, { newsroom, baseUrl }: Publisher): FeedHead {
  const [kind, name = ''] = feed.list.split(':') as [string, string?];
  const language = kind === 'language' ? name : newsroom.languages[0]!;
  const self = absolute(baseUrl, feedPath(feed.list, format));
  return {
    title: titleOf(kind, name, newsroom),
    description: NEWS_FROM[interfaceLanguage(language)](newsroom.name),
    language,
    home: absolute(baseUrl, homeOf(kind, name, newsroom)),
    self,
    id: urnOf(self),
    changedAt: newest([...feed.live.map((view) => view.significantAt), ...feed.gone.map((view) => view.publishedAt)]),
  };
}

function titleOf(kind: string, name: string, newsroom: Newsroom): string {
  switch (kind) {
    case 'language':
      return `${newsroom.name} (${languageName(name)})`;
    case 'topic':
      return `${newsroom.name}: ${topicName(newsroom, name, newsroom.languages[0]!)}`;
    default:
      return newsroom.name;
  }
}

function homeOf(kind: string, name: string, newsroom: Newsroom): string {
  switch (kind) {
    case 'language':
      return frontPath(name, newsroom);
    case 'topic':
      return topicPath(name);
    default:
      return '/';
  }
}

function newest(dates: readonly Date[]): Date {
  return new Date(Math.max(NEVER_CHANGED.getTime(), ...dates.map((date) => date.getTime())));
}

/** The RFC 9562 namespace for names that are URLs (appendix of namespace ids). */
const URL_NAMESPACE = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/** Name-based UUID (version 5, RFC 9562 section 5.5) of an address, as a URN. */
function urnOf(url: string): string {
  const hash = createHash('sha1').update(URL_NAMESPACE).update(url).digest().subarray(0, 16);
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return `urn:uuid:${hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`;
}
