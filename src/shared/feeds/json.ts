import { absolute } from '../release/addresses.ts';
import { cleanText } from '../release/text.ts';
import type { Publisher } from '../release/view.ts';
import { type FeedInput, feedHead } from './feed.ts';
import { type FeedFrame, jsonListFrame } from './frame.ts';

/** The list as JSON Feed 1.1, `next_url` leading through its archive documents. Withdrawn releases are not in it. */
export function jsonFrame(feed: FeedInput, publisher: Publisher): FeedFrame {
  const head = feedHead(feed, 'json', publisher);
  const { newsroom, baseUrl } = publisher;
  const value = {
    version: 'https://jsonfeed.org/version/1.1',
    title: cleanText(head.title),
    home_page_url: head.home,
    // Of the feed, not of this part of it: readers know a feed by this address (JSON Feed 1.1, "feed_url").
    feed_url: head.current,
    next_url: head.previous,
    description: cleanText(head.description),
    authors: [{ name: cleanText(newsroom.name), url: absolute(baseUrl, '/') }],
    language: head.language,
    hubs: head.hubs.length > 0 ? head.hubs.map((url) => ({ type: 'WebSub', url })) : undefined,
  };
  return jsonListFrame(value, 'items');
}
