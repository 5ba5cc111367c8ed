import { sql } from 'kysely';
import { type Database, prepared, type Tx } from '../schema/database.ts';
import { type Claim, type Claimer, claim, type FirstLetter, GROUP_SIZE, type PickedLetter } from './claiming.ts';
import { findMailing } from './mailings.ts';
import { isPaused, type Person, wantsRelease } from './reachable.ts';
import { findStanding, type RelayStanding } from './relays.ts';

/** A batch is this many places of a run: one job. Measured: no gain past it, more doubt after a crash. */
export const BATCH_SIZE = 200;

export type Batch = { readonly release: string; readonly n: number; readonly batch: number };

/**
 * Takes up to 25 due letters of a batch for one sender, in one transaction; digests are claimed by person (digest-claims.ts). People who may not
 * get the letter become `suppressed` with the reason. Throws ClaimUnconfirmed when PostgreSQL failed after rows were picked.
 */
export async function claimLetters(db: Database, claimer: Claimer, batch: Batch): Promise<Claim> {
  return claim(db, claimer, async (tx) => {
    // Waits for whoever stops, pauses or freezes a run of this release; what follows sees what they did.
    await sql`${prepared} select from mailings where release = ${batch.release} and n = ${batch.n} for share`.execute(tx);
    const mailing = await findMailing(tx, batch);
    if (mailing?.state !== 'running' || mailing.withdrawn) return { kind: 'nothing', why: 'not-running' };
    const standing = await findStanding(tx, claimer.relay);
    if (standing.kind === 'paused') return { kind: 'nothing', why: 'relay-paused' };
    const people = await pick(tx, batch, standing);
    if (people.length === 0) return { kind: 'nothing', why: 'nothing-due' };
    return { kind: 'picked', standing, letters: people.map((person) => letterOf(person, batch, mailing.newest)) };
  });
}

type Due = Person & {
  readonly attempts: number;
  readonly tokenKey: Buffer;
  readonly first: FirstLetter | null;
  readonly had: number | null;
};

async function pick(tx: Tx, batch: Batch, standing: RelayStanding): Promise<Due[]> {
  const first = batch.batch * BATCH_SIZE;
  const { rows } = await sql<Due>`${prepared}
    select d.subscriber, d.attempts, s.address, s.state, s.token_key as "tokenKey", ${isPaused} as paused, ${wantsRelease(batch.release)} as wants,
      before.first, before.had
    from deliveries d join subscribers s on s.id = d.subscriber
    cross join lateral (
      select (array_agg(jsonb_build_object('n', e.n, 'digest', e.digest) order by e.n))[1] as first, max(e.carried_n) as had from deliveries e
      where e.release = d.release and e.subscriber = d.subscriber and e.n < d.n and e.state in ('accepted', 'unknown')
    ) before
    where d.release = ${batch.release} and d.n = ${batch.n} and d.seq between ${first} and ${first + BATCH_SIZE - 1}
      and d.frequency = 'at-once' and d.state in ('pending', 'deferred') and d.due_at <= clock_timestamp()
    order by d.seq limit ${standing.kind === 'probe' ? 1 : GROUP_SIZE} for update of d skip locked`.execute(tx);
  return rows;
}

function letterOf(person: Due, { release, n }: Batch, carried: number): PickedLetter {
  const key = { release, n, subscriber: person.subscriber };
  return {
    rows: [{ key, attempts: person.attempts, carried, person }],
    tokenKey: person.tokenKey,
    digest: undefined,
    first: person.first ?? undefined,
    had: person.had ?? undefined,
  };
}
