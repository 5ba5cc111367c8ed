import { cleanText } from '../release/text.ts';
import type { Publisher } from '../release/view.ts';
import { type FeedInput, feedHead } from './feed.ts';
import { renderItems } from './items.ts';
import { renderNinjsCancelled } from './ninjs-item.ts';

/**
 * The list for news desks, as one ninjs 3.2 object: the standard has no lists, so the releases are associations of a composite. Withdrawn ones stand in it
 * with `pubStatus: canceled`.
 */
export function renderNinjs(feed: FeedInput, publisher: Publisher): string {
  const head = feedHead(feed, 'ninjs', publisher);
  const value = {
    standard: { name: 'ninjs', version: '3.2', schema: 'http://www.iptc.org/std/ninjs/ninjs-schema_3.2.json#' },
    uri: head.id,
    type: 'composite',
    profile: 'feed',
    versionCreated: head.changedAt.toISOString(),
    language: head.language,
    title: cleanText(head.title),
    renditions: [
      { name: 'self', href: head.self, contentType: 'application/json' },
      { name: 'web', href: head.home, contentType: 'text/html' },
    ],
  };
  const items = [
    ...feed.live.map((view) => renderItems(view, publisher).ninjs),
    ...feed.gone.map((view) => renderNinjsCancelled(view, cleanText(view.reason))),
  ];
  const open = JSON.stringify(value, null, 2).slice(0, -'\n}'.length);
  return `${open},\n  "associations": [${items.length > 0 ? `\n${items.join(',\n')}\n` : ''}]\n}\n`;
}
