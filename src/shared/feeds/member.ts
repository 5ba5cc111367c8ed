import { sha256Hex } from '../platform/canonical.ts';
import type { FeedFormat } from '../release/addresses.ts';
import type { PublicView, Publisher, RevisionView, WithdrawnView } from '../release/view.ts';
import { renderAtomEntry, renderTombstone } from './atom-entry.ts';
import { feedItem } from './feed-item.ts';
import { renderJsonItem } from './json-item.ts';
import { renderNinjsCancelled, renderNinjsItem } from './ninjs-item.ts';
import { renderRssItem } from './rss-item.ts';

/** What one revision is in the documents of feeds: the same in every one of them, and hashed as such. */
export type FeedMember = {
  readonly release: string;
  readonly n: number;
  /** When it last changed in a way that readers are told of (RFC 4287 section 4.2.15). */
  readonly changedAt: Date;
  /** When its text last changed at all. */
  readonly revisedAt: Date;
  /** UTF-8. A format that does not speak of withdrawn releases has none for them. */
  readonly bytes: Readonly<Partial<Record<FeedFormat, Buffer>>>;
};

/** Renders one release for every format. A function of the revision and the publisher alone: what else became public meanwhile is not in it. */
export function renderMember(view: PublicView, publisher: Publisher): FeedMember {
  return view.kind === 'withdrawal' ? withdrawn(view) : live(view, publisher);
}

/** The hashes that the receipt names, by format. */
export function hashesOf({ bytes }: FeedMember): Record<string, string> {
  return Object.fromEntries(Object.entries(bytes).map(([format, data]) => [format, sha256Hex(data)]));
}

function live(view: RevisionView, publisher: Publisher): FeedMember {
  const item = feedItem(view, publisher);
  const bytes = {
    rss: Buffer.from(renderRssItem(item)),
    atom: Buffer.from(renderAtomEntry(item)),
    json: Buffer.from(renderJsonItem(item)),
    ninjs: Buffer.from(renderNinjsItem(item)),
  };
  return { release: view.id, n: view.n, changedAt: view.significantAt, revisedAt: view.publishedAt, bytes };
}

function withdrawn(view: WithdrawnView): FeedMember {
  const bytes = { atom: Buffer.from(renderTombstone(view)), ninjs: Buffer.from(renderNinjsCancelled(view)) };
  return { release: view.id, n: view.n, changedAt: view.publishedAt, revisedAt: view.publishedAt, bytes };
}
