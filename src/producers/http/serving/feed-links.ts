import { absolute } from '../../../shared/release/addresses.ts';
import { hubsOf } from '../../../shared/release/hubs.ts';
import type { Services } from '../../../shared/services.ts';
import { findFeedType } from '../../../shared/websub/topics.ts';

/** The Link header of a feed (WebSub section 4): its hubs and its own address. Undefined for every other path, and when the newsroom has no hub. */
export async function feedLinks(services: Services, path: string): Promise<string | undefined> {
  const { newsroom } = await services.newsroom();
  const { baseUrl } = services.config;
  const hubs = findFeedType(newsroom, path) === undefined ? [] : hubsOf({ newsroom, baseUrl });
  if (hubs.length === 0) return undefined;
  return [...hubs.map((hub) => `<${hub}>; rel="hub"`), `<${absolute(baseUrl, path)}>; rel="self"`].join(', ');
}
