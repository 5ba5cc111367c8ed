import { sql } from 'kysely';
import { sweepBounces } from '../delivery/bounces.ts';
import { findDueBatches, sweepClaims } from '../delivery/sweep.ts';
import type { Wake } from '../queue/jobs.ts';
import { renderingHash } from '../release/rendering.ts';
import type { Channel } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { readMark } from './output-folder.ts';

/** One pass wakes at most so many of each kind: Redis holds little, the next pass brings the rest. */
const MOST_PER_PASS = 500;

/** Rows of workers and senders that ended are kept this long for status. */
const KEEP_WORKERS_DAYS = 7;

export type SweepReport = { readonly woken: number; readonly owedAgain: number; readonly claimsSettled: number };

/**
 * Finds what is owed and due without a live job and wakes it again: what repairs Redis lives in SQL.
 * Safe to run at any time and in several processes; a live job makes its wake-up a no-op.
 */
export async function sweep(services: Services): Promise<SweepReport> {
  const owedAgain = (await oweOutput(services, 'html')) + (await oweOutput(services, 'feeds'));
  const claimsSettled = await sweepClaims(services);
  await sweepBounces(services);
  const wakes = [
    ...(await dueReceipts(services)),
    ...(await askedRebuilds(services)),
    ...(await dueClosings(services)),
    ...(await dueLetters(services)),
    ...(await dueNotices(services)),
  ];
  const woken = wakes.length === 0 ? 0 : await services.dispatch.wake(wakes);
  await services.database
    .deleteFrom('workers')
    .where('seen_at', '<', sql<Date>`clock_timestamp() - ${KEEP_WORKERS_DAYS} * interval '1 day'`)
    .execute();
  if (woken + owedAgain + claimsSettled > 0) services.log.debug({ woken, owedAgain, claimsSettled }, 'sweep.done');
  return { woken, owedAgain, claimsSettled };
}

async function dueReceipts(services: Services): Promise<Wake[]> {
  const rows = await services.database
    .selectFrom('receipts')
    .innerJoin('revisions', (join) => join.onRef('revisions.release', '=', 'receipts.release').onRef('revisions.n', '=', 'receipts.n'))
    .select([
      'receipts.release',
      'receipts.n',
      'receipts.channel',
      sql<boolean>`coalesce((revisions.content->>'urgent')::boolean, false)`.as('urgent'),
    ])
    .where('receipts.state', '=', 'owed')
    .where('receipts.due_at', '<=', sql<Date>`clock_timestamp()`)
    .orderBy('receipts.publication')
    .limit(MOST_PER_PASS)
    .execute();
  return rows.map((row) => ({ queue: row.channel, payload: { releaseId: row.release, revision: row.n }, urgent: row.urgent }));
}

async function askedRebuilds(services: Services): Promise<Wake[]> {
  const rows = await services.database.selectFrom('rebuilds').select('channel').execute();
  return rows.map((row) => ({ queue: row.channel, payload: { rebuild: true } }));
}

/** Runs that have ended and whose closing note is not in the archive yet. */
async function dueClosings(services: Services): Promise<Wake[]> {
  const { rows } = await sql`
    select from mailings m
    join receipts e on e.release = m.release and e.n = m.n and e.channel = 'email' and e.state = 'done'
    join receipts a on a.release = m.release and a.n = m.n and a.channel = 'archive' and a.state = 'done'
    where m.noted_at is null limit 1`.execute(services.database);
  return rows.length > 0 ? [{ queue: 'archive', payload: { rebuild: true } }] : [];
}

async function dueLetters(services: Services): Promise<Wake[]> {
  const batches = await findDueBatches(services.database, MOST_PER_PASS);
  return batches.map(({ release, n, batch, urgent }) => ({
    queue: 'delivery',
    payload: { releaseId: release, revision: n, batch },
    urgent,
  }));
}

async function dueNotices(services: Services): Promise<Wake[]> {
  const rows = await services.database
    .selectFrom('notices')
    .select('id')
    .where('state', '=', 'owed')
    .where('due_at', '<=', sql<Date>`clock_timestamp()`)
    .orderBy('due_at')
    .limit(MOST_PER_PASS)
    .execute();
  return rows.map((row) => ({ queue: 'notices', payload: { noticeId: row.id } }));
}

/**
 * A mark older than the newest publication done means that the folder was lost or restored, or that a stopped writer woke and wrote old bytes:
 * the newest revisions above the mark are owed again. No mark, or one made with another newsroom, address or program: everything is.
 */
async function oweOutput(services: Services, channel: Channel): Promise<number> {
  const newest = await services.database
    .selectFrom('receipts')
    .select((row) => row.fn.max('publication').as('publication'))
    .where('channel', '=', channel)
    .where('state', '=', 'done')
    .executeTakeFirstOrThrow();
  const mark = await readMark(services.config.dataDir, channel);
  const { hash } = await services.newsroom();
  const rebuild = mark?.madeWith !== renderingHash(hash, services.config.baseUrl);
  const shown = mark?.publication ?? 0;
  if (!rebuild && shown >= (newest.publication ?? 0)) return 0;
  return services.database.transaction().execute(async (tx) => {
    if (rebuild) {
      const reason = mark ? 'newsroom, address or program changed' : 'the output folder was empty';
      await tx
        .insertInto('rebuilds')
        .values({ channel, reason })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    const rows = await tx
      .updateTable('receipts')
      .set({ state: 'owed', due_at: sql`clock_timestamp()`, done_at: null })
      .where('channel', '=', channel)
      .where('state', '=', 'done')
      // Without a mark the rebuild shows them all; one owed receipt lets the mark be written to where it was.
      .where('publication', '>', mark ? shown : (newest.publication ?? 0) - 1)
      .returning('n')
      .execute();
    services.log.warn({ channel, mark, newest: newest.publication, owed: rows.length, rebuild }, 'output.behind');
    return rows.length;
  });
}
