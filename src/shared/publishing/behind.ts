import { sql } from 'kysely';
import { releasePath } from '../release/addresses.ts';
import { loadLinking } from '../release/surroundings.ts';
import type { Database } from '../schema/database.ts';

/** A pass of html takes up as many (shared-output.ts); what is beyond them waits for the next look. Withdrawals come first. */
const MOST = 200;

/** A publication is on the disk within a tenth of a second; lists that wait for it longer than this are not waiting for a pass, but for a worker. */
const LISTS_WAIT_SECONDS = 3;

/** What html has still to write: where a file says less, or more, than is public. */
export type BehindPages = {
  /** Releases' paths, those that name them as related or in other words among them; `withdrawn` where the old text must not be shown again. */
  readonly releases: ReadonlyMap<string, 'changed' | 'withdrawn'>;
  /** Front pages, topics, archive and sitemap have been waiting too. */
  readonly lists: boolean;
};

/** What html has still to write of the newest revisions: one look into a short index, and a second while there is any. */
export async function findBehind(database: Database): Promise<BehindPages> {
  const { rows } = await sql<{ id: string; slug: string; kind: string; late: boolean }>`
    select r.id, r.slug, r.newest_kind as kind, c.owed_at < clock_timestamp() - make_interval(secs => ${LISTS_WAIT_SECONDS}) as late
    from receipts c join releases r on r.id = c.release and r.newest_n = c.n
    where c.channel = 'html' and c.state = 'owed'
    order by r.newest_kind = 'withdrawal' desc, c.publication desc limit ${MOST}`.execute(database);
  const linking = await loadLinking(
    database,
    rows.map((row) => row.id),
  );
  const releases = new Map<string, 'changed' | 'withdrawn'>(linking.map(({ slug }) => [releasePath(slug), 'changed']));
  for (const { slug, kind } of rows) if (kind === 'withdrawal') releases.set(releasePath(slug), 'withdrawn');
  return { releases, lists: rows.some((row) => row.late) };
}
