import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Connection } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import type { SubscriberRow, SuppressionReason, Tables } from '../schema/tables.ts';
import { addressHash, findSuppression, normalAddress } from './suppressions.ts';

/** Everything we know of one person. Looking somebody up is recorded by the caller (accounts/audit.ts). */
export type SubscriberView = {
  readonly id: string;
  readonly address: string;
  readonly name: string | null;
  readonly language: string;
  readonly state: SubscriberRow['state'];
  /** The person's own wish: no letters before that moment. */
  readonly pausedUntil: Date | null;
  readonly suppression: SuppressionReason | null;
  readonly subscriptions: readonly { topic: string; frequency: string }[];
  readonly consents: readonly Selectable<Tables['consents']>[];
};

/** The person with that address; undefined when there is none. */
export async function findSubscriber(db: Connection, address: string): Promise<SubscriberView | undefined> {
  const row = await db.selectFrom('subscribers').selectAll().where('address', '=', normalAddress(address)).executeTakeFirst();
  if (!row) return undefined;
  return {
    id: row.id,
    address: row.address!,
    name: row.name,
    language: row.language,
    state: row.state,
    pausedUntil: row.paused_until,
    suppression: (await findSuppression(db, addressHash(await getKey(db, 'address'), address))) ?? null,
    subscriptions: await db
      .selectFrom('subscriptions')
      .select(['topic', 'frequency'])
      .where('subscriber', '=', row.id)
      .orderBy('topic')
      .execute(),
    consents: await db.selectFrom('consents').selectAll().where('subscriber', '=', row.id).orderBy('id').execute(),
  };
}

/** What a signed link needs of its owner: the id is in the link, the key proves it. */
export async function findTokenKey(db: Connection, subscriber: string): Promise<Buffer | undefined> {
  const row = await db.selectFrom('subscribers').select('token_key').where('id', '=', subscriber).executeTakeFirst();
  return row?.token_key;
}

/** How many people get letters, for the house's status and the desk. */
export async function countSubscribers(db: Connection): Promise<{ active: number; unsubscribed: number; suppressed: number }> {
  const { rows } = await sql<{ active: number; unsubscribed: number; suppressed: number }>`
    select (select count(*) from subscribers where state = 'active')::int as active,
      (select count(*) from subscribers where state = 'unsubscribed')::int as unsubscribed,
      (select count(*) from suppressions)::int as suppressed`.execute(db);
  return rows[0]!;
}
