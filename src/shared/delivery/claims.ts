import { sql } from 'kysely';
import type { Database, Tx } from '../schema/database.ts';
import { findMailing } from './mailings.ts';
import { type Person, type ReachRules, unreachable, wantsRelease } from './reachable.ts';
import { findStanding, type RelayStanding, takeProbe } from './relays.ts';
import type { RowKey, Token } from './settlement.ts';

/** A batch is this many places of a run: one job. Measured: no gain past it, more doubt after a crash. */
export const BATCH_SIZE = 200;

/** Letters claimed in one transaction. Measured: 79 ms of PostgreSQL per 1,000 letters against 553 ms one by one. */
export const GROUP_SIZE = 25;

export type Batch = { readonly release: string; readonly n: number; readonly batch: number };

/** A letter this sender alone may send, until its answer is written. */
export type ClaimedLetter = { readonly key: RowKey; readonly token: Token; readonly address: string; readonly tokenKey: Buffer };

export type Claim =
  | {
      readonly kind: 'letters';
      readonly letters: readonly ClaimedLetter[];
      readonly carried: number;
      readonly probe: boolean;
      readonly suppressed: number;
    }
  | { readonly kind: 'nothing'; readonly why: 'nothing-due' | 'not-running' | 'relay-paused' };

/** The claim's transaction did not end as far as anybody knows. Nothing of it may be sent; `letters` go back. */
export class ClaimUnconfirmed extends Error {
  readonly letters: readonly ClaimedLetter[];
  constructor(letters: readonly ClaimedLetter[], cause: unknown) {
    super('the claim was not confirmed', { cause });
    this.name = 'ClaimUnconfirmed';
    this.letters = letters;
  }
}

type Claimer = { readonly sender: string; readonly relay: string; readonly rules: ReachRules };

/**
 * Takes up to 25 due letters of a batch for one sender, in one transaction. People who may not get the letter become `suppressed` with the
 * reason. Throws ClaimUnconfirmed when PostgreSQL failed after rows were picked.
 */
export async function claimLetters(db: Database, claimer: Claimer, batch: Batch): Promise<Claim> {
  let picked: readonly ClaimedLetter[] = [];
  try {
    return await db.transaction().execute(async (tx) => {
      // Waits for whoever stops, pauses or freezes a run of this release; what follows sees what they did.
      await sql`select from mailings where release = ${batch.release} and n = ${batch.n} for share`.execute(tx);
      const mailing = await findMailing(tx, batch);
      if (mailing?.state !== 'running' || mailing.withdrawn) return { kind: 'nothing', why: 'not-running' };
      const standing = await findStanding(tx, claimer.relay);
      if (standing.kind === 'paused') return { kind: 'nothing', why: 'relay-paused' };
      const people = await pick(tx, batch, standing);
      if (people.length === 0) return { kind: 'nothing', why: 'nothing-due' };
      const reasons = await unreachable(tx, people, claimer.rules);
      // Only a letter that will be sent takes the probe: somebody who gets none would keep everybody waiting for an answer that never comes.
      const probes = standing.kind === 'probe' && reasons.size < people.length;
      if (probes && !(await takeProbe(tx, claimer.relay))) return { kind: 'nothing', why: 'relay-paused' };
      picked = people.flatMap((person) => (reasons.has(person.subscriber) ? [] : [letterOf(person, batch, claimer.sender)]));
      await mark(tx, { batch, people, reasons, sender: claimer.sender, carried: mailing.newest });
      return { kind: 'letters', letters: picked, carried: mailing.newest, probe: probes, suppressed: reasons.size };
    });
  } catch (error) {
    throw picked.length > 0 ? new ClaimUnconfirmed(picked, error) : error;
  }
}

type PickedRow = Person & { readonly attempts: number; readonly tokenKey: Buffer };

async function pick(tx: Tx, batch: Batch, standing: RelayStanding): Promise<PickedRow[]> {
  const first = batch.batch * BATCH_SIZE;
  const { rows } = await sql<PickedRow>`
    select d.subscriber, d.attempts, s.address, s.state, s.token_key as "tokenKey", ${wantsRelease(batch.release)} as wants
    from deliveries d join subscribers s on s.id = d.subscriber
    where d.release = ${batch.release} and d.n = ${batch.n} and d.seq between ${first} and ${first + BATCH_SIZE - 1}
      and d.state in ('pending', 'deferred') and d.due_at <= clock_timestamp()
    order by d.seq limit ${standing.kind === 'probe' ? 1 : GROUP_SIZE} for update of d skip locked`.execute(tx);
  return rows;
}

function letterOf(person: PickedRow, batch: Batch, sender: string): ClaimedLetter {
  return {
    key: { release: batch.release, n: batch.n, subscriber: person.subscriber },
    token: { claimedBy: sender, attempts: person.attempts + 1 },
    address: person.address!,
    tokenKey: person.tokenKey,
  };
}

async function mark(
  tx: Tx,
  claim: { batch: Batch; people: readonly PickedRow[]; reasons: ReadonlyMap<string, string>; sender: string; carried: number },
): Promise<void> {
  const subscribers = claim.people.map((person) => person.subscriber);
  const reasons = subscribers.map((subscriber) => claim.reasons.get(subscriber) ?? null);
  await sql`
    update deliveries d set
      state = case when v.reason is null then 'claimed' else 'suppressed' end,
      attempts = d.attempts + case when v.reason is null then 1 else 0 end,
      claimed_by = ${claim.sender}::uuid,
      carried_n = case when v.reason is null then ${claim.carried}::int else d.carried_n end,
      code = coalesce(v.reason, d.code), reply = case when v.reason is null then d.reply end,
      at = case when v.reason is null then d.at else clock_timestamp() end
    from unnest(${subscribers}::uuid[], ${reasons}::text[]) as v (subscriber, reason)
    where d.release = ${claim.batch.release} and d.n = ${claim.batch.n} and d.subscriber = v.subscriber`.execute(tx);
}
