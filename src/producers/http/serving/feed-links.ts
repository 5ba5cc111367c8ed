import { absolute } from '../../../shared/release/addresses.ts';
import { hubsOf } from '../../../shared/release/hubs.ts';
import { feedFormatOf } from '../../../shared/release/lists/feed-lists.ts';
import type { Services } from '../../../shared/services.ts';
import { findFeedType } from '../../../shared/websub/topics.ts';
import { newsroomOrLast } from '../newsroom-or-last.ts';

/**
 * The Link header of a feed (WebSub section 4): its hubs and its own address. Undefined for every other path and when the newsroom has no hub. Readers
 * go on reading while PostgreSQL is away.
 */
export async function feedLinks(services: Services, path: string): Promise<string | undefined> {
  if (!feedFormatOf(path)) return undefined;
  const newsroom = await newsroomOrLast(services);
  if (!newsroom || findFeedType(newsroom, path) === undefined) return undefined;
  const { baseUrl } = services.config;
  const hubs = hubsOf({ newsroom, baseUrl });
  if (hubs.length === 0) return undefined;
  return [...hubs.map((hub) => `<${hub}>; rel="hub"`), `<${absolute(baseUrl, path)}>; rel="self"`].join(', ');
}
