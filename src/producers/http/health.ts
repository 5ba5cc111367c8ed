import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { withTimeout } from '../../shared/platform/clock.ts';
import { Failure, messageOf } from '../../shared/platform/failure.ts';
import type { Services } from '../../shared/services.ts';

/** A probe that waits longer than this for PostgreSQL has its answer. */
const PROBE_MS = 2_000;

/** `/healthz`: this process lives. `/readyz`: it can do its work, or says what is missing. */
export function healthRoutes(app: FastifyInstance, services: Services): void {
  app.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));

  app.get('/readyz', async (_request, reply) => {
    const [database, newsroom, queues] = await Promise.all([
      probe(services, 'database', () => sql`select 1`.execute(services.database)),
      probe(services, 'newsroom', () => services.newsroom()),
      services.dispatch.counts(),
    ]);
    const ready = database === 'ok' && newsroom === 'ok';
    // Publishing does not wait for Redis, so its absence is told but does not take this process out of service.
    const checks = { database, newsroom, redis: queues ? 'ok' : 'away: work is queued by the sweep when it is back' };
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: ready ? 'ready' : 'not ready', checks });
  });
}

/** Anybody may ask: what the system says of a server it does not reach names addresses and folders of ours, and stands in the log alone. */
async function probe({ log }: Services, what: string, check: () => Promise<unknown>): Promise<string> {
  try {
    await withTimeout(check(), PROBE_MS, 'the probe');
    return 'ok';
  } catch (error) {
    log.warn({ what, reason: messageOf(error) }, 'http.not_ready');
    return error instanceof Failure ? error.message : 'away';
  }
}
