import { sql } from 'kysely';
import type { Connection } from '../schema/database.ts';

export type { Connection } from '../schema/database.ts';

/*
 * What lies around releases and changes with them: the sitemap's shards, and the pages that link to a release.
 */

/** Places ever given in a list; 0 while it does not exist. */
export async function countPlaces(db: Connection, list: string): Promise<number> {
  const row = await db.selectFrom('lists').select('length').where('list', '=', list).executeTakeFirst();
  return row?.length ?? 0;
}

/** Public releases on the places [from, to) of a list, oldest first, with the time of their newest revision. */
export async function loadPlaces(db: Connection, list: string, from: number, to: number): Promise<{ slug: string; modifiedAt: Date }[]> {
  const { rows } = await sql<{ slug: string; modifiedAt: Date }>`
    select r.slug, v.published_at as "modifiedAt"
    from list_entries e
    join releases r on r.id = e.release
    join revisions v on v.release = r.id and v.n = r.newest_n
    where e.list = ${list} and e.ordinal >= ${from} and e.ordinal < ${to} and e.listed and r.newest_kind <> 'withdrawal'
    order by e.ordinal`.execute(db);
  return rows;
}

export type ReleaseKey = { readonly release: string; readonly slug: string; readonly n: number };

/**
 * The releases themselves and those whose pages link to them: their translations, and the releases that call them related.
 * Reads the newest public revisions; what was never published is left out. Costs the same however long the archive is.
 */
export async function loadLinking(db: Connection, releases: readonly string[]): Promise<ReleaseKey[]> {
  if (releases.length === 0) return [];
  const { rows } = await sql<ReleaseKey>`
    with changed as (select id, slug, coalesce(translation_of, id) as root from releases where id = any(${releases}::uuid[])),
    touched as (
      select id from changed
      union select r.id from changed c join releases r on r.id = c.root or r.translation_of = c.root
      union select v.release from revisions v where v.content -> 'related' ?| (select array_agg(slug) from changed)
    )
    select r.id as release, r.slug, r.newest_n as n from touched join releases r using (id) where r.newest_n is not null order by r.first_publication`.execute(
    db,
  );
  return rows;
}

/** Every release ever published, some at a time, in the order of first publication. `after` is the last one's place in that order. */
export async function loadReleaseKeys(db: Connection, after: number, limit: number): Promise<(ReleaseKey & { readonly place: number })[]> {
  const rows = await db
    .selectFrom('releases')
    .select(['id as release', 'slug', 'newest_n as n', 'first_publication as place'])
    .where('first_publication', '>', after)
    .orderBy('first_publication')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, n: row.n!, place: row.place! }));
}

/** Every list with the number of places ever given in it. */
export async function loadLists(db: Connection): Promise<{ list: string; length: number }[]> {
  return db.selectFrom('lists').select(['list', 'length']).orderBy('list').execute();
}
