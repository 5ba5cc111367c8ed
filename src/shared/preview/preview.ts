import { renderMember } from '../feeds/member.ts';
import { renderFeed } from '../feeds/render.ts';
import { composeLetter, type Occasion } from '../mail/letter.ts';
import type { FeedFormat } from '../release/addresses.ts';
import type { PublicView, Publisher } from '../release/view.ts';
import { renderView } from '../site/of-release.ts';

/** One revision in every channel: what the desk previews, the archive keeps and the goldens compare. */
export type ChannelBytes = {
  /** The whole page, or the notice in the place of a withdrawn release. */
  readonly page: string;
  /** The feed of everything as it would be with this release alone; a withdrawn one is in Atom, as a tombstone, and in ninjs, as canceled. */
  readonly rss: string;
  readonly atom: string;
  readonly json: string;
  readonly ninjs: string;
  /** The letter before it is addressed: personal links hold placeholders. */
  readonly letterSubject: string;
  readonly letterHtml: string;
  readonly letterText: string;
};

/** Renders a view through the very functions that page, feeds and letters are made with. Pure; `occasion` is the letter's. */
export function renderChannels(view: PublicView, publisher: Publisher, occasion: Occasion = {}): ChannelBytes {
  const letter = composeLetter(view, publisher, occasion);
  const alone = { list: 'all', members: [renderMember(view, publisher)] };
  const feed = (format: FeedFormat) => renderFeed(format, alone, publisher).toString();
  return {
    page: renderView(view, publisher).body,
    rss: feed('rss'),
    atom: feed('atom'),
    json: feed('json'),
    ninjs: feed('ninjs'),
    letterSubject: letter.subject,
    letterHtml: letter.html,
    letterText: letter.text,
  };
}
