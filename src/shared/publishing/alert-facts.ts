import { statfs } from 'node:fs/promises';
import { sql } from 'kysely';
import { findTrouble } from '../delivery/relays.ts';
import { QUEUE_NAMES } from '../queue/jobs.ts';
import type { Connection } from '../schema/database.ts';
import type { Services } from '../services.ts';
import { findFailingEndpoints } from '../webhooks/endpoints.ts';
import type { AlertFacts } from './alert-causes.ts';
import { loadWorkers } from './workers.ts';

/** More of one kind than this is one fault with many names. */
const MOST = 20;

const OWED_MINUTES = 5;

/** Reads what the causes are found in. */
export async function loadAlertFacts(services: Services): Promise<AlertFacts> {
  const db = services.database;
  const [clock, timezone, owed, failed, paused, relay, missed, endpoints, workers, open, justOver, disk] = await Promise.all([
    sql<{ now: Date }>`select clock_timestamp() as now`.execute(db),
    timezoneOf(services),
    loadOwed(db),
    loadFailed(db),
    loadPaused(db),
    loadRelay(services),
    loadMissed(db),
    findFailingEndpoints(db),
    loadWorkers(db),
    causes(db, sql`over_at is null`),
    causes(db, sql`over_at > clock_timestamp() - ${OWED_MINUTES} * interval '1 minute'`),
    statfs(services.config.dataDir),
  ]);
  return {
    now: clock.rows[0]!.now,
    timezone,
    owed,
    failed,
    paused,
    relay,
    missed,
    endpoints,
    workers: QUEUE_NAMES.map((queue) => {
      const worker = workers.get(queue);
      return { queue, running: worker?.running ?? 0, lastSeen: worker?.lastSeen ? new Date(worker.lastSeen) : null };
    }),
    diskFree: disk.bavail / disk.blocks,
    open,
    justOver,
  };
}

/** The newsroom's time zone. A house whose newsroom file was never loaded has no time zone yet. */
export async function timezoneOf(services: Services): Promise<string> {
  return services.newsroom().then(
    ({ newsroom }) => newsroom.timezone,
    () => 'UTC',
  );
}

async function causes(db: Connection, which: ReturnType<typeof sql>): Promise<Set<string>> {
  const { rows } = await sql<{ cause: string }>`select cause from alerts where ${which}`.execute(db);
  return new Set(rows.map((row) => row.cause));
}

type Oldest = { channel: string; slug: string; since: Date; count: number };

/** The oldest of each channel, and how many there are. Who only waits for the feeds is told of with them. */
async function loadOwed(db: Connection): Promise<Oldest[]> {
  const { rows } = await sql<Oldest>`
    select distinct on (e.channel) e.channel, r.slug, e.owed_at as since, count(*) over (partition by e.channel)::int as count
    from receipts e join releases r on r.id = e.release left join mailings m on e.channel = 'email' and m.release = e.release and m.n = e.n
    where e.state = 'owed' and e.owed_at < clock_timestamp() - ${OWED_MINUTES} * interval '1 minute'
      and not (e.channel = 'websub' and exists (
        select from receipts f where f.release = e.release and f.n = e.n and f.channel = 'feeds' and f.state <> 'done'))
      and (m.release is null or (m.frozen_at is null and m.state = 'running'))
    order by e.channel, e.owed_at`.execute(db);
  return rows;
}

async function loadFailed(db: Connection): Promise<Oldest[]> {
  const { rows } = await sql<Oldest>`
    select distinct on (e.channel) e.channel, r.slug, e.owed_at as since, count(*) over (partition by e.channel)::int as count
    from receipts e join releases r on r.id = e.release where e.state = 'failed' order by e.channel, e.owed_at`.execute(db);
  return rows;
}

async function loadPaused(db: Connection): Promise<AlertFacts['paused']> {
  const { rows } = await sql<AlertFacts['paused'][number]>`
    select r.slug, m.n, m.reason,
      (select count(*)::int from deliveries d where d.release = m.release and d.n = m.n and d.state in ('pending', 'deferred')) as waiting
    from mailings m join releases r on r.id = m.release where m.state = 'paused' order by m.release, m.n limit ${MOST}`.execute(db);
  return rows;
}

async function loadRelay(services: Services): Promise<AlertFacts['relay']> {
  const trouble = await findTrouble(services);
  if (!trouble) return undefined;
  const { rows } = await sql<{ waiting: number }>`
    select count(*)::int as waiting from deliveries where state in ('pending', 'deferred') and (state = 'deferred' or due_at <= clock_timestamp())`.execute(
    services.database,
  );
  const { name, reason, tries, since } = trouble;
  return { name, reason, tries, since, waiting: rows[0]!.waiting };
}

async function loadMissed(db: Connection): Promise<AlertFacts['missed']> {
  const { rows } = await sql<AlertFacts['missed'][number]>`
    select r.slug, d.publish_at as "publishAt" from drafts d join releases r on r.id = d.release
    where d.state = 'missed' order by d.publish_at limit ${MOST}`.execute(db);
  return rows;
}
