import { sql } from 'kysely';
import { listPath, releasePath } from '../release/addresses.ts';
import { findTouchedArchives } from '../release/lists/feed-places.ts';
import { loadLinking } from '../release/surroundings.ts';
import type { Connection } from '../schema/database.ts';
import type { SharedChannel } from './shared-output.ts';

/** A pass takes up as many (shared-output.ts); what is beyond them waits for the next look. Withdrawals come first. */
const MOST = 200;

/** A publication is on the disk within a tenth of a second; what waits for it longer than this is not waiting for a pass, but for a worker. */
const LATE_SECONDS = 3;

/** What html and feeds have still to write: where a file says less, or more, than is public. */
export type Unwritten = {
  /** Releases' paths, those that name them as related or in other words among them; `withdrawn` where the old text must not be shown again. */
  readonly releases: ReadonlyMap<string, 'changed' | 'withdrawn'>;
  /** Front pages, topics, archive and sitemap have been waiting too. */
  readonly lists: boolean;
  /** Folders whose feeds have been waiting: of lists, and of their archive documents. */
  readonly feedFolders: ReadonlySet<string>;
};

/** Two looks into a short index, and a few more while something waits there. */
export async function findUnwritten(db: Connection): Promise<Unwritten> {
  const pages = await findOwed(db, 'html');
  const feeds = (await findOwed(db, 'feeds')).filter(({ late }) => late);
  const linking = await loadLinking(db, idsOf(pages));
  const releases = new Map<string, 'changed' | 'withdrawn'>(linking.map(({ slug }) => [releasePath(slug), 'changed']));
  for (const { slug, kind } of pages) if (kind === 'withdrawal') releases.set(releasePath(slug), 'withdrawn');
  return { releases, lists: pages.some(({ late }) => late), feedFolders: await findFeedFolders(db, idsOf(feeds)) };
}

type Owed = { readonly id: string; readonly slug: string; readonly kind: string; readonly late: boolean };

function idsOf(owed: readonly Owed[]): string[] {
  return owed.map(({ id }) => id);
}

async function findOwed(db: Connection, channel: SharedChannel): Promise<Owed[]> {
  const { rows } = await sql<Owed>`
    select r.id, r.slug, r.newest_kind as kind, c.owed_at < clock_timestamp() - make_interval(secs => ${LATE_SECONDS}) as late
    from receipts c join releases r on r.id = c.release and r.newest_n = c.n
    where c.channel = ${channel} and c.state = 'owed'
    order by r.newest_kind = 'withdrawal' desc, c.publication desc limit ${MOST}`.execute(db);
  return rows;
}

async function findFeedFolders(db: Connection, releases: readonly string[]): Promise<Set<string>> {
  if (releases.length === 0) return new Set();
  const lists = await db.selectFrom('list_entries').select('list').distinct().where('release', 'in', releases).execute();
  const archives = await findTouchedArchives(db, releases);
  return new Set([
    ...lists.map(({ list }) => listPath(list)),
    ...archives.map(({ list, archive }) => `${listPath(list)}feeds/${archive}/`),
  ]);
}
