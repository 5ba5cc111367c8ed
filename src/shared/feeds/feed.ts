import { createHash } from 'node:crypto';
import { absolute, type FeedFormat, feedPath, pathIn, topicPath } from '../release/addresses.ts';
import { hubsOf } from '../release/hubs.ts';
import { feedDescription, feedLanguage, feedTitle, readFeedList } from '../release/lists/feed-lists.ts';
import type { Publisher } from '../release/view.ts';
import type { FeedMember } from './member.ts';

/** What one document of a feed holds. */
export type FeedInput = {
  /** Name of a list with a feed (release/lists/feed-lists.ts): `all`, `language:sv`, `topic:naringsliv`, `language-topic:sv:naringsliv`. */
  readonly list: string;
  /** Public releases of the list, newest first, then the withdrawn ones among them. */
  readonly members: readonly FeedMember[];
  /** Archive documents the list has (RFC 5005 section 4); none when left out. */
  readonly archives?: number;
  /** This is that archive document, numbered from 1; left out, it is the subscription document. */
  readonly archive?: number;
};

/** Readers ask often and keep what they have seen; everything older stands in the archive documents. */
export const FEED_LENGTH = 50;

/** When an empty feed says it was changed: any fixed moment that readers find plausible; the present one would change its bytes at every rebuild. */
const NEVER_CHANGED = new Date('2000-01-01T00:00:00Z');

/** The parts of a feed's head that all formats share. */
export type FeedHead = {
  readonly title: string;
  readonly description: string;
  readonly language: string;
  /** Address of the page that shows the same list. */
  readonly home: string;
  /** Address of this very document. */
  readonly self: string;
  /** Address of the subscription document: of this one, unless it is an archive document. */
  readonly current: string;
  readonly isArchive: boolean;
  /**
   * Address of the archive document before this one. There is no link to the one after (RFC 5005 leaves it to us): it would change the bytes of a
   * document in which nothing changed.
   */
  readonly previous: string | undefined;
  /** `urn:uuid:`, the same in every document of the feed, for as long as it has this address. */
  readonly id: string;
  /** Of the newest change that readers are told of. */
  readonly changedAt: Date;
  /** Of the newest change of any kind, minor corrections too. */
  readonly revisedAt: Date;
  /** Where a subscriber may ask to be told of news at once (WebSub); archive documents name none, nothing new ever stands in them. */
  readonly hubs: readonly string[];
};

export function feedHead(feed: FeedInput, format: FeedFormat, publisher: Publisher): FeedHead {
  const { newsroom, baseUrl } = publisher;
  const { list, archive, archives = 0 } = feed;
  const address = (number?: number) => absolute(baseUrl, feedPath(list, format, number));
  const previous = archive === undefined ? archives : archive - 1;
  return {
    title: feedTitle(list, newsroom),
    description: feedDescription(list, newsroom),
    language: feedLanguage(list, newsroom),
    home: absolute(baseUrl, homeOf(list, newsroom)),
    self: address(archive),
    current: address(),
    isArchive: archive !== undefined,
    previous: previous > 0 ? address(previous) : undefined,
    id: urnOf(address()),
    changedAt: newest(feed.members.map((member) => member.changedAt)),
    revisedAt: newest(feed.members.map((member) => member.revisedAt)),
    hubs: archive === undefined ? hubsOf(publisher) : [],
  };
}

/** The page in the feed's language; that of a topic shows releases in every language. */
function homeOf(list: string, newsroom: Publisher['newsroom']): string {
  const { topic } = readFeedList(list);
  return pathIn(feedLanguage(list, newsroom), newsroom, topic === undefined ? '/' : topicPath(topic));
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
