import { statfs } from 'node:fs/promises';
import { sql } from 'kysely';
import { BACKED_UP, findLastAudit } from '../accounts/audit.ts';
import { countUnparsed } from '../delivery/bounce-list.ts';
import { listUsedUp, type UsedUpLimit } from '../delivery/held-by-limits.ts';
import { findSending } from '../delivery/limits.ts';
import { owedForDigests } from '../delivery/run-end.ts';
import { VERSION } from '../platform/version.ts';
import type { QueueCounts } from '../queue/dispatch.ts';
import { QUEUE_NAMES, type QueueName } from '../queue/jobs.ts';
import type { Services } from '../services.ts';
import { findFailingEndpoints } from '../webhooks/endpoints.ts';
import { listOpenAlerts, type OpenAlert } from './alerts.ts';
import { findFailedRebuilds } from './rebuilds.ts';
import { type ChannelWorkers, loadWorkers } from './workers.ts';

export type WorkerLine = {
  readonly queue: QueueName;
  readonly pids: readonly number[];
  readonly lastJobAt: string | null;
} & ChannelWorkers;

/** The whole house in one look: what `./depesch status` and /readyz show. Times are ISO. */
export type HouseStatus = {
  /** The program's own. */
  readonly version: string;
  readonly postgres: string;
  /** Length of every queue; null while Redis is away. */
  readonly queues: QueueCounts | null;
  readonly workers: readonly WorkerLine[];
  readonly oldestOwed: { readonly slug: string; readonly channel: string; readonly since: string } | null;
  readonly owed: number;
  readonly failed: number;
  /** Which they are, the newest first. */
  readonly failures: readonly { readonly slug: string; readonly channel: string; readonly code: string | null }[];
  /** Pages or feeds that could not be made again as a whole; tried again at `dueAt`. */
  readonly failedRebuilds: readonly { readonly channel: string; readonly error: string; readonly dueAt: string }[];
  readonly pausedRuns: readonly { readonly slug: string; readonly n: number; readonly reason: string | null }[];
  readonly pausedRelays: readonly { readonly name: string; readonly reason: string | null; readonly until: string }[];
  /** Limits of the newsroom file that letters wait for. */
  readonly limits: readonly UsedUpLimit[];
  /** Webhooks that are left alone until a person looks. */
  readonly failingWebhooks: readonly { readonly id: number; readonly host: string; readonly error: string | null }[];
  /** Mails that came back and that only a person can read. */
  readonly unparsedBounces: number;
  readonly missed: readonly { readonly slug: string; readonly publishAt: string | null }[];
  readonly nextScheduled: { readonly slug: string; readonly publishAt: string } | null;
  /** What the administrator was told of and is not over, the oldest first. */
  readonly alerts: readonly OpenAlert[];
  /** When the newest backup that succeeded was made, and where it lies; null when there is none. */
  readonly lastBackup: { readonly madeAt: string; readonly folder: string } | null;
  /** Share of the disk under DATA_DIR that is free, 0–1. */
  readonly diskFree: number;
};

/** In one word: nothing is owed or held; something is; something failed and a person has to act. */
export function houseStanding(house: HouseStatus): 'well' | 'waiting' | 'failed' {
  if (house.failed > 0) return 'failed';
  const held =
    house.owed > 0 ||
    house.failedRebuilds.length > 0 ||
    house.pausedRuns.length > 0 ||
    house.pausedRelays.length > 0 ||
    house.missed.length > 0 ||
    house.failingWebhooks.length > 0 ||
    house.queues === null;
  return held ? 'waiting' : 'well';
}

