import { type RawBuilder, sql } from 'kysely';
import type { Connection } from '../schema/database.ts';
import type { ViewKey } from './store.ts';

/*
 * What stands in the documents of a list's feed (RFC 5005 section 4). The subscription document has the newest; each archive document is a full range
 * of the list's places (decision 3), so its members never change. Every query costs the same however long the list is, but for everyArchive.
 */

/** Places in one archive document. A change would give every archive document other members. */
export const ARCHIVE_PLACES = 50;

/** Which revisions a document carries: public ones, and withdrawals for tombstones (RFC 6721). */
export type FeedKeys = { readonly live: readonly ViewKey[]; readonly gone: readonly ViewKey[] };

/** An archive document of a list's feed; 1 holds the oldest. */
export type ArchiveDocument = { readonly list: string; readonly archive: number };

type Entry = ViewKey & { readonly place: number; readonly listed: boolean; readonly withdrawn: boolean };

/** Full ranges of the list: as many archive documents it has. */
export async function countArchives(db: Connection, list: string): Promise<number> {
  const row = await db.selectFrom('lists').select('length').where('list', '=', list).executeTakeFirst();
  return Math.floor((row?.length ?? 0) / ARCHIVE_PLACES);
}

/**
 * The subscription document: the `limit` newest public releases by significant change, newest first, and the withdrawals that fall between them. Beside
 * them everything that stands in no archive document yet: corrections of old releases may move more than `limit` in front of a new one, and
 * following the archive must still reach it.
 */
export async function findFeedKeys(db: Connection, list: string, limit: number): Promise<FeedKeys & { readonly archives: number }> {
  const archives = await countArchives(db, list);
  const newest = await findEntries(
    db,
    sql`e.list = ${list} and e.listed and r.newest_kind <> 'withdrawal' order by e.significant_publication desc limit ${limit}`,
  );
  const oldest = newest.length < limit ? 0 : newest.at(-1)!.place;
  const since = await findEntries(
    db,
    sql`e.list = ${list} and e.significant_publication >= ${oldest} order by e.significant_publication desc`,
  );
  const withdrawn = since.filter((entry) => entry.withdrawn).slice(0, limit);
  const unarchived = await findEntries(db, sql`e.list = ${list} and e.ordinal >= ${archives * ARCHIVE_PLACES}`);
  const entries = new Map([...newest, ...withdrawn, ...unarchived].map((entry) => [entry.release, entry]));
  return { ...split([...entries.values()].sort((one, other) => other.place - one.place)), archives };
}

/** Archive documents, each by its places in their order, newest first, whatever was corrected since; in the order of the documents. */
export async function findArchiveKeys(db: Connection, documents: readonly ArchiveDocument[]): Promise<FeedKeys[]> {
  const { rows } = await sql<Entry & { readonly document: string }>`
    select wanted.document, entry.*
    from unnest(${documents.map(({ list }) => list)}::text[], ${documents.map(({ archive }) => archive)}::int[])
      with ordinality as wanted (list, archive, document)
    cross join lateral (
      select ${ENTRY} from list_entries e join releases r on r.id = e.release
      where e.list = wanted.list and e.ordinal >= (wanted.archive - 1) * ${ARCHIVE_PLACES}::int
      order by e.ordinal limit ${ARCHIVE_PLACES}
    ) entry
    order by wanted.document, entry.ordinal desc`.execute(db);
  const entries = Map.groupBy(rows, (row) => Number(row.document) - 1);
  return documents.map((_, index) => split(entries.get(index) ?? []));
}

/** The archive documents that hold these releases, or held them before a correction took them out of the list. */
export async function findTouchedArchives(db: Connection, releases: readonly string[]): Promise<ArchiveDocument[]> {
  const { rows } = await sql<ArchiveDocument>`
    select distinct e.list, e.ordinal / ${ARCHIVE_PLACES}::int + 1 as archive
    from list_entries e join lists l on l.list = e.list
    where e.release = any(${releases}::uuid[]) and (e.ordinal / ${ARCHIVE_PLACES}::int + 1) * ${ARCHIVE_PLACES}::int <= l.length
    order by e.list, archive`.execute(db);
  return rows;
}

/** Every archive document there is, in the order in which their newest members were published: neighbours of different lists share most of theirs. */
export async function everyArchive(db: Connection): Promise<ArchiveDocument[]> {
  const { rows } = await sql<ArchiveDocument>`
    select e.list, e.ordinal / ${ARCHIVE_PLACES}::int + 1 as archive
    from list_entries e join releases r on r.id = e.release
    where e.ordinal % ${ARCHIVE_PLACES}::int = ${ARCHIVE_PLACES - 1}::int
    order by r.first_publication, e.list`.execute(db);
  return rows;
}

const ENTRY = sql.raw(
  `r.id as release, r.newest_n as n, e.ordinal, e.significant_publication as place, e.listed, r.newest_kind = 'withdrawal' as withdrawn`,
);

async function findEntries(db: Connection, which: RawBuilder<unknown>): Promise<Entry[]> {
  const { rows } = await sql<Entry>`select ${ENTRY} from list_entries e join releases r on r.id = e.release where ${which}`.execute(db);
  return rows;
}

/** A withdrawn release has its tombstone also where a correction had taken it out of the list before: somebody may still show it. */
function split(entries: readonly Entry[]): FeedKeys {
  return { live: entries.filter((entry) => entry.listed && !entry.withdrawn), gone: entries.filter((entry) => entry.withdrawn) };
}
