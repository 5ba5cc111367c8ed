import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { owedForDigests } from '../../shared/delivery/run-end.ts';
import { withTimeout } from '../../shared/platform/clock.ts';
import { Forbidden } from '../../shared/platform/failure.ts';
import { CHANNELS, DELIVERY_STATES } from '../../shared/schema/tables.ts';
import type { Services } from '../../shared/services.ts';
import { actorOfRequest } from './bearer.ts';
import { isLocalPeer } from './peers.ts';
import type { ReadyAnswers } from './serving/ready-answers.ts';

/** From a cached page (under a millisecond) to a long import. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];
/** A scrape is repeated soon; it must not pile up on a slow database. */
const SCRAPE_MS = 3_000;

/** Times every answer and serves `/metrics` (Prometheus text) to programs on this machine. */
export function metricsRoutes(app: FastifyInstance, services: Services, ready: ReadyAnswers): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'depesch_http_seconds',
    help: 'Time from request to the end of the answer, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  });
  new Counter({
    name: 'depesch_http_ready_total',
    help: 'Answers given again from memory before any routing, by status; they are not in depesch_http_seconds.',
    labelNames: ['status'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [status, count] of Object.entries(ready.given)) this.inc({ status }, count);
    },
  });
  app.addHook('onResponse', async (request, reply) => {
    durations.observe({ method: request.method, route: routeOf(request), status: reply.statusCode }, reply.elapsedTime / 1_000);
  });
  const house = houseGauges(registry);
  app.get('/metrics', async (request, reply) => {
    if (!isLocalPeer(request)) await demandAdministrator(services, request);
    await house.read(services);
    return reply
      .header('cache-control', 'no-store')
      .type(registry.contentType)
      .send(await registry.metrics());
  });
}

/** From elsewhere Prometheus sends an administrator's API token. */
async function demandAdministrator({ database }: Services, request: FastifyRequest): Promise<void> {
  const actor = await actorOfRequest(database, request);
  if (actor?.roles.includes('admin')) return;
  throw new Forbidden(
    'metrics_local',
    'metrics are for programs on this machine',
    "Ask 127.0.0.1, or send an administrator's token: ./depesch token create.",
  );
}

/** The route's pattern, never the address: addresses hold tokens, and every one would be a time series. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}

function houseGauges(registry: Registry) {
  const gauge = (name: string, help: string, ...labelNames: string[]) => new Gauge({ name, help, labelNames, registers: [registry] });
  const up = gauge('depesch_database_up', '1 when PostgreSQL answered this scrape.');
  const owed = gauge('depesch_receipts_owed', 'Receipts a channel still owes.', 'channel');
  const failed = gauge('depesch_receipts_failed', 'Receipts that wait for a person.', 'channel');
  const oldest = gauge('depesch_oldest_owed_seconds', 'Age of the oldest owed receipt; 0 when nothing is owed.', 'channel');
  const letters = gauge('depesch_deliveries', 'Letters of the runs not yet ended, by state.', 'state');
  const subscriptions = gauge('depesch_hub_subscriptions', 'Subscriptions that hold at our WebSub hub.');
  const endpoints = gauge('depesch_webhook_endpoints', 'Systems that are told of publications, by state.', 'state');
  const queues = gauge('depesch_queue_jobs', 'Jobs in Redis.', 'queue', 'state');

  async function readDatabase(services: Services): Promise<void> {
    const [receipts, deliveries, callbacks] = await Promise.all([
      readReceipts(services),
      readDeliveries(services),
      readCallbacks(services),
    ]);
    subscriptions.set(callbacks.subscriptions);
    for (const [state, count] of Object.entries(callbacks.endpoints)) endpoints.set({ state }, count);
    for (const channel of CHANNELS) {
      const row = receipts.get(channel);
      owed.set({ channel }, row?.owed ?? 0);
      failed.set({ channel }, row?.failed ?? 0);
      oldest.set({ channel }, row?.oldest ?? 0);
    }
    for (const state of DELIVERY_STATES) letters.set({ state }, deliveries.get(state) ?? 0);
  }
  async function readQueues(services: Services): Promise<void> {
    queues.reset();
    for (const [queue, counts] of Object.entries((await services.dispatch.counts()) ?? {})) {
      for (const [state, count] of Object.entries(counts)) queues.set({ queue, state }, count);
    }
  }
  return {
    async read(services: Services): Promise<void> {
      const database = withTimeout(readDatabase(services), SCRAPE_MS, 'metrics').then(
        () => up.set(1),
        () => up.set(0),
      );
      await Promise.all([database, readQueues(services)]);
    },
  };
}

async function readReceipts({ database }: Services) {
  const { rows } = await sql<{ channel: string; owed: number; failed: number; oldest: number }>`
    select channel,
      count(*) filter (where state = 'owed') as owed,
      count(*) filter (where state = 'failed') as failed,
      coalesce(extract(epoch from clock_timestamp() - min(owed_at) filter (where state = 'owed' and not ${owedForDigests})), 0)::float8 as oldest
    from receipts where state <> 'done' group by channel`.execute(database);
  return new Map(rows.map((row) => [row.channel, row]));
}

async function readDeliveries({ database }: Services) {
  const { rows } = await sql<{ state: string; count: number }>`
    select d.state, count(*) as count from deliveries d
    join receipts r on r.release = d.release and r.n = d.n and r.channel = 'email' and r.state = 'owed'
    group by d.state`.execute(database);
  return new Map(rows.map((row) => [row.state, row.count]));
}

async function readCallbacks({ database }: Services) {
  const { rows } = await sql<{ subscriptions: number; active: number; failing: number; disabled: number }>`
    select (select count(*) from hub_subscriptions where expires_at > clock_timestamp()) as subscriptions,
      count(*) filter (where state = 'active') as active, count(*) filter (where state = 'failing') as failing,
      count(*) filter (where state = 'disabled') as disabled from webhook_endpoints`.execute(database);
  const { subscriptions, ...endpoints } = rows[0]!;
  return { subscriptions, endpoints };
}
