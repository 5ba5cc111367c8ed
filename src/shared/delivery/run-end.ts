import { sql } from 'kysely';
import { type Connection, type Database, prepared, type Tx } from '../schema/database.ts';
import { dueDigest, inShard, openDigest, putOffDigest, shards } from './digest-rows.ts';

/*
 * When a run has ended. Its e-mail receipt says so, but the rows decide, and an ended run can open again: a sender that was away writes that it
 * never began a letter others called unknown, or a person resends one. Both ways are decided while the run's row in `mailings` is locked:
 * else a row opened at the moment in which the last look found none would wait for ever in a run that is done.
 */

export type RunKey = { readonly release: string; readonly n: number };

/** Whether a run has open rows, and when the first of them is due. `open` counts pending, deferred and claimed. */
export type RunProgress = { readonly open: boolean; readonly claimed: boolean; readonly firstDueAt: Date | null };

export async function findProgress(db: Connection, at: RunKey): Promise<RunProgress> {
  const runOf = sql`d.release = ${at.release} and d.n = ${at.n}`;
  const { rows } = await sql<RunProgress>`
    select o.due is not null or c.claimed as open, c.claimed, o.due as "firstDueAt"
    from (
      select least(
        (select min(d.due_at) from deliveries d where ${runOf} and d.frequency = 'at-once' and d.state in ('pending', 'deferred')),
        (select min(first.due_at) from ${shards} cross join lateral (
          select d.due_at from deliveries d where ${inShard(sql`${at.release}`)} and d.n = ${at.n} and ${openDigest} order by d.due_at limit 1) first)
      ) as due
    ) o
    cross join (
      select exists (select from deliveries where release = ${at.release} and n = ${at.n} and state = 'claimed') as claimed
    ) c`.execute(db);
  return rows[0]!;
}

/** Whether anything of the run is open. Costs one row, where findProgress reads them all. */
export async function hasOpen(db: Connection, at: RunKey): Promise<boolean> {
  const { rows } = await sql<{ open: boolean }>`${prepared}
    select exists (select from deliveries where release = ${at.release} and n = ${at.n} and state in ('pending', 'deferred'))
        or exists (select from deliveries where release = ${at.release} and n = ${at.n} and state = 'claimed') as open`.execute(db);
  return rows[0]!.open;
}

/** SQL for a delivery `d` that waits for the window of its digest: nobody has tried it or put it off. */
export const waitsForWindow = sql<boolean>`(
  d.state = 'pending' and d.frequency <> 'at-once' and d.code is null and d.due_at > clock_timestamp())`;

/** The letters of the run that an e-mail receipt `receipts` owes. */
const itsRun = sql`d.release = receipts.release and d.n = receipts.n`;

/**
 * SQL for an e-mail receipt `receipts` that is owed for digests alone, whose window comes by itself: nothing is late, and nobody has to act. Every open
 * row waits for its window exactly when there is none of these four, and each is one look into an index, however many wait.
 */
export const owedForDigests = sql<boolean>`(
  receipts.channel = 'email' and receipts.state = 'owed' and receipts.due_at > clock_timestamp()
  and exists (select from mailings m where m.release = receipts.release and m.n = receipts.n and m.state = 'running' and m.frozen_at is not null)
  and not exists (select from deliveries d where ${itsRun} and d.frequency = 'at-once' and d.state in ('pending', 'deferred'))
  and not exists (select from deliveries d where ${itsRun} and ${putOffDigest})
  and not exists (select from ${shards} where exists (
    select from deliveries d where ${inShard(sql`receipts.release`)} and d.n = receipts.n and ${dueDigest}))
  and not exists (select from deliveries d where ${itsRun} and d.state = 'claimed'))`;

/** Makes the e-mail receipt done when nothing of the run is open; false when something is. */
export async function concludeRun(db: Database, at: RunKey): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await sql`select from mailings where release = ${at.release} and n = ${at.n} for update`.execute(tx);
    if (await hasOpen(tx, at)) return false;
    await sql`
      update receipts set state = 'done', done_at = clock_timestamp(), code = null, error = null
      where release = ${at.release} and n = ${at.n} and channel = 'email' and state = 'owed'`.execute(tx);
    return true;
  });
}

/** Call after rows of these runs were opened, in the same transaction: a receipt that was done meanwhile is owed again. */
export async function reopenRuns(tx: Tx, runs: readonly RunKey[]): Promise<void> {
  const keys = [...new Map(runs.map((run) => [`${run.release} ${run.n}`, run])).values()];
  if (keys.length === 0) return;
  const which = sql`unnest(${keys.map((run) => run.release)}::uuid[], ${keys.map((run) => run.n)}::int[]) as v (release, n)`;
  await sql`select from mailings m join ${which} on v.release = m.release and v.n = m.n order by m.release, m.n for share of m`.execute(tx);
  await sql`
    with ended as (
      select c.release, c.n from receipts c join ${which} on v.release = c.release and v.n = c.n
      where c.channel = 'email' and c.state = 'done' order by c.release, c.n for update of c
    )
    update receipts c set state = 'owed', due_at = clock_timestamp(), owed_at = clock_timestamp(), done_at = null
    from ended where c.release = ended.release and c.n = ended.n and c.channel = 'email'`.execute(tx);
}
