import { absolute, releasePath } from '../../../shared/release/addresses.ts';
import { hubsOf } from '../../../shared/release/hubs.ts';
import { feedFormatOf } from '../../../shared/release/lists/feed-lists.ts';
import { readPagePath } from '../../../shared/release/page-path.ts';
import type { Services } from '../../../shared/services.ts';
import { findFeedType } from '../../../shared/websub/topics.ts';
import { newsroomOrLast } from '../newsroom-or-last.ts';

/** The Link header of an address, where it has one: of a feed its hubs, of a release's text the page it is the text of. */
export async function linkHeader(services: Services, path: string): Promise<string | undefined> {
  const named = readPagePath(path);
  // Search engines would show the same words twice (RFC 6596).
  if (named?.kind === 'file' && named.file === 'release.txt') {
    return `<${absolute(services.config.baseUrl, releasePath(named.slug))}>; rel="canonical"`;
  }
  return feedFormatOf(path) ? feedLinks(services, path) : undefined;
}

/** WebSub section 4: the feed's hubs and its own address. Undefined when the newsroom has no hub. Readers go on reading while PostgreSQL is away. */
async function feedLinks(services: Services, path: string): Promise<string | undefined> {
  const newsroom = await newsroomOrLast(services);
  if (!newsroom || findFeedType(newsroom, path) === undefined) return undefined;
  const { baseUrl } = services.config;
  const hubs = hubsOf({ newsroom, baseUrl });
  if (hubs.length === 0) return undefined;
  return [...hubs.map((hub) => `<${hub}>; rel="hub"`), `<${absolute(baseUrl, path)}>; rel="self"`].join(', ');
}
