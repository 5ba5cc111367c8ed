import type { FeedFormat } from '../release/addresses.ts';
import type { Publisher } from '../release/view.ts';
import { renderAtom } from './atom.ts';
import type { FeedInput } from './feed.ts';
import { renderJson } from './json.ts';
import { renderNinjs } from './ninjs.ts';
import { renderRss } from './rss.ts';

export const FEED_FORMATS: readonly FeedFormat[] = ['rss', 'atom', 'json', 'ninjs'];

/** Formats with archive documents. ninjs has no link for them: a news desk asks for what is new. */
export const ARCHIVED_FORMATS: readonly FeedFormat[] = ['rss', 'atom', 'json'];

const RENDER: Record<FeedFormat, (feed: FeedInput, publisher: Publisher) => string> = {
  rss: renderRss,
  atom: renderAtom,
  json: renderJson,
  ninjs: renderNinjs,
};

/** A feed's document in one format. The same input gives the same bytes. */
export function renderFeed(format: FeedFormat, feed: FeedInput, publisher: Publisher): string {
  return RENDER[format](feed, publisher);
}
