import { sql } from 'kysely';
import { type Connection, prepared } from '../schema/database.ts';

export type { Connection } from '../schema/database.ts';

/*
 * What lies around releases and changes with them: the sitemap's shards, and the pages that link to a release.
 */

/** Places ever given in a list; 0 while it does not exist. */
export async function countPlaces(db: Connection, list: string): Promise<number> {
  const { rows } = await sql<{ length: number }>`${prepared} select length from lists where list = ${list}`.execute(db);
  return rows[0]?.length ?? 0;
}

/** A public release on its place in a list. */
export type Place = {
  readonly slug: string;
  readonly language: string;
  /** Time of its newest revision. */
  readonly modifiedAt: Date;
  /** The same release in other languages, as far as they are public. */
  readonly translations: readonly { readonly language: string; readonly slug: string }[];
};

/** Public releases on the places [from, to) of a list, oldest first. */
export async function loadPlaces(db: Connection, list: string, from: number, to: number): Promise<Place[]> {
  const { rows } = await sql<Place>`
    select r.slug, r.language, v.published_at as "modifiedAt", coalesce(t.found, '[]') as translations
    from list_entries e
    join releases r on r.id = e.release
    join revisions v on v.release = r.id and v.n = r.newest_n
    left join lateral (
      select jsonb_agg(jsonb_build_object('language', o.language, 'slug', o.slug) order by o.first_publication) as found
      from (
        select * from releases original where original.id = r.translation_of
        union all select * from releases sister where sister.translation_of = coalesce(r.translation_of, r.id)
      ) o
      where o.id <> r.id and o.newest_kind <> 'withdrawal'
    ) t on true
    where e.list = ${list} and e.ordinal >= ${from} and e.ordinal < ${to} and e.listed and r.newest_kind <> 'withdrawal'
    order by e.ordinal`.execute(db);
  return rows;
}

/** Places in the list of all, of these releases and of the same in other languages. */
export async function placesOfFamilies(db: Connection, releases: readonly string[]): Promise<number[]> {
  if (releases.length === 0) return [];
  const { rows } = await sql<{ ordinal: number }>`
    select distinct e.ordinal
    from releases c
    join releases o on o.id = coalesce(c.translation_of, c.id) or o.translation_of = coalesce(c.translation_of, c.id)
    join list_entries e on e.release = o.id and e.list = 'all'
    where c.id = any(${releases}::uuid[])`.execute(db);
  return rows.map((row) => row.ordinal);
}

export type NewsItem = { readonly slug: string; readonly language: string; readonly title: string; readonly publishedAt: Date };

/** Public releases first published after `since`, of the `most` newest, newest first. Costs the same however long the archive is. */
export async function loadNewsSince(db: Connection, since: Date, most: number): Promise<NewsItem[]> {
  const { rows } = await sql<NewsItem>`
    select r.slug, r.language, v.title, r.first_published_at as "publishedAt"
    from (select release, ordinal from list_entries where list = 'all' and listed order by ordinal desc limit ${most}) e
    join releases r on r.id = e.release
    join revisions v on v.release = r.id and v.n = r.newest_n
    where r.first_published_at > ${since} and r.newest_kind <> 'withdrawal'
    order by e.ordinal desc`.execute(db);
  return rows;
}

export type ReleaseKey = { readonly release: string; readonly slug: string; readonly n: number };

/**
 * The releases themselves and those whose pages link to them: their translations, and the releases that call them related.
 * Reads the newest public revisions; what was never published is left out. Costs the same however long the archive is: their ids come as an array,
 * for of a join PostgreSQL would believe that a hundredth of all releases call these related, and read every one.
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
    select id as release, slug, newest_n as n from releases
    where id = any(array(select id from touched)) and newest_n is not null order by first_publication`.execute(db);
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
