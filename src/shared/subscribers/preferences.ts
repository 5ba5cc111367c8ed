import { type Selectable, sql } from 'kysely';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import type { Connection, Tx } from '../schema/database.ts';
import type { Frequency, SubscriberRow, Tables } from '../schema/tables.ts';

/** What a person wants from us, in the shape in which the proof keeps it. */
export type Preferences = {
  readonly language: string;
  /** How often for each topic; `*` stands for every topic. */
  readonly topics: Readonly<Record<string, Frequency>>;
  /** No letters before that moment (ISO). */
  readonly pausedUntil: string | null;
};

/** A person's preferences as they stand; a pause that is over is none. */
export type PreferencesNow = Preferences & { readonly state: SubscriberRow['state'] };

/** What is to hold from now on, checked by the caller: topics and language of this newsroom, at least one topic. */
export type PreferencesWish = {
  readonly language: string;
  readonly topics: readonly string[];
  /** One for all topics; left out, each keeps its own. */
  readonly frequency?: Frequency | undefined;
  /** Left out: as it is. */
  readonly pausedUntil?: Date | null | undefined;
};

/** Undefined when there is no such person. */
export async function findPreferences(db: Connection, subscriber: string): Promise<PreferencesNow | undefined> {
  const person = await db
    .selectFrom('subscribers')
    .select(['state', 'language', sql<Date | null>`case when paused_until > clock_timestamp() then paused_until end`.as('pausedUntil')])
    .where('id', '=', subscriber)
    .executeTakeFirst();
  if (!person) return undefined;
  const rows = await db
    .selectFrom('subscriptions')
    .select(['topic', 'frequency'])
    .where('subscriber', '=', subscriber)
    .orderBy('topic')
    .execute();
  return {
    state: person.state,
    language: person.language,
    topics: Object.fromEntries(rows.map(({ topic, frequency }) => [topic, frequency])),
    pausedUntil: person.pausedUntil?.toISOString() ?? null,
  };
}

/** From the quickest to the slowest. */
export const FREQUENCIES: readonly Frequency[] = ['at-once', 'daily', 'weekly'];

/**
 * Changes what an active person gets, and adds what held before and after to the proof. False when nothing differs, or the person has left or is
 * unknown. The caller moves the letters that are waiting, in the same transaction.
 */
export async function changePreferences(
  tx: Tx,
  input: { subscriber: string; wish: PreferencesWish; newsroom: Newsroom },
): Promise<boolean> {
  const { subscriber, wish, newsroom } = input;
  await lockPerson(tx, subscriber);
  const before = await findPreferences(tx, subscriber);
  if (before?.state !== 'active') return false;
  const quickest = FREQUENCIES.find((frequency) => Object.values(before.topics).includes(frequency)) ?? 'at-once';
  const after: Preferences = {
    language: wish.language,
    topics: Object.fromEntries(wish.topics.map((topic) => [topic, wish.frequency ?? before.topics[topic] ?? quickest])),
    pausedUntil: wish.pausedUntil === undefined ? before.pausedUntil : (wish.pausedUntil?.toISOString() ?? null),
  };
  return writePreferences(tx, { subscriber, before, after, newsroom });
}

/** Makes `after` true and writes the proof of it; false when it was true already. `takenBack` marks what undid an earlier change. */
export async function writePreferences(
  tx: Tx,
  change: { subscriber: string; before: Preferences; after: Preferences; newsroom: Newsroom; takenBack?: true },
): Promise<boolean> {
  const { subscriber, newsroom } = change;
  const [before, after] = [plain(change.before), plain(change.after)];
  if (JSON.stringify(before) === JSON.stringify(after)) return false;
  const topics = Object.entries(after.topics);
  await tx.deleteFrom('subscriptions').where('subscriber', '=', subscriber).where('topic', 'not in', Object.keys(after.topics)).execute();
  await tx
    .insertInto('subscriptions')
    .values(topics.map(([topic, frequency]) => ({ subscriber, topic, frequency })))
    .onConflict((conflict) =>
      conflict.columns(['subscriber', 'topic']).doUpdateSet((row) => ({ frequency: row.ref('excluded.frequency') })),
    )
    .execute();
  await tx
    .updateTable('subscribers')
    .set({ language: after.language, paused_until: after.pausedUntil, changed_at: sql`clock_timestamp()` })
    .where('id', '=', subscriber)
    .execute();
  const left = topicsWithin(before, newsroom).filter((topic) => !topicsWithin(after, newsroom).includes(topic));
  // Named apart: no import takes up again what its reader left.
  if (left.length > 0) await prove(tx, { subscriber, event: 'left', detail: { way: 'page', topics: left } });
  const detail = { way: 'page', topics: Object.keys(after.topics), before, after, ...(change.takenBack ? { takenBack: true } : {}) };
  await prove(tx, { subscriber, event: 'changed', detail });
  return true;
}

/** Keeps others from changing the same person until the transaction ends. */
async function lockPerson(tx: Tx, subscriber: string): Promise<void> {
  await sql`select from subscribers where id = ${subscriber} for no key update`.execute(tx);
}

type Proof = { subscriber: string; event: Selectable<Tables['consents']>['event']; detail: object };

async function prove(tx: Tx, { subscriber, event, detail }: Proof): Promise<void> {
  await tx
    .insertInto('consents')
    .values({ subscriber, event, detail: JSON.stringify(detail) })
    .execute();
}

/** Every topic of all is what the newsroom lists today. */
function topicsWithin({ topics }: Preferences, newsroom: Newsroom): string[] {
  const listed = Object.keys(newsroom.topics).filter((topic) => !newsroom.topics[topic]!.unlisted);
  return [...new Set([...Object.keys(topics), ...('*' in topics ? listed : [])])];
}

/** The same preferences in the same order of words, whatever else came with them. */
function plain({ language, topics, pausedUntil }: Preferences): Preferences & { topics: Record<string, Frequency> } {
  return { language, topics: Object.fromEntries(Object.entries(topics).toSorted(([one], [other]) => (one < other ? -1 : 1))), pausedUntil };
}
