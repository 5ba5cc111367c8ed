import { sql } from 'kysely';
import { judgeBounces } from '../delivery/bounces.ts';
import { findDueDigests } from '../delivery/digest-claims.ts';
import { findRest } from '../delivery/relays.ts';
import { findDueBatches, sweepClaims } from '../delivery/sweep.ts';
import type { Wake } from '../queue/jobs.ts';
import { renderingHash } from '../release/rendering.ts';
import { lookWordsUp } from '../release/search/search-words.ts';
import { CHANNELS, type Channel } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { isEndpointDue } from '../webhooks/tell.ts';
import { isHubDue } from '../websub/due.ts';
import { forgetHourly } from './forgetting.ts';
import { readMark } from './output-folder.ts';
import { askForRebuildOnce, findDueRebuilds } from './rebuilds.ts';

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
  const failures: unknown[] = [];
  /** A part that fails keeps none of the others from being done. */
  async function part<Result>(result: Promise<Result>, otherwise: Result): Promise<Result> {
    return result.catch((error) => {
      failures.push(error);
      return otherwise;
    });
  }
  const owedAgain = (await part(oweOutput(services, 'html'), 0)) + (await part(oweOutput(services, 'feeds'), 0));
  const claimsSettled = await part(sweepClaims(services), 0);
  await part(judgeBounces(services), 0);
  await part(forgetHourly(services), undefined);
  const wakes: Wake[] = [];
  for (const channel of CHANNELS) wakes.push(...(await part(dueReceipts(services, channel), [])));
  for (const find of [askedRebuilds, dueClosings, dueLetters, dueNotices, dueCallbacks]) wakes.push(...(await part(find(services), [])));
  const woken = wakes.length === 0 ? 0 : await services.dispatch.wake(wakes);
  await part(forgetWorkers(services), undefined);
  await part(lookWordsUp(services.database), 0);
  if (woken + owedAgain + claimsSettled > 0) services.log.debug({ woken, owedAgain, claimsSettled }, 'sweep.done');
  if (failures.length > 0) throw failures[0];
  return { woken, owedAgain, claimsSettled };
}

/** The newest of each queue stays: a queue that nobody works for any more is still known to have had somebody. */
async function forgetWorkers(services: Services): Promise<void> {
  await sql`
    delete from workers w where w.seen_at < clock_timestamp() - ${KEEP_WORKERS_DAYS} * interval '1 day'
      and exists (select from workers newer where newer.channel = w.channel and newer.seen_at > w.seen_at)`.execute(services.database);
}

/** Each channel by itself: what one that nobody works for has piled up must not crowd out the others. */
async function dueReceipts(services: Services, channel: Channel): Promise<Wake[]> {
  const rows = await services.database
    .selectFrom('receipts')
    .innerJoin('revisions', (join) => join.onRef('revisions.release', '=', 'receipts.release').onRef('revisions.n', '=', 'receipts.n'))
    .select(['receipts.release', 'receipts.n', sql<boolean>`coalesce((revisions.content->>'urgent')::boolean, false)`.as('urgent')])
    .where('receipts.channel', '=', channel)
    .where('receipts.state', '=', 'owed')
    .where('receipts.due_at', '<=', sql<Date>`clock_timestamp()`)
    .orderBy('receipts.publication')
    .limit(MOST_PER_PASS)
    .execute();
  return rows.map((row) => ({ queue: channel, payload: { releaseId: row.release, revision: row.n }, urgent: row.urgent }));
}

async function askedRebuilds(services: Services): Promise<Wake[]> {
  const channels = await findDueRebuilds(services.database);
  return channels.map((channel) => ({ queue: channel, payload: { rebuild: true } }));
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
  // Each of these jobs would only find that the relay rests.
  if (await findRest(services)) return [];
  const batches = await findDueBatches(services.database, MOST_PER_PASS);
  const shards = await findDueDigests(services.database);
  // Within limits the e-mail jobs wake as many as may send, and no more.
  if (batches.length + shards.length > 0 && (await isRationed(services))) return [];
  return [
    ...batches.map(
      ({ release, n, batch, urgent }): Wake => ({ queue: 'delivery', payload: { releaseId: release, revision: n, batch }, urgent }),
    ),
    ...shards.map((shard): Wake => ({ queue: 'delivery', payload: { digests: shard } })),
  ];
}

async function isRationed(services: Services): Promise<boolean> {
  const { total, relay, release } = (await services.newsroom()).newsroom.limits.letters;
  return total !== undefined || relay !== undefined || release !== undefined;
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

/** Subscribers of our hub to be asked or told, endpoints to be told: what their rows remember. */
async function dueCallbacks({ database }: Services): Promise<Wake[]> {
  const [hub, endpoints] = await Promise.all([isHubDue(database), isEndpointDue(database)]);
  return [
    ...(hub ? [{ queue: 'websub', payload: { rebuild: true } } as const] : []),
    ...(endpoints ? [{ queue: 'webhooks', payload: { rebuild: true } } as const] : []),
  ];
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
  const reason = !mark
    ? 'the output folder was empty'
    : mark.madeWith !== renderingHash(hash, services.config.baseUrl)
      ? 'newsroom, address or program changed'
      : undefined;
  const asked = reason !== undefined && (await askForRebuildOnce(services.database, { channel, reason }));
  // Without a mark the rebuild shows them all.
  const owed = mark && mark.publication < (newest.publication ?? 0) ? await oweAbove(services, channel, mark.publication) : 0;
  if (asked || owed > 0) services.log.warn({ channel, mark, newest: newest.publication, owed, reason }, 'output.behind');
  return owed;
}

async function oweAbove(services: Services, channel: Channel, publication: number): Promise<number> {
  const result = await services.database
    .updateTable('receipts')
    .set({ state: 'owed', due_at: sql`clock_timestamp()`, owed_at: sql`clock_timestamp()`, done_at: null })
    .where('channel', '=', channel)
    .where('state', '=', 'done')
    .where('publication', '>', publication)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}
