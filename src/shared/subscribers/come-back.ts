import { sql } from 'kysely';
import { z } from 'zod';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import type { Connection, Tx } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import type { SubscriberRow } from '../schema/tables.ts';
import { findPreferences, type Preferences, writePreferences } from './preferences.ts';
import { addressHash, findSuppression, unsuppress } from './suppressions.ts';

const Frequency = z.enum(['at-once', 'daily', 'weekly']);

/** What the newest line of the proof must say so that it can be taken back. Lines of older versions name no frequencies. */
const LeftDetail = z.looseObject({ topics: z.array(z.string()).min(1), frequencies: z.record(z.string(), Frequency).default({}) });
const ChangedDetail = z.looseObject({
  before: z.object({ language: z.string(), topics: z.record(z.string(), Frequency), pausedUntil: z.string().nullable() }),
  // What undid a change is not undone by a second press of the same button.
  takenBack: z.undefined().optional(),
});

/**
 * Takes the person's last leaving or change back: a button pressed by mistake, or by a program. Kept with the proof as a change of the person's
 * own. `nothing` when there is none to take back. An address that bounced or complained stays suppressed. The caller moves the letters that are
 * waiting, in the same transaction.
 */
export async function comeBack(tx: Tx, { subscriber, newsroom }: { subscriber: string; newsroom: Newsroom }): Promise<'back' | 'nothing'> {
  const person = await tx.selectFrom('subscribers').selectAll().where('id', '=', subscriber).forNoKeyUpdate().executeTakeFirst();
  if (!person?.address || (person.state !== 'unsubscribed' && person.state !== 'active')) return 'nothing';
  const before = await findPreferences(tx, subscriber);
  const after = before && (await lastBefore(tx, subscriber, before));
  if (!after || !(await writePreferences(tx, { subscriber, before, after, newsroom, takenBack: true }))) return 'nothing';
  await reactivate(tx, person, person.address);
  return 'back';
}

/** What held before the person's last wish. */
async function lastBefore(db: Connection, subscriber: string, now: Preferences): Promise<Preferences | undefined> {
  const last = await db
    .selectFrom('consents')
    .select(['event', 'detail'])
    .where('subscriber', '=', subscriber)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last?.event === 'changed') return ChangedDetail.safeParse(last.detail).data?.before;
  if (last?.event !== 'left') return undefined;
  const left = LeftDetail.safeParse(last.detail).data;
  if (!left) return undefined;
  const again = Object.fromEntries(left.topics.map((topic) => [topic, left.frequencies[topic] ?? 'at-once']));
  return { ...now, topics: { ...now.topics, ...again } };
}

async function reactivate(tx: Tx, person: SubscriberRow, address: string): Promise<void> {
  if (person.state === 'active') return;
  await tx.updateTable('subscribers').set({ state: 'active', changed_at: sql`clock_timestamp()` }).where('id', '=', person.id).execute();
  const hash = addressHash(await getKey(tx, 'address'), address);
  if ((await findSuppression(tx, hash)) === 'unsubscribed') await unsuppress(tx, hash);
}
