import { type RawBuilder, sql } from 'kysely';
import { mailboxOf } from '../mail/recipients.ts';
import { type Connection, prepared } from '../schema/database.ts';
import type { Frequency, SubscriberRow } from '../schema/tables.ts';
import { addressHash, findSuppressions } from '../subscribers/suppressions.ts';

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
export const wantsRelease = (release: string) => wantsReleaseOf(sql`${release}`);

/** The same for the release in a column. */
export const wantsReleaseOf = (release: RawBuilder<unknown>) => sql<boolean>`
  exists (select from subscriptions p where p.subscriber = s.id and (p.topic = '*' or p.topic = any (${releaseTopicsOf(release)})))`;

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

/** Loads the people anew: the look between two letters of a group that was claimed a moment ago. */
export async function loadPeople(db: Connection, release: string, subscribers: readonly string[]): Promise<Person[]> {
  const { rows } = await sql<Person>`${prepared}
    select s.id as subscriber, s.address, s.state, ${isPaused} as paused, ${wantsRelease(release)} as wants
    from subscribers s where s.id = any (${[...subscribers]}::uuid[])`.execute(db);
  return rows;
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
