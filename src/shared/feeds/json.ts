import { absolute } from '../release/addresses.ts';
import { cleanText } from '../release/text.ts';
import type { Publisher } from '../release/view.ts';
import { type FeedInput, feedHead } from './feed.ts';
import { renderItems } from './items.ts';

/** The list as JSON Feed 1.1, `next_url` leading through its archive documents. Withdrawn releases are not in it. */
export function renderJson(feed: FeedInput, publisher: Publisher): string {
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
  const items = feed.live.map((view) => renderItems(view, publisher).json);
  // The items' own bytes, not a second serialization of them: what the archive keeps is what stands here.
  const open = JSON.stringify(value, null, 2).slice(0, -'\n}'.length);
  return `${open},\n  "items": [${items.length > 0 ? `\n${items.join(',\n')}\n` : ''}]\n}\n`;
}
