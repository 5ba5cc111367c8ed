import { KeptMembers } from '../../../shared/feeds/kept-members.ts';
import { renderFeedOnRequest } from '../../../shared/feeds/on-request.ts';
import { type FeedAddress, readFeedPath } from '../../../shared/release/lists/feed-lists.ts';
import { FEED_TYPES } from '../../../shared/release/lists/feed-types.ts';
import { renderingHash } from '../../../shared/release/rendering.ts';
import type { Publisher } from '../../../shared/release/view.ts';
import type { Services } from '../../../shared/services.ts';
import type { Redirect } from '../../../shared/site/of-release.ts';
import { renderPublicPath } from '../../../shared/site/on-request.ts';
import { FEED_MEMBER_BYTES } from '../limits.ts';
import { cacheControlOf } from './cache-control.ts';
import { type Document, encodableOf } from './document.ts';
import { openDrawings } from './drawings.ts';
import type { MadeToday } from './pages-of-today.ts';

export type Made = MadeToday | Redirect;

/**
 * Makes what no worker has written, or not as it is now, with the workers' own functions, from what is public in SQL. Many readers may follow a
 * letter's link before the page is written; one making serves all who wait for it. Undefined for what is not there.
 */
export function openMaking(services: Services, now: () => Date): (path: string) => Promise<Made | undefined> {
  const { baseUrl } = services.config;
  const drawings = openDrawings(services);
  let members = { madeWith: '', kept: new KeptMembers(FEED_MEMBER_BYTES) };
  const underWay = new Map<string, Promise<Made | undefined>>();

  async function make(path: string): Promise<Made | undefined> {
    const { newsroom, hash } = await services.newsroom();
    const publisher = { newsroom, baseUrl };
    const feed = readFeedPath(newsroom, path);
    if (feed) {
      return makeFeed(path, feed, { publisher, kept: membersFor(renderingHash(hash, baseUrl)) });
    }
    const made = await renderPublicPath(services.database, publisher, path, now());
    if (!made || 'location' in made) return made;
    if (!('body' in made)) return drawings.of(made, path);
    const { body, ...rest } = made;
    return { ...documentOf(path, Buffer.from(body)), ...rest };
  }

  /** Others for what is made with something else: a feed that is still being made with the old goes on with those it began with. */
  function membersFor(madeWith: string): KeptMembers {
    if (members.madeWith !== madeWith) members = { madeWith, kept: new KeptMembers(FEED_MEMBER_BYTES) };
    return members.kept;
  }

  type With = { readonly publisher: Publisher; readonly kept: KeptMembers };

  async function makeFeed(path: string, feed: FeedAddress, by: With): Promise<Document | undefined> {
    const body = await renderFeedOnRequest(services.database, feed, {
      ...by,
      leftOut: (release, { code, message }) => services.log.warn({ release, code, reason: message }, 'feeds.release_left_out'),
    });
    return body && { ...documentOf(path, body), status: 200, type: FEED_TYPES[feed.format] };
  }

  return (path) => {
    const waiting = underWay.get(path) ?? make(path).finally(() => underWay.delete(path));
    underWay.set(path, waiting);
    return waiting;
  };
}

function documentOf(path: string, body: Buffer): Omit<Document, 'status' | 'type'> {
  return { ...encodableOf(body), modifiedAt: undefined, cacheControl: cacheControlOf(path) };
}
