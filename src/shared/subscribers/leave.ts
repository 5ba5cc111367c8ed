import type { Newsroom } from '../release/newsroom.ts';
import type { Connection, Database, Tx } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import type { SubscriberRow } from '../schema/tables.ts';
import { addressHash, suppress } from './suppressions.ts';

/** How somebody left; kept with the proof. */
export type LeaveWay = 'one-click' | 'page' | 'mail' | 'desk';

/** `already`: there was nothing to leave, which is as good; `unknown`: no such subscriber. */
export type Left = 'left' | 'already' | 'unknown';

export type LeaveInput = {
  readonly subscriber: string;
  /** Only this topic; everything when absent. */
  readonly topic?: string | undefined;
  readonly way: LeaveWay;
  /** Wanted with `topic`: whoever leaves one topic of all keeps the other listed ones. */
  readonly newsroom?: Newsroom | undefined;
};

/**
 * Ends what a subscriber gets, all or one topic. Commits before it returns; no letter to him begins later than a second after that, also in the
 * middle of a run. Safe to repeat. An import never takes him up again.
 */
export async function leave(db: Database, input: LeaveInput): Promise<Left> {
  const addressKey = await getKey(db, 'address');
  return db.transaction().execute(async (tx) => {
    const person = await tx.selectFrom('subscribers').selectAll().where('id', '=', input.subscriber).forUpdate().executeTakeFirst();
    if (!person) return 'unknown';
    if (person.state === 'unsubscribed' || person.state === 'erased') return 'already';
    if (input.topic === undefined) return leaveAll(tx, { person, way: input.way, addressKey });
    return leaveTopic(tx, { person, topic: input.topic, way: input.way, addressKey, newsroom: input.newsroom });
  });
}

type LeaveAll = { person: SubscriberRow; way: LeaveWay; addressKey: Uint8Array };

async function leaveAll(tx: Tx, { person, way, addressKey }: LeaveAll): Promise<Left> {
  const topics = await topicsOf(tx, person.id);
  await tx.deleteFrom('subscriptions').where('subscriber', '=', person.id).execute();
  await tx.updateTable('subscribers').set({ state: 'unsubscribed', changed_at: new Date() }).where('id', '=', person.id).execute();
  await prove(tx, person.id, { way, topics });
  // The hash outlives an erasure of the person: whoever left is not imported again under the same address.
  await suppress(tx, [{ hash: addressHash(addressKey, person.address!), reason: 'unsubscribed', evidence: { way } }]);
  return 'left';
}

async function leaveTopic(tx: Tx, input: LeaveAll & { topic: string; newsroom: Newsroom | undefined }): Promise<Left> {
  const { person, topic, newsroom } = input;
  const topics = await topicsOf(tx, person.id);
  const everything = topics.includes('*');
  if (!everything && !topics.includes(topic)) return 'already';
  const listed = Object.entries(newsroom?.topics ?? {}).flatMap(([name, { unlisted }]) => (unlisted ? [] : [name]));
  const kept = (everything ? [...new Set([...listed, ...topics])] : topics).filter((name) => name !== topic && name !== '*');
  if (kept.length === 0) return leaveAll(tx, input);
  await tx.deleteFrom('subscriptions').where('subscriber', '=', person.id).where('topic', 'not in', kept).execute();
  await tx
    .insertInto('subscriptions')
    .values(kept.map((name) => ({ subscriber: person.id, topic: name })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await tx.updateTable('subscribers').set({ changed_at: new Date() }).where('id', '=', person.id).execute();
  await prove(tx, person.id, { way: input.way, topics: [topic] });
  return 'left';
}

async function topicsOf(db: Connection, subscriber: string): Promise<string[]> {
  const rows = await db.selectFrom('subscriptions').select('topic').where('subscriber', '=', subscriber).orderBy('topic').execute();
  return rows.map((row) => row.topic);
}

async function prove(tx: Tx, subscriber: string, detail: { way: LeaveWay; topics: string[] }): Promise<void> {
  await tx
    .insertInto('consents')
    .values({ subscriber, event: 'left', detail: JSON.stringify(detail) })
    .execute();
}
