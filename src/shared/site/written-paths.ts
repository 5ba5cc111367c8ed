import {
  archivePath,
  frontPath,
  listPagePath,
  listPath,
  manifestPath,
  notFoundPath,
  opmlPath,
  robotsPath,
  sitemapPath,
} from '../release/addresses.ts';
import { listedTopics } from '../release/lists/feed-lists.ts';
import { LIST_PAGE_SIZE, pagesHolding } from '../release/lists/lists.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { type Connection, countPlaces, loadLists, placesOfFamilies } from '../release/surroundings.ts';
import { listingPath } from './listing.ts';
import { countShards, touchedPages } from './load.ts';
import { fixedPaths } from './on-request.ts';
import { shardOf } from './sitemap.ts';

/*
 * Which paths beside the releases' own pages have to be written, and which have gone.
 */

/** Front pages, the places of these releases in topics and months, the archive's counts, their shards of the sitemap. */
export async function touchedPaths(db: Connection, newsroom: Newsroom, releases: readonly string[]): Promise<string[]> {
  const paths = new Set(newsroom.languages.map((language) => frontPath(language, newsroom)));
  for (const release of releases) {
    for (const { list, page } of await pagesHolding(db, release)) {
      if (!hasPages(list, newsroom)) continue;
      const pages = Math.ceil((await countPlaces(db, list)) / LIST_PAGE_SIZE);
      for (const touched of touchedPages(page, pages)) paths.add(listingPath({ list, page: touched }));
    }
  }
  // A shard names the translations beside each release.
  for (const place of await placesOfFamilies(db, releases)) paths.add(sitemapPath(shardOf(place)));
  return [...paths, archivePath(), sitemapPath(), notFoundPath()];
}

/** Everything a rebuild writes beside the releases. */
export async function everyPath(db: Connection, newsroom: Newsroom): Promise<string[]> {
  const lists = (await loadLists(db)).filter(({ list }) => hasPages(list, newsroom));
  const pages = lists.flatMap(({ list, length }) => [listPath(list), ...numbered(list, Math.ceil(length / LIST_PAGE_SIZE) - 1)]);
  const shards = Array.from({ length: await countShards(db) }, (_, index) => sitemapPath(index + 1));
  const manifests = newsroom.languages.map((language) => manifestPath(language, newsroom));
  return [
    ...new Set([...fixedPaths(newsroom), ...pages, ...shards, ...manifests, sitemapPath(), robotsPath(), opmlPath(), notFoundPath()]),
  ];
}

/** A topic or language that left the newsroom file takes its pages along. */
export async function gonePaths(db: Connection, newsroom: Newsroom): Promise<string[]> {
  const kept = new Set(['all', ...newsroom.languages.map((language) => `language:${language}`)]);
  // A topic in one language has feeds, and no pages.
  const lists = (await loadLists(db)).filter(
    ({ list }) => !kept.has(list) && !hasPages(list, newsroom) && !list.startsWith('language-topic:'),
  );
  return lists.flatMap(({ list, length }) => [listPath(list), ...numbered(list, Math.ceil(length / LIST_PAGE_SIZE))]);
}

/** Months and listed topics have pages of their own; the other lists are front pages and feeds. */
function hasPages(list: string, newsroom: Newsroom): boolean {
  return list.startsWith('month:') || listedTopics(newsroom).some((topic) => list === `topic:${topic}`);
}

function numbered(list: string, last: number): string[] {
  return Array.from({ length: Math.max(0, last) }, (_, index) => listPagePath(list, index + 1));
}
