import { absolute, type FeedFormat, feedPath } from '../release/addresses.ts';
import { feedLists, readFeedPath } from '../release/lists/feed-lists.ts';
import { FEED_TYPES } from '../release/lists/feed-types.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import type { Publisher } from '../release/view.ts';
import type { Connection } from '../schema/database.ts';

/* What can be subscribed to at a hub: every feed, by its path. Archive documents (RFC 5005) are not among them: nothing new ever stands in them. */

const FORMATS = Object.keys(FEED_TYPES) as FeedFormat[];

const pathsOf = (list: string) => FORMATS.map((format) => feedPath(list, format));

/** Media type of a feed of this newsroom, by its path; undefined when there is no such feed. */
export function findFeedType(newsroom: Newsroom, feed: string): string | undefined {
  const found = readFeedPath(newsroom, feed);
  return found && found.archive === undefined ? FEED_TYPES[found.format] : undefined;
}

/** The path of the feed that a topic URL names; undefined when it is none of ours. */
export function findFeed({ newsroom, baseUrl }: Publisher, topic: string): string | undefined {
  if (!URL.canParse(topic)) return undefined;
  const [{ href }, base] = [new URL(topic), new URL(absolute(baseUrl, '/')).href];
  const feed = href.startsWith(base) ? `/${href.slice(base.length)}` : '';
  return findFeedType(newsroom, feed) === undefined ? undefined : feed;
}

/** Paths of the feeds that hold a release, or held it before a correction moved it. */
export async function findTouchedFeeds(db: Connection, newsroom: Newsroom, release: string): Promise<string[]> {
  const rows = await db.selectFrom('list_entries').select('list').distinct().where('release', '=', release).execute();
  const touched = new Set(rows.map((row) => row.list));
  return feedLists(newsroom)
    .filter((list) => touched.has(list))
    .flatMap(pathsOf);
}
