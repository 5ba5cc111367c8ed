import { type RawBuilder, sql } from 'kysely';
import type { Connection } from '../../schema/database.ts';
import type { ViewKey } from '../store.ts';

/*
 * What stands in the documents of a list's feed (RFC 5005 section 4). The subscription document has the newest; each archive document is a full range
 * of the list's places (decision 3), so its members never change. Every query costs the same however long the list is, but for everyArchive. Who
 * asks for several lists or documents names at least one.
 */

/** Places in one archive document. A change would give every archive document other members. */
export const ARCHIVE_PLACES = 50;

/** Which revisions a document carries: public ones, and withdrawals for tombstones (RFC 6721). */
export type FeedKeys = { readonly live: readonly ViewKey[]; readonly gone: readonly ViewKey[] };

/** An archive document of a list's feed; 1 holds the oldest. */
export type ArchiveDocument = { readonly list: string; readonly archive: number };

type Entry = ViewKey & { readonly ordinal: number; readonly place: number; readonly listed: boolean; readonly withdrawn: boolean };

/** Full ranges of each list: as many archive documents it has. */
export async function countArchives(db: Connection, lists: readonly string[]): Promise<number[]> {
  const rows = await db.selectFrom('lists').select(['list', 'length']).where('list', 'in', lists).execute();
  const lengths = new Map(rows.map((row) => [row.list, row.length]));
  return lists.map((list) => Math.floor((lengths.get(list) ?? 0) / ARCHIVE_PLACES));
}

/**
 * Subscription documents: of each list the `limit` newest public releases by significant change, newest first, and the withdrawals that fall between them.
 * Beside them everything that stands in no archive document yet: corrections of old releases may move more than `limit` in front of a new one, and
 * following the archive must still reach it.
 */
export async function findFeedKeys(
  db: Connection,
  lists: readonly string[],
  limit: number,
): Promise<(FeedKeys & { readonly archives: number })[]> {
  const archives = await countArchives(db, lists);
  const newest = await findEntries(
    db,
    lists.map(
      (list) => sql`e.list = ${list} and e.listed and r.newest_kind <> 'withdrawal' order by e.significant_publication desc limit ${limit}`,
    ),
  );
  const oldest = newest.map((entries) => (entries.length < limit ? 0 : Math.min(...entries.map((entry) => entry.place))));
  const since = await findEntries(
    db,
    lists.map((list, at) => sql`e.list = ${list} and e.significant_publication >= ${oldest[at]}`),
  );
  const unarchived = await findEntries(
    db,
    lists.map((list, at) => sql`e.list = ${list} and e.ordinal >= ${archives[at]! * ARCHIVE_PLACES}`),
  );
  return lists.map((_, at) => {
    const withdrawn = newestFirst(since[at]!.filter((entry) => entry.withdrawn)).slice(0, limit);
    const entries = new Map([...newest[at]!, ...withdrawn, ...unarchived[at]!].map((entry) => [entry.release, entry]));
    return { ...split(newestFirst([...entries.values()])), archives: archives[at]! };
  });
}

/** Archive documents: the places of each in their order, newest first, whatever was corrected since. */
export async function findArchiveKeys(db: Connection, documents: readonly ArchiveDocument[]): Promise<FeedKeys[]> {
  const found = await findEntries(
    db,
    documents.map(({ list, archive }) => {
      const end = archive * ARCHIVE_PLACES;
      return sql`e.list = ${list} and e.ordinal >= ${end - ARCHIVE_PLACES} and e.ordinal < ${end}`;
    }),
  );
  return found.map((entries) => split(entries.sort((one, other) => other.ordinal - one.ordinal)));
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

/**
 * The entries of each of some questions, in one query: with its figures in its own words, each is planned as if it were alone. In no order. Each entry's
 * release is looked up by itself ("offset 0"): where PostgreSQL expects more entries than there are, it would read all releases instead.
 */
async function findEntries(db: Connection, questions: readonly RawBuilder<unknown>[]): Promise<Entry[][]> {
  const selects = questions.map(
    (which, at) => sql`(
    select ${at}::int as question, r.id as release, r.newest_n as n, e.ordinal, e.significant_publication as place, e.listed,
           r.newest_kind = 'withdrawal' as withdrawn
    from list_entries e cross join lateral (select id, newest_n, newest_kind from releases where id = e.release offset 0) r
    where ${which})`,
  );
  const { rows } = await sql<Entry & { readonly question: number }>`${sql.join(selects, sql` union all `)}`.execute(db);
  const entries = Map.groupBy(rows, (row) => row.question);
  return questions.map((_, at) => entries.get(at) ?? []);
}

function newestFirst(entries: Entry[]): Entry[] {
  return entries.sort((one, other) => other.place - one.place);
}

/** A withdrawn release has its tombstone also where a correction had taken it out of the list before: somebody may still show it. */
function split(entries: readonly Entry[]): FeedKeys {
  return { live: entries.filter((entry) => entry.listed && !entry.withdrawn), gone: entries.filter((entry) => entry.withdrawn) };
}
