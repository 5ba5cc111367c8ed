import { LIST_PAGE_SIZE, loadListPage } from '../release/lists/lists.ts';
import { type Connection, countPlaces, loadPlaces, type Place } from '../release/surroundings.ts';
import type { ListingPart } from './listing.ts';
import { SHARD_SIZE, shardOf } from './sitemap.ts';

/*
 * Reads parts of lists and shards of the sitemap, each at the same cost however long the archive is.
 */

/** Fewer than this on a list's newest page look like an empty list: the full page before it is shown below. */
const SHORT = LIST_PAGE_SIZE / 2;

/** A list's own page (`page` undefined), or one of its numbered pages; undefined when there is no such numbered page. */
export async function loadListing(db: Connection, list: string, page: number | undefined): Promise<ListingPart | undefined> {
  if (page !== undefined) {
    const { items, pages } = await loadListPage(db, list, page);
    return page < pages ? { list, page, pages, from: page, items } : undefined;
  }
  const pages = Math.ceil((await countPlaces(db, list)) / LIST_PAGE_SIZE);
  const newest = await loadListPage(db, list, pages);
  if (newest.items.length >= SHORT || pages < 2) return { list, page, pages, from: pages, items: newest.items };
  const before = await loadListPage(db, list, pages - 1);
  return { list, page, pages, from: pages - 1, items: [...newest.items, ...before.items] };
}

/**
 * Pages of a list to write again when the release on page `page` of it changed: its own, the list's newest, and while the list's end is near,
 * the two before, whose link to the newer page changes.
 */
export function touchedPages(page: number, pages: number): (number | undefined)[] {
  const numbered = page >= pages - 1 ? [pages - 2, pages - 1, page] : [page];
  return [undefined, ...new Set(numbered.filter((number) => number >= 1 && number < pages))];
}

/** Shards of the sitemap; one even before the first release, for the pages that always exist. */
export async function countShards(db: Connection): Promise<number> {
  return shardOf(Math.max(0, (await countPlaces(db, 'all')) - 1));
}

export async function loadShard(db: Connection, shard: number): Promise<Place[]> {
  return loadPlaces(db, 'all', (shard - 1) * SHARD_SIZE, shard * SHARD_SIZE);
}