/** Reads the state of the house. Every list is cut at 20: more than that is one cause with many names. */
export async function loadHouse(services: Services): Promise<HouseStatus> {
  const db = services.database;
  const [
    version,
    owed,
    failedRebuilds,
    pausedRuns,
    pausedRelays,
    drafts,
    workers,
    queues,
    disk,
    backup,
    alerts,
    unparsedBounces,
    endpoints,
    limits,
  ] = await Promise.all([
    sql<{ version: string }>`select current_setting('server_version') as version`.execute(db),
    loadOwed(services),
    findFailedRebuilds(db),
    db
      .selectFrom('mailings')
      .innerJoin('releases', 'releases.id', 'mailings.release')
      .select(['releases.slug', 'mailings.n', 'mailings.reason'])
      .where('mailings.state', '=', 'paused')
      .limit(20)
      .execute(),
    db.selectFrom('relays').selectAll().where('paused_until', '>', sql<Date>`clock_timestamp()`).limit(20).execute(),
    db
      .selectFrom('drafts')
      .innerJoin('releases', 'releases.id', 'drafts.release')
      .select(['releases.slug', 'drafts.state', 'drafts.publish_at'])
      .where('drafts.state', 'in', ['missed', 'scheduled'])
      .orderBy('drafts.publish_at')
      .limit(20)
      .execute(),
    loadWorkerLines(services),
    services.dispatch.counts(),
    statfs(services.config.dataDir),
    findLastAudit(db, BACKED_UP),
    listOpenAlerts(db),
    countUnparsed(db),
    findFailingEndpoints(db),
    findSending(services).then((sending) => listUsedUp(db, sending)),
  ]);
  const next = drafts.find((draft) => draft.state === 'scheduled');
  return {
    version: VERSION,
    postgres: version.rows[0]!.version,
    queues: queues ?? null,
    workers,
    ...owed,
    failedRebuilds: failedRebuilds.map(({ channel, error, dueAt }) => ({ channel, error, dueAt: dueAt.toISOString() })),
    pausedRuns,
    pausedRelays: pausedRelays.map((relay) => ({ name: relay.name, reason: relay.reason, until: relay.paused_until!.toISOString() })),
    limits,
    failingWebhooks: endpoints.map(({ id, host, error }) => ({ id, host, error })),
    unparsedBounces,
    missed: drafts
      .filter((draft) => draft.state === 'missed')
      .map((draft) => ({ slug: draft.slug, publishAt: draft.publish_at?.toISOString() ?? null })),
    nextScheduled: next?.publish_at ? { slug: next.slug, publishAt: next.publish_at.toISOString() } : null,
    alerts,
    lastBackup: backup ? { madeAt: String(backup.detail.madeAt), folder: String(backup.detail.folder) } : null,
    diskFree: disk.bavail / disk.blocks,
  };
}

async function loadOwed(services: Services): Promise<Pick<HouseStatus, 'oldestOwed' | 'owed' | 'failed' | 'failures'>> {
  const counts = await services.database
    .selectFrom('receipts')
    .select((row) => ['state', row.fn.countAll<number>().as('count')])
    .where('state', 'in', ['owed', 'failed'])
    .where(sql<boolean>`not ${owedForDigests}`)
    .groupBy('state')
    .execute();
  const oldest = await services.database
    .selectFrom('receipts')
    .innerJoin('releases', 'releases.id', 'receipts.release')
    .select(['releases.slug', 'receipts.channel', 'receipts.owed_at'])
    .where('receipts.state', '=', 'owed')
    .where(sql<boolean>`not ${owedForDigests}`)
    .orderBy('receipts.owed_at')
    .limit(1)
    .executeTakeFirst();
  const failures = await services.database
    .selectFrom('receipts')
    .innerJoin('releases', 'releases.id', 'receipts.release')
    .select(['releases.slug', 'receipts.channel', 'receipts.code'])
    .where('receipts.state', '=', 'failed')
    .orderBy('receipts.publication', 'desc')
    .limit(20)
    .execute();
  const count = (state: string) => Number(counts.find((row) => row.state === state)?.count ?? 0);
  return {
    owed: count('owed'),
    failed: count('failed'),
    failures,
    oldestOwed: oldest ? { slug: oldest.slug, channel: oldest.channel, since: oldest.owed_at.toISOString() } : null,
  };
}

async function loadWorkerLines(services: Services): Promise<WorkerLine[]> {
  const running = await loadWorkers(services.database);
  const rows = await services.database
    .selectFrom('workers')
    .select(['channel', 'pid', 'last_job_at', 'seen_at'])
    .where('ended_at', 'is', null)
    .orderBy('seen_at', 'desc')
    .execute();
  return QUEUE_NAMES.map((queue) => {
    const mine = rows.filter((row) => row.channel === queue);
    const workers = running.get(queue) ?? { running: 0, lastSeen: null };
    const lastJob = mine.map((row) => row.last_job_at?.getTime() ?? 0).reduce((most, at) => Math.max(most, at), 0);
    return {
      queue,
      pids: mine.slice(0, workers.running).map((row) => row.pid),
      lastJobAt: lastJob > 0 ? new Date(lastJob).toISOString() : null,
      ...workers,
    };
  });
}
