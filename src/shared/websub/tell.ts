import { sql } from 'kysely';
import { Failure, messageOf } from '../platform/failure.ts';
import { sendOutside } from '../platform/outgoing.ts';
import { absolute } from '../release/addresses.ts';
import type { Connection } from '../schema/database.ts';
import type { Services } from '../services.ts';

/* Telling that feeds changed: our own hub's subscribers by rows, other hubs by a ping. */

/** How many subscribers of the feeds know of a publication, how many are yet to be tried, and how many did not take it and are tried again later. */
export type Reach = { readonly told: number; readonly untried: number; readonly failing: number };

/** Subscriptions to these feeds that hold now. */
export async function countSubscribers(db: Connection, feeds: readonly string[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from hub_subscriptions where feed = any(${feeds}::text[]) and expires_at > clock_timestamp()`.execute(db);
  return rows[0]!.count;
}

/** Owes the publication to every subscription of the feeds that does not know of it or of a newer one. One that is failing keeps its gap. */
export async function owePushes(db: Connection, { feeds, publication }: { feeds: readonly string[]; publication: number }): Promise<void> {
  await sql`
    update hub_subscriptions set owed = ${publication}, due_at = case when owed is null then clock_timestamp() else due_at end
    where feed = any(${feeds}::text[]) and expires_at > clock_timestamp()
      and coalesce(told, 0) < ${publication} and coalesce(owed, 0) < ${publication}`.execute(db);
}

export async function loadReach(db: Connection, { feeds, publication }: { feeds: readonly string[]; publication: number }): Promise<Reach> {
  const { rows } = await sql<Reach>`
    select count(*) filter (where told >= ${publication}) as told,
      count(*) filter (where owed is not null and attempts = 0 and coalesce(told, 0) < ${publication}) as untried,
      count(*) filter (where owed is not null and attempts > 0 and coalesce(told, 0) < ${publication}) as failing
    from hub_subscriptions where feed = any(${feeds}::text[]) and expires_at > clock_timestamp()`.execute(db);
  return rows[0]!;
}

/**
 * Pings another hub, once for each feed. A ping says only that something is new, so one too many does no harm. The administrator named these hubs:
 * they may lie in the house's own network. Throws a passing Failure `hub_not_told` naming the hub.
 */
export async function pingHub({ config }: Services, hub: string, feeds: readonly string[]): Promise<void> {
  for (const feed of feeds) {
    const body = new URLSearchParams({ 'hub.mode': 'publish', 'hub.url': absolute(config.baseUrl, feed) }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await sendOutside({ url: hub, method: 'POST', headers, body, allowPrivate: true }).catch((error) => {
      throw new Failure('hub_not_told', `the hub ${hub} was not reached: ${messageOf(error)}`, { cause: error });
    });
    if (answer.status < 200 || answer.status >= 300) throw new Failure('hub_not_told', `the hub ${hub} answered ${answer.status}`);
  }
}
