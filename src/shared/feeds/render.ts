import type { FeedFormat } from '../release/addresses.ts';
import type { Publisher } from '../release/view.ts';
import { atomFrame } from './atom.ts';
import type { FeedInput } from './feed.ts';
import { type FeedFrame, fillFrame } from './frame.ts';
import { jsonFrame } from './json.ts';
import { ninjsFrame } from './ninjs.ts';
import { rssFrame } from './rss.ts';
import { demandFrameParses } from './well-formed.ts';

export const FEED_FORMATS: readonly FeedFormat[] = ['rss', 'atom', 'json', 'ninjs'];

/** Formats with archive documents. ninjs has no link for them: a news desk asks for what is new. */
export const ARCHIVED_FORMATS: readonly FeedFormat[] = ['rss', 'atom', 'json'];

const FRAMES: Record<FeedFormat, (feed: FeedInput, publisher: Publisher) => FeedFrame> = {
  rss: rssFrame,
  atom: atomFrame,
  json: jsonFrame,
  ninjs: ninjsFrame,
};

/** A feed's document in one format, UTF-8. The same input gives the same bytes. Throws when its frame would not parse; its members were tried when made. */
export function renderFeed(format: FeedFormat, feed: FeedInput, publisher: Publisher): Buffer {
  const frame = FRAMES[format](feed, publisher);
  demandFrameParses(format, frame);
  const members = feed.members.flatMap((member) => member.bytes[format] ?? []);
  return fillFrame(frame, members);
}
