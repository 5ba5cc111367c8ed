import type { FeedFormat } from '../release/addresses.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { renderAtomEntry } from './atom-entry.ts';
import { feedItem } from './feed-item.ts';
import { renderJsonItem } from './json-item.ts';
import { renderNinjsItem } from './ninjs-item.ts';
import { renderRssItem } from './rss-item.ts';

/** A release's bytes in each format, exactly as they stand in a feed. */
export type FeedItemBytes = Readonly<Record<FeedFormat, string>>;

const rendered = new WeakMap<RevisionView, { publisher: Publisher; items: FeedItemBytes }>();

/** Renders one release for every format. Kept as long as the view lives: a release stands in half a dozen feeds. */
export function renderItems(view: RevisionView, publisher: Publisher): FeedItemBytes {
  const known = rendered.get(view);
  if (known?.publisher === publisher) return known.items;
  const item = feedItem(view, publisher);
  const items = { rss: renderRssItem(item), atom: renderAtomEntry(item), json: renderJsonItem(item), ninjs: renderNinjsItem(item) };
  rendered.set(view, { publisher, items });
  return items;
}
