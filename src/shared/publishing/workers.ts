import { sql } from 'kysely';
import type { Connection } from '../schema/database.ts';

/** Who works for a queue. `lastSeen` (ISO) is when the last one was there, running or not. */
export type ChannelWorkers = { readonly running: number; readonly lastSeen: string | null };

/** A worker beats every 5 s; three missed beats and it counts as gone. */
const GONE_AFTER_SECONDS = 15;

/** Workers by queue name. Queues that never had one are missing from the map. */
export async function loadWorkers(db: Connection): Promise<Map<string, ChannelWorkers>> {
  const { rows } = await sql<{ channel: string; running: number; last_seen: Date }>`
    select channel, max(seen_at) as last_seen,
      count(*) filter (where ended_at is null and seen_at > clock_timestamp() - make_interval(secs => ${GONE_AFTER_SECONDS}))::int as running
    from workers group by channel`.execute(db);
  return new Map(rows.map((row) => [row.channel, { running: row.running, lastSeen: row.last_seen.toISOString() }]));
}
