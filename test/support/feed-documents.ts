import type { FeedInput } from '../../src/shared/feeds/feed.ts';
import { renderMember } from '../../src/shared/feeds/member.ts';
import { renderFeed } from '../../src/shared/feeds/render.ts';
import type { FeedFormat } from '../../src/shared/release/addresses.ts';
import type { Publisher, RevisionView, WithdrawnView } from '../../src/shared/release/view.ts';

/** A document by the releases in it. */
export type FeedOf = Omit<FeedInput, 'members'> & { readonly live: readonly RevisionView[]; readonly gone: readonly WithdrawnView[] };

/** The document as text, its members rendered as the feeds worker renders them. */
export function feedText(format: FeedFormat, { live, gone, ...feed }: FeedOf, publisher: Publisher): string {
  const members = [...live, ...gone].map((view) => renderMember(view, publisher));
  return renderFeed(format, { ...feed, members }, publisher).toString();
}
