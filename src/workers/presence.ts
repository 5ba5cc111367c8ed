import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { sql } from 'kysely';
import { messageOf } from '../shared/platform/failure.ts';
import type { QueueName } from '../shared/queue/jobs.ts';
import type { Services } from '../shared/services.ts';

/** How often a worker says it is there; status calls it gone after three missed beats. */
const BEAT_MS = 5_000;

/** Tells SQL which queues this process works for, so that status can say which has nobody and since when. */
export async function announce(services: Services, names: readonly QueueName[]): Promise<{ close(): Promise<void> }> {
  const id = randomUUID();
  async function beat(): Promise<void> {
    await services.database
      .insertInto('workers')
      .values(names.map((channel) => ({ id, channel, host: hostname(), pid: process.pid })))
      .onConflict((conflict) => conflict.columns(['id', 'channel']).doUpdateSet({ seen_at: sql`clock_timestamp()` }))
      .execute()
      .catch((error) => services.log.debug({ reason: messageOf(error) }, 'worker.beat_failed'));
  }
  await beat();
  const timer = setInterval(() => void beat(), BEAT_MS);
  return {
    async close() {
      clearInterval(timer);
      await services.database
        .updateTable('workers')
        .set({ ended_at: sql`clock_timestamp()`, seen_at: sql`clock_timestamp()` })
        .where('id', '=', id)
        .execute()
        .catch(() => undefined);
    },
  };
}
