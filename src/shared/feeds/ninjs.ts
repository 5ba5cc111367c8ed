import { cleanText } from '../release/text.ts';
import type { Publisher } from '../release/view.ts';
import { type FeedInput, feedHead } from './feed.ts';
import { type FeedFrame, jsonListFrame } from './frame.ts';

/**
 * The list for news desks, as one ninjs 3.2 object: the standard has no lists, so the releases are associations of a composite. Withdrawn ones stand in it
 * with `pubStatus: canceled`.
 */
export function ninjsFrame(feed: FeedInput, publisher: Publisher): FeedFrame {
  const head = feedHead(feed, 'ninjs', publisher);
  const value = {
    standard: { name: 'ninjs', version: '3.2', schema: 'http://www.iptc.org/std/ninjs/ninjs-schema_3.2.json#' },
    uri: head.id,
    type: 'composite',
    profile: 'feed',
    versionCreated: head.revisedAt.toISOString(),
    language: head.language,
    title: cleanText(head.title),
    renditions: [
      { name: 'self', href: head.self, contentType: 'application/json' },
      { name: 'web', href: head.home, contentType: 'text/html' },
    ],
  };
  return jsonListFrame(value, 'associations');
}
