import { sql } from 'kysely';
import { eraseFromInbox } from '../mail/inbox-erase.ts';
import type { Tx } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import type { Services } from '../services.ts';
import { type EraseWay, type Erasure, type Forgotten, forgetPerson, keepHash } from '../subscribers/erase.ts';
import { addressHash, normalAddress } from '../subscribers/suppressions.ts';
import { findMentions } from './bounce-mentions.ts';

/** The person, or an address that may have no subscriber. */
export type Erasable = { readonly subscriber: string } | { readonly address: string };

/** Whose wish it was, and who did it at the newsroom: null for the person and for the time that has passed. */
export type ErasedBy = { readonly way: EraseWay; readonly account: string | null };

/** What was removed, for whoever asked. */
export type Erased = Forgotten & {
  readonly subscriber: boolean;
  /** Letters whose answers were rewritten, and those that wait no more. */
  readonly letters: number;
  readonly bounces: number;
  /** Letters in the local inbox. */
  readonly inbox: number;
  /** The address in the list of suppressions, in hex. */
  readonly hash: string;
};

/**
 * Removes a person from everything that is kept here: what stays is the keyed hash of the address, and rows that count. Everything in SQL goes in one
 * transaction; files before and after it. Safe to repeat: the second time removes what came meanwhile. Undefined when nothing is kept.
 */
export async function erase(services: Services, { person, ...by }: ErasedBy & { person: Erasable }): Promise<Erased | undefined> {
  return (await eraseAll(services, { people: [person], ...by }))[0];
}

/**
 * The same for several people, each in a transaction of its own, with one reading of the inbox and of the bounces for all of them: that is what costs.
 * Gives only those of whom something was kept.
 */
export async function eraseAll(
  services: Services,
  { people, way, account }: ErasedBy & { people: readonly Erasable[] },
): Promise<Erased[]> {
  const { database, config } = services;
  const found = (await Promise.all(people.map((person) => findPerson(services, person)))).filter((person) => person !== undefined);
  if (found.length === 0) return [];
  const addressKey = await getKey(database, 'address');
  const addresses = found.map(({ address }) => address);
  // A killed process leaves the people as they were, and the next try removes the rest.
  const before = await eraseFromInbox(config.dataDir, addresses);
  const mentions = await findMentions(database, { addresses, after: 0 });
  const rows: Rows[] = [];
  for (const person of found) {
    const erasure = { ...person, way, addressKey, account, mentions: mentions.ids.get(person.address) ?? [] };
    rows.push(await database.transaction().execute((tx) => eraseRows(tx, erasure)));
  }
  const late = await findMentions(database, { addresses, after: mentions.last });
  const lateIds = [...late.ids.values()].flat();
  if (lateIds.length > 0) await database.deleteFrom('bounces').where('id', 'in', lateIds).execute();
  const after = await eraseFromInbox(config.dataDir, addresses);
  return found.flatMap(({ address }, index) => {
    const done = rows[index]!;
    const inbox = (before.get(address) ?? 0) + (after.get(address) ?? 0);
    const bounces = done.bounces + (late.ids.get(address) ?? []).length;
    if (isNothing({ ...done, bounces }) && inbox === 0) return [];
    services.log.info({ way, letters: done.letters, bounces }, 'subscriber.erased');
    return [{ ...done, bounces, inbox, hash: addressHash(addressKey, address).toString('hex') }];
  });
}

type Found = { readonly subscriber: string | null; readonly address: string };

async function findPerson({ database }: Services, person: Erasable): Promise<Found | undefined> {
  const row = await database
    .selectFrom('subscribers')
    .select(['id', 'address'])
    .where((where) => ('subscriber' in person ? where('id', '=', person.subscriber) : where('address', '=', normalAddress(person.address))))
    .executeTakeFirst();
  if (row?.address) return { subscriber: row.id, address: row.address };
  return 'address' in person ? { subscriber: null, address: normalAddress(person.address) } : undefined;
}

type Rows = Omit<Erased, 'inbox' | 'hash'>;
type EraseRows = Erasure & { readonly mentions: readonly number[]; readonly account: string | null };

/** Bounces before the person: whoever judges one locks them in this order. Suppressions last: a letter answered meanwhile may write one. */
async function eraseRows(tx: Tx, erasure: EraseRows): Promise<Rows> {
  const { subscriber, mentions } = erasure;
  const bouncesBefore = await deleteBounces(tx, subscriber, mentions);
  const held = await sql`select from subscribers where id = ${subscriber} and address is not null for update`.execute(tx);
  // Somebody else erased the same person a moment ago: what is left to remove goes by the address alone.
  const person = held.rows.length > 0 ? subscriber : null;
  const letters = person === null ? 0 : await forgetAnswers(tx, person);
  const bounces = bouncesBefore + (person === null ? 0 : await deleteBounces(tx, person, []));
  const forgotten = await forgetPerson(tx, { ...erasure, subscriber: person });
  const done = { ...forgotten, subscriber: person !== null, letters, bounces };
  // Nobody here has that address: a hash of a misspelt one would bar a stranger.
  if (isNothing(done)) return done;
  await keepHash(tx, erasure);
  const hash = addressHash(erasure.addressKey, erasure.address).toString('hex');
  await tx
    .insertInto('audit')
    .values({ account: erasure.account, action: 'subscriber.erased', detail: JSON.stringify({ hash, way: erasure.way }) })
    .execute();
  return done;
}

function isNothing(rows: Rows): boolean {
  return !rows.subscriber && rows.signUps + rows.notices + rows.bounces === 0;
}

async function deleteBounces(tx: Tx, subscriber: string | null, mentions: readonly number[]): Promise<number> {
  const result = await sql`
    delete from bounces where subscriber = ${subscriber}::uuid or id = any (${[...mentions]}::bigint[])`.execute(tx);
  return Number(result.numAffectedRows ?? 0n);
}

/**
 * The letters keep their states, so the equation holds. What waits leaves no more. The code of letters under way says that their answer's words are
 * not to be kept (ledger.ts reads it in the very row it writes). Rows in the order in which everybody locks several runs.
 */
async function forgetAnswers(tx: Tx, subscriber: string): Promise<number> {
  const result = await sql`
    with mine as (
      select release, n from deliveries where subscriber = ${subscriber} order by release, n for update
    )
    update deliveries d set reply = null, report_text = null,
      state = case when d.state in ('pending', 'deferred') then 'suppressed' else d.state end,
      code = case when d.state in ('pending', 'deferred', 'claimed', 'unknown') then 'erased' else d.code end,
      at = case when d.state in ('pending', 'deferred') then clock_timestamp() else d.at end
    from mine where d.subscriber = ${subscriber} and d.release = mine.release and d.n = mine.n`.execute(tx);
  return Number(result.numAffectedRows ?? 0n);
}
