import type { Connection, Database } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import { addressHash, findSuppression, unsuppress } from './suppressions.ts';

/** What a subscriber gets: topics by name, `*` for all of them. */
export async function topicsOfSubscriber(db: Connection, subscriber: string): Promise<string[]> {
  const rows = await db.selectFrom('subscriptions').select('topic').where('subscriber', '=', subscriber).orderBy('topic').execute();
  return rows.map((row) => row.topic);
}

/**
 * Takes the person's last leaving back: a button pressed by mistake, or by a program. Kept with the proof as a change of the person's own.
 * `nothing` when the last thing the person did was not to leave. An address that bounced or complained stays suppressed.
 */
export async function comeBack(db: Database, input: { subscriber: string }): Promise<'back' | 'nothing'> {
  const addressKey = await getKey(db, 'address');
  return db.transaction().execute(async (tx) => {
    const person = await tx.selectFrom('subscribers').selectAll().where('id', '=', input.subscriber).forUpdate().executeTakeFirst();
    if (!person?.address || (person.state !== 'unsubscribed' && person.state !== 'active')) return 'nothing';
    const last = await tx
      .selectFrom('consents')
      .select(['event', 'detail'])
      .where('subscriber', '=', person.id)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const topics = last?.event === 'left' ? last.detail.topics : undefined;
    if (!Array.isArray(topics) || topics.length === 0) return 'nothing';
    await tx
      .insertInto('subscriptions')
      .values(topics.map((topic) => ({ subscriber: person.id, topic: String(topic) })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await tx.updateTable('subscribers').set({ state: 'active', changed_at: new Date() }).where('id', '=', person.id).execute();
    await tx
      .insertInto('consents')
      .values({ subscriber: person.id, event: 'changed', detail: JSON.stringify({ way: 'page', takenBack: topics.map(String) }) })
      .execute();
    const hash = addressHash(addressKey, person.address);
    if ((await findSuppression(tx, hash)) === 'unsubscribed') await unsuppress(tx, hash);
    return 'back';
  });
}
