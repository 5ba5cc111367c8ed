import { sql } from 'kysely';
import { feedFolder, releasePath } from '../release/addresses.ts';
import { findTouchedArchives } from '../release/lists/feed-places.ts';
import { loadLinking } from '../release/surroundings.ts';
import type { Connection } from '../schema/database.ts';
import type { SharedChannel } from './shared-output.ts';

/**
 * What is beyond them waits until some are written. What was taken back comes first, and new releases last: they have no file that could be wrong. Then
 * the oldest, so that none is pushed out by what comes after it, and shown as it was before.
 */
const MOST = 500;

/** A publication is on the disk within a tenth of a second; what waits for it longer than this is not waiting for a pass, but for a worker. */
const LATE_SECONDS = 3;

/** `takenBack`: an error is better than the text that was there (promise 9). */
export type Why = 'changed' | 'takenBack';

/** What html and feeds have still to write: where a file says less, or more, than is public. */
export type Unwritten = {
  /** Releases' paths, those that name them as related or in other words among them; those withdrawn or concealed are taken back. */
  readonly releases: ReadonlyMap<string, Why>;
  /** Front pages, topics, archive and sitemap have been waiting too. */
  readonly lists: boolean;
  /** Folders whose feeds have been waiting: of lists, and of their archive documents. */
  readonly feedFolders: ReadonlySet<string>;
};

/** Some looks into a short index, and a few more while something waits there. */
export async function findUnwritten(db: Connection): Promise<Unwritten> {
  const pages = await findOwed(db, 'html', 0);
  const feeds = await findOwed(db, 'feeds', LATE_SECONDS);
  const linking = await loadLinking(db, idsOf(pages));
  const releases = new Map<string, Why>(linking.map(({ slug }) => [releasePath(slug), 'changed']));
  for (const { slug, takenBack } of pages) if (takenBack) releases.set(releasePath(slug), 'takenBack');
  return { releases, lists: pages.length > 0 && (await listsWait(db)), feedFolders: await findFeedFolders(db, idsOf(feeds)) };
}

type Owed = { readonly id: string; readonly slug: string; readonly takenBack: boolean };

function idsOf(owed: readonly Owed[]): string[] {
  return owed.map(({ id }) => id);
}

/**
 * Releases whose newest revision the channel owes for so long already. One that was taken back counts also when a pass failed over it. Each row is looked
 * up by itself ("offset 0"): where PostgreSQL expects more of them than there are, it would read all releases instead.
 */
async function findOwed(db: Connection, channel: SharedChannel, seconds: number): Promise<Owed[]> {
  const { rows } = await sql<Owed>`
    with open as materialized (
      select release, n, publication, state from receipts
      where channel = ${channel} and state <> 'done' and owed_at <= clock_timestamp() - make_interval(secs => ${seconds})
    ), owed as materialized (
      select * from open where n > 1 union all (select * from open where n = 1 order by publication limit ${MOST})
    ), back as materialized (
      select o.release
      from owed o cross join lateral (select conceal from revisions where release = o.release and n = o.n offset 0) v where o.n > 1 and v.conceal
    )
    select r.id, r.slug, c.back as "takenBack"
    from (select *, release in (select release from back) as back from owed) c
    cross join lateral (select id, slug, newest_n from releases where id = c.release offset 0) r
    where r.newest_n = c.n and (c.state = 'owed' or c.back)
    order by c.back desc, c.n = 1, c.publication limit ${MOST}`.execute(db);
  return rows;
}

async function listsWait(db: Connection): Promise<boolean> {
  const { rows } = await sql<{ wait: boolean }>`
    select exists (
      select from receipts where channel = 'html' and state = 'owed' and owed_at < clock_timestamp() - make_interval(secs => ${LATE_SECONDS})
    ) as wait`.execute(db);
  return rows[0]!.wait;
}

async function findFeedFolders(db: Connection, releases: readonly string[]): Promise<Set<string>> {
  if (releases.length === 0) return new Set();
  const lists = await db.selectFrom('list_entries').select('list').distinct().where('release', 'in', releases).execute();
  const archives = await findTouchedArchives(db, releases);
  return new Set([...lists.map(({ list }) => feedFolder(list)), ...archives.map(({ list, archive }) => feedFolder(list, archive))]);
}
