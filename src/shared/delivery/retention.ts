import { sql } from 'kysely';
import type { Database } from '../schema/database.ts';
import type { RunKey } from './run-end.ts';

/** Runs counted in one pass, each in a transaction of its own. */
const MOST_RUNS = 50;
/** Rows deleted in one pass: a second of work, and the next pass takes the rest. */
const MOST_ROWS = 50_000;
const ROWS_AT_ONCE = 5_000;

/**
 * Forgets who got the letters of runs that ended so many days ago: first what they add up to is written down, then the rows go, some in each pass.
 * Never of a run with anything open or unknown, nor before the archive has its closing note. Gives how many rows went.
 */
export async function forgetDeliveries(db: Database, days: number): Promise<number> {
  for (const run of await findOldRuns(db, days)) await countForGood(db, run);
  let forgotten = 0;
  while (forgotten < MOST_ROWS) {
    const result = await sql`
      with old as (
        select d.release, d.n, d.seq from mailings m join deliveries d on d.release = m.release and d.n = m.n
        where m.final_counts is not null limit ${ROWS_AT_ONCE}
      )
      delete from deliveries d using old where d.release = old.release and d.n = old.n and d.seq = old.seq`.execute(db);
    const count = Number(result.numAffectedRows ?? 0n);
    if (count === 0) break;
    forgotten += count;
  }
  return forgotten;
}

const UNFINISHED = sql`('pending', 'deferred', 'claimed', 'unknown')`;

async function findOldRuns(db: Database, days: number): Promise<RunKey[]> {
  const { rows } = await sql<RunKey>`
    select m.release, m.n from mailings m
    join receipts e on e.release = m.release and e.n = m.n and e.channel = 'email'
    where m.final_counts is null and m.frozen_at is not null
      and e.state = 'done' and e.done_at < clock_timestamp() - make_interval(days => ${days})
      and (m.noted_at is not null or not exists (select from receipts a where a.release = m.release and a.n = m.n and a.channel = 'archive'))
      and not exists (select from deliveries d where d.release = m.release and d.n = m.n and d.state in ${UNFINISHED})
    order by e.done_at limit ${MOST_RUNS}`.execute(db);
  return rows;
}

/** Under the run's lock: whoever opens a row of it again holds that too (run-end.ts). */
async function countForGood(db: Database, { release, n }: RunKey): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`select from mailings where release = ${release} and n = ${n} for update`.execute(tx);
    await sql`
      update mailings m set final_counts = (
        select coalesce(jsonb_object_agg(g.state, g.count), '{}')
        from (select state, count(*)::int as count from deliveries where release = ${release} and n = ${n} group by state) g
      )
      where m.release = ${release} and m.n = ${n} and m.final_counts is null
        and not exists (select from deliveries d where d.release = m.release and d.n = m.n and d.state in ${UNFINISHED})`.execute(tx);
  });
}
