import { sql } from 'kysely';
import { loadReadable } from '../store.ts';
import type { Connection } from '../surroundings.ts';
import type { PublicView } from '../view.ts';

/** Which public releases are wanted. */
export type PublicWish = {
  readonly language?: string | undefined;
  readonly topic?: string | undefined;
  /** Published, corrected or withdrawn at or after. */
  readonly since?: Date | undefined;
  /** Place in the order of first publication: those before it. */
  readonly before?: number | undefined;
  readonly limit: number;
};

/**
 * Everything ever published, the newest first publication first, withdrawn ones as their withdrawal. A release keeps its place whatever becomes of
 * it, so nobody who reads page after page meets one twice or misses one that was there at the start. `next` is the place to go on before.
 */
export async function listPublicReleases(db: Connection, wish: PublicWish): Promise<{ views: PublicView[]; next: number | undefined }> {
  const conditions = [
    sql`r.first_publication is not null`,
    ...(wish.before === undefined ? [] : [sql`r.first_publication < ${wish.before}`]),
    ...(wish.language === undefined ? [] : [sql`r.language = ${wish.language}`]),
    ...(wish.since === undefined ? [] : [changedSince(wish.since)]),
    ...(wish.topic === undefined
      ? []
      : [sql`exists (select 1 from list_entries e where e.release = r.id and e.list = ${`topic:${wish.topic}`} and e.listed)`]),
  ];
  const { rows } = await sql<{ release: string; n: number; place: number }>`
    select r.id as release, r.newest_n as n, r.first_publication as place from releases r
    where ${sql.join(conditions, sql` and `)} order by r.first_publication desc limit ${wish.limit + 1}`.execute(db);
  const keys = rows.slice(0, wish.limit);
  const views = await loadReadable(db, keys);
  return {
    // One that cannot be read fails its own page and receipt; here the others come all the same.
    views: keys.flatMap(({ release }) => {
      const view = views.get(release);
      return view && 'kind' in view ? [view] : [];
    }),
    next: rows.length > wish.limit ? keys.at(-1)!.place : undefined,
  };
}

/** `changed_at` moves with drafts too, so it only finds candidates quickly: that a correction is being written is nobody's to know (promise 4). */
function changedSince(since: Date) {
  return sql`r.changed_at >= ${since}
    and exists (select from revisions v where v.release = r.id and v.n = r.newest_n and v.published_at >= ${since})`;
}
