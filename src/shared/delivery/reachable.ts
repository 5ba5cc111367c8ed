import { type RawBuilder, sql } from 'kysely';
import { mailboxOf } from '../mail/recipients.ts';
import type { Connection } from '../schema/database.ts';
import type { Frequency, SubscriberRow } from '../schema/tables.ts';
import { addressHash, findSuppressions } from '../subscribers/suppressions.ts';

/** What decides whether a person may get this letter at this moment. */
export type Person = {
  readonly subscriber: string;
  readonly address: string | null;
  readonly state: SubscriberRow['state'];
  /** Still subscribes to something this release is or was about. */
  readonly wants: boolean;
};

/** What the look-up needs beside the database: the key of address hashes, and what MAIL_RECIPIENTS allows. */
export type ReachRules = { readonly addressKey: Uint8Array; readonly mayReceive: (address: string) => boolean };

/**
 * A topic once on the release counts even when a correction removed it: whoever got the wrong text shall get the right one,
 * unless he has left since.
 */
export const releaseTopics = (release: string) => releaseTopicsOf(sql`${release}`);

/** The same for the release in a column. */
export const releaseTopicsOf = (release: RawBuilder<unknown>) => sql`
  array(select distinct jsonb_array_elements_text(content->'topics') from revisions where release = ${release} and content is not null)`;

/** SQL for the fastest of several subscriptions `p`: at-once, daily and weekly stand in this order in the alphabet. */
export const FASTEST = sql<Frequency>`min(p.frequency)`;

/** SQL for `Person.wants`, over subscriber `s`. */
export const wantsRelease = (release: string) => sql<boolean>`
  exists (select from subscriptions p where p.subscriber = s.id and (p.topic = '*' or p.topic = any (${releaseTopics(release)})))`;

/** Those of the people who must not get the letter, and why, in a word kept in `deliveries.code`. */
export async function unreachable(db: Connection, people: readonly Person[], rules: ReachRules): Promise<Map<string, string>> {
  const hashes = new Map(
    people.flatMap(({ subscriber, address }) => (address === null ? [] : [[subscriber, addressHash(rules.addressKey, address)]])),
  );
  const suppressed = await findSuppressions(db, [...hashes.values()]);
  const reasons = new Map<string, string>();
  for (const person of people) {
    const reason = reasonAgainst(person, rules) ?? suppressed.get(hashes.get(person.subscriber)!.toString('hex'));
    if (reason !== undefined) reasons.set(person.subscriber, reason);
  }
  return reasons;
}

/** Loads the people anew: the look between two letters of a group that was claimed a moment ago. */
export async function loadPeople(db: Connection, release: string, subscribers: readonly string[]): Promise<Person[]> {
  const { rows } = await sql<Person>`
    select s.id as subscriber, s.address, s.state, ${wantsRelease(release)} as wants
    from subscribers s where s.id = any (${[...subscribers]}::uuid[])`.execute(db);
  return rows;
}

function reasonAgainst(person: Person, rules: ReachRules): string | undefined {
  if (person.address === null || person.state === 'erased') return 'erased';
  if (person.state === 'unsubscribed') return 'unsubscribed';
  if (person.state === 'unconfirmed') return 'unconfirmed';
  if (!person.wants) return 'left-topic';
  if (mailboxOf(person.address) === undefined) return 'not-an-address';
  if (!rules.mayReceive(person.address)) return 'not-allowed';
  return undefined;
}
