import { sql } from 'kysely';
import type { Database } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import { addressHash, suppress } from './suppressions.ts';

/** How somebody left; kept with the proof. */
export type LeaveWay = 'one-click' | 'page' | 'mail' | 'desk';

/** `already`: there was nothing to leave, which is as good; `unknown`: no such subscriber. */
export type Left = 'left' | 'already' | 'unknown';

/**
 * Ends everything a subscriber gets; single topics are preferences.ts. Commits before it returns; no letter to him begins later than a second after
 * that, also in the middle of a run. Safe to repeat. An import never takes him up again.
 */
export async function leave(db: Database, { subscriber, way }: { subscriber: string; way: LeaveWay }): Promise<Left> {
  const addressKey = await getKey(db, 'address');
  return db.transaction().execute(async (tx) => {
    const person = await tx.selectFrom('subscribers').selectAll().where('id', '=', subscriber).forNoKeyUpdate().executeTakeFirst();
    if (!person) return 'unknown';
    if (person.state === 'unsubscribed' || person.state === 'erased') return 'already';
    const had = await tx.deleteFrom('subscriptions').where('subscriber', '=', person.id).returning(['topic', 'frequency']).execute();
    await tx
      .updateTable('subscribers')
      .set({ state: 'unsubscribed', changed_at: sql`clock_timestamp()` })
      .where('id', '=', person.id)
      .execute();
    const topics = had.map(({ topic }) => topic).sort();
    // Wanted when the person takes the leaving back (come-back.ts).
    const frequencies = Object.fromEntries(had.map(({ topic, frequency }) => [topic, frequency]));
    await tx
      .insertInto('consents')
      .values({ subscriber, event: 'left', detail: JSON.stringify({ way, topics, frequencies }) })
      .execute();
    // The hash outlives an erasure of the person: whoever left is not imported again under the same address.
    await suppress(tx, [{ hash: addressHash(addressKey, person.address!), reason: 'unsubscribed', evidence: { way } }]);
    return 'left';
  });
}
