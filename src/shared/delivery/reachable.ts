import { type RawBuilder, sql } from 'kysely';
import { mailboxOf } from '../mail/recipients.ts';
import { type Connection, prepared } from '../schema/database.ts';
import type { Frequency, SubscriberRow } from '../schema/tables.ts';
import { addressHash, findSuppressions } from '../subscribers/suppressions.ts';
import type { RowKey } from './settlement.ts';

/** What decides whether a person may get this letter at this moment. */
export type Person = {
  readonly subscriber: string;
  readonly address: string | null;
  readonly state: SubscriberRow['state'];
  /** Still subscribes to something this release is or was about. */
  readonly wants: boolean;
  /** Wants no letters for a while. */
  readonly paused: boolean;
};

/** What the look-up needs beside the database: the key of address hashes, and what MAIL_RECIPIENTS allows. */
export type ReachRules = { readonly addressKey: Uint8Array; readonly mayReceive: (address: string) => boolean };

/**
 * A topic once on the release counts even when a correction removed it: whoever got the wrong text shall get the right one,
 * unless he has left since.
 */
export const releaseTopicsOf = (release: RawBuilder<unknown>) => sql`
  array(select distinct jsonb_array_elements_text(content->'topics') from revisions where release = ${release} and content is not null)`;

/** SQL for the fastest of several subscriptions `p`: at-once, daily and weekly stand in this order in the alphabet. */
export const FASTEST = sql<Frequency>`min(p.frequency)`;

/** SQL for `Person.wants`, over subscriber `s`. */
export const wantsRelease = (release: string) => wantsOneOf(releaseTopicsOf(sql`${release}`));

/** The same for topics that are known. */
export const wantsOneOf = (topics: RawBuilder<unknown>) => sql<boolean>`
  exists (select from subscriptions p where p.subscriber = s.id and (p.topic = '*' or p.topic = any (${topics})))`;

/** SQL for `Person.paused`, over subscriber `s`. */
export const isPaused = sql<boolean>`coalesce(s.paused_until > clock_timestamp(), false)`;

/** For each of the people why he must not get the letter, in a word kept in `deliveries.code`; undefined for those who may. */
export async function unreachable(db: Connection, people: readonly Person[], rules: ReachRules): Promise<(string | undefined)[]> {
  const hashes = people.map(({ address }) => (address === null ? undefined : addressHash(rules.addressKey, address)));
  const suppressed = await findSuppressions(
    db,
    hashes.filter((hash) => hash !== undefined),
  );
  return people.map((person, index) => reasonAgainst(person, rules) ?? suppressed.get(hashes[index]!.toString('hex')));
}

/** A row whose letter may leave no more: for a reason of the person's, or because its run does not go on. */
export type Out = { readonly row: RowKey; readonly why: 'not-running' | { readonly reason: string } };

/** Looks anew at rows claimed a moment ago, between two letters: which may leave no more. One question, whether they are of one run or of all runs of a week. */
export async function findOut(db: Connection, rows: readonly RowKey[], rules: ReachRules): Promise<Out[]> {
  const found = await sql<Person & RowKey & { running: boolean }>`${prepared}
    with topics as materialized (
      select release, ${releaseTopicsOf(sql`release`)} as names from unnest(${[...new Set(rows.map(({ release }) => release))]}::uuid[]) as release
    )
    select k.release, k.n, k.subscriber, s.address, s.state, ${isPaused} as paused, ${wantsOneOf(sql`t.names`)} as wants,
      m.state = 'running' and not (r.newest_kind = 'withdrawal' and r.newest_n > m.n) as running
    from unnest(
      ${rows.map(({ release }) => release)}::uuid[], ${rows.map(({ n }) => n)}::int[], ${rows.map(({ subscriber }) => subscriber)}::uuid[]
    ) as k (release, n, subscriber)
    join topics t on t.release = k.release join mailings m on m.release = k.release and m.n = k.n join releases r on r.id = k.release
    join subscribers s on s.id = k.subscriber`.execute(db);
  const against = await unreachable(db, found.rows, rules);
  return found.rows.flatMap(({ running, release, n, subscriber }, index): Out[] => {
    const row = { release, n, subscriber };
    const reason = against[index];
    if (reason !== undefined) return [{ row, why: { reason } }];
    return running ? [] : [{ row, why: 'not-running' }];
  });
}

function reasonAgainst(person: Person, rules: ReachRules): string | undefined {
  if (person.address === null || person.state === 'erased') return 'erased';
  if (person.state === 'unsubscribed') return 'unsubscribed';
  if (person.state === 'unconfirmed') return 'unconfirmed';
  if (!person.wants) return 'left-topic';
  if (person.paused) return 'paused';
  if (mailboxOf(person.address) === undefined) return 'not-an-address';
  if (!rules.mayReceive(person.address)) return 'not-allowed';
  return undefined;
}
