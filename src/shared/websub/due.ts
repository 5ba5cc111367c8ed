import { sql } from 'kysely';
import type { Connection, Database } from '../schema/database.ts';
import { heldFor, isFree } from '../schema/holds.ts';
import { lock } from '../schema/locks.ts';
import type { HubSubscriptionRow } from '../schema/tables.ts';

/* Which subscriptions a worker has something to do for: a wish to be confirmed, or a push. Rows, not jobs, remember it. */

/** Longer than a verification or a push can take (platform/outgoing.ts); whoever died with one in hand left it to the next after this. */
const HELD_SECONDS = 15;

/** A host with two hundred subscriptions is asked for two things at once, whichever worker asks. */
const AT_ONCE_OF_A_HOST = 2;

const isDue = sql`(wish is not null or (owed is not null and expires_at > clock_timestamp())) and due_at <= clock_timestamp()`;

/** Takes up to `most` due rows for this worker, those that work before those that failed. */
export async function claimDue(db: Database, most: number): Promise<HubSubscriptionRow[]> {
  return db.transaction().execute(async (tx) => {
    // One at a time: two that count at once would both find the host free.
    await lock(tx, 'hub');
    const { rows } = await sql<HubSubscriptionRow>`
      with busy as (
        select host, count(*) as lines from hub_subscriptions where held_until > clock_timestamp() group by host
      ), free as (
        select id, host, attempts, due_at, row_number() over (partition by host order by attempts, due_at, id) as place
        from hub_subscriptions where ${isDue} and ${isFree}
      ), taken as (
        select free.id from free left join busy using (host)
        where free.place + coalesce(busy.lines, 0) <= ${AT_ONCE_OF_A_HOST} order by attempts, due_at limit ${most}
      )
      update hub_subscriptions s set held_until = ${heldFor(HELD_SECONDS)}
      from taken where s.id = taken.id returning s.*`.execute(tx);
    return rows;
  });
}

/** True when the sweep should wake the worker. */
export async function isHubDue(db: Connection): Promise<boolean> {
  const { rows } = await sql`
    select from hub_subscriptions where ${isDue} and ${isFree} limit 1`.execute(db);
  return rows.length > 0;
}

/** Subscriptions whose lease ended, and wishes nobody confirmed within a day. Gives how many. */
export async function forgetEnded(db: Connection): Promise<number> {
  const result = await sql`
    delete from hub_subscriptions where expires_at < clock_timestamp()
      or (expires_at is null and created_at < clock_timestamp() - interval '1 day')`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}
