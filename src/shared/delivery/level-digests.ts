import { sql } from 'kysely';
import type { Tx } from '../schema/database.ts';
import type { Written } from './ledger.ts';

/** The rows of a digest that a server put off wait for one moment, the latest of theirs: they go again as one letter. */
export async function levelDigests(tx: Tx, written: readonly Written[]): Promise<void> {
  const deferred = [...Map.groupBy(written, (row) => row.subscriber).values()]
    .map((rows) => rows.filter(({ state }) => state === 'deferred'))
    .filter((rows) => rows.length > 1)
    .flat();
  if (deferred.length === 0) return;
  const keys = sql`unnest(${deferred.map((row) => row.release)}::uuid[], ${deferred.map((row) => row.n)}::int[], ${deferred.map((row) => row.subscriber)}::uuid[])
    as v (release, n, subscriber)`;
  await sql`
    with latest as (
      select d.digest, max(d.due_at) as due_at from deliveries d
      join ${keys} on v.release = d.release and v.n = d.n and v.subscriber = d.subscriber
      where d.digest is not null group by d.digest
    )
    update deliveries d set due_at = latest.due_at from latest, ${keys}
    where d.release = v.release and d.n = v.n and d.subscriber = v.subscriber and d.digest = latest.digest`.execute(tx);
}
