import { sql } from 'kysely';
import type { Connection, Database, Tx } from '../schema/database.ts';
import type { DeliveryState } from '../schema/tables.ts';
import { addressHash, suppress } from '../subscribers/suppressions.ts';
import { reopenRuns } from './run-end.ts';
import type { Settled, Settlement } from './settlement.ts';

/** RFC 5321 4.5.4.1 asks for four to five days of trying. */
const GIVE_UP_SECONDS = 4 * 24 * 3_600;
const LONGEST_GAP_SECONDS = 4 * 3_600;

/** Rows that were still ours to write, with the state they have now. */
export type Written = { readonly release: string; readonly n: number; readonly subscriber: string; readonly state: DeliveryState };

/**
 * Writes what became of a group of letters, in one transaction with the suppressions that follow. Only rows still held under their token change;
 * a row missing from the result was written before, or is no longer ours. Safe to repeat.
 */
export async function writeSettlements(db: Database, settled: readonly Settled[], addressKey: Uint8Array): Promise<Written[]> {
  if (settled.length === 0) return [];
  const written = await db.transaction().execute(async (tx) => {
    const rows = await updateRows(tx, settled);
    await suppressBounced(tx, { settled, rows, addressKey });
    await reopenRuns(
      tx,
      rows.filter((row) => row.state === 'pending' || row.state === 'deferred'),
    );
    return rows;
  });
  await putOffDomains(
    db,
    settled.filter(({ settlement }) => settlement.to === 'deferred' && settlement.domainWide),
  );
  return written;
}

async function updateRows(tx: Tx, settled: readonly Settled[]): Promise<Written[]> {
  const column = <Value>(pick: (one: Settled) => Value) => settled.map(pick);
  const text = (pick: 'code' | 'reply' | 'relay') =>
    column(({ settlement }) => (pick in settlement ? ((settlement as Record<string, unknown>)[pick] as string) : null));
  // A letter put off waits as long as it has waited already, at least the first gap: the gaps double by themselves.
  const { rows } = await sql<Written>`
    update deliveries d set
      state = case when v.state = 'deferred' and ${waited} > ${GIVE_UP_SECONDS} then 'rejected' else v.state end,
      due_at = case
        when v.state = 'deferred' then clock_timestamp() + make_interval(secs => least(${LONGEST_GAP_SECONDS}, greatest(v.gap, ${waited})) * (0.8 + 0.4 * random()))
        when v.gap > 0 then clock_timestamp() + make_interval(secs => v.gap)
        else d.due_at end,
      deferred_at = case when v.state = 'deferred' then coalesce(d.deferred_at, clock_timestamp()) else d.deferred_at end,
      relay = coalesce(v.relay, d.relay), code = coalesce(v.code, d.code), reply = coalesce(v.reply, d.reply),
      at = case when v.state = 'pending' then d.at else clock_timestamp() end
    from unnest(
      ${column(({ key }) => key.release)}::uuid[], ${column(({ key }) => key.n)}::int[], ${column(({ key }) => key.subscriber)}::uuid[],
      ${column(({ token }) => token.attempts)}::int[], ${column(({ token }) => token.claimedBy)}::uuid[],
      ${column(({ settlement }) => settlement.to)}::text[], ${column(({ settlement }) => gapSeconds(settlement))}::float8[],
      ${text('code')}::text[], ${text('reply')}::text[], ${text('relay')}::text[]
    ) as v (release, n, subscriber, attempts, claimed_by, state, gap, code, reply, relay)
    where d.release = v.release and d.n = v.n and d.subscriber = v.subscriber
      and d.attempts = v.attempts and d.claimed_by = v.claimed_by
      and (d.state = 'claimed' or (d.state = 'unknown' and v.state <> 'unknown'))
    returning d.release, d.n, d.subscriber, d.state`.execute(tx);
  return rows;
}

const waited = sql`coalesce(extract(epoch from clock_timestamp() - d.deferred_at), 0)::float8`;

function gapSeconds(settlement: Settlement): number {
  if (settlement.to === 'deferred') return settlement.firstGapMs / 1_000;
  return settlement.to === 'pending' ? settlement.laterMs / 1_000 : 0;
}

type Bounced = { settled: readonly Settled[]; rows: readonly Written[]; addressKey: Uint8Array };

/** 5.1.x: the address itself is wrong, so no release is sent there again. */
async function suppressBounced(tx: Tx, { settled, rows, addressKey }: Bounced): Promise<void> {
  const evidence = new Map(
    settled.flatMap(({ key, settlement }) =>
      settlement.to === 'rejected' && settlement.hardBounce
        ? [[key.subscriber, { release: key.release, n: key.n, code: settlement.code, reply: settlement.reply, relay: settlement.relay }]]
        : [],
    ),
  );
  const bounced = rows.filter((row) => evidence.has(row.subscriber)).map((row) => row.subscriber);
  if (bounced.length === 0) return;
  const people = await tx
    .selectFrom('subscribers')
    .select(['id', 'address'])
    .where('id', 'in', bounced)
    .where('address', 'is not', null)
    .execute();
  await suppress(
    tx,
    people.map(({ id, address }) => ({ hash: addressHash(addressKey, address!), reason: 'hard-bounce', evidence: evidence.get(id)! })),
  );
}

/**
 * A server that asked us to slow down asked for all its recipients: their rows wait until the one that got the answer is tried again.
 * Only rows due now are moved, so that ten such answers at once cost one pass; rows being claimed this moment get the answer themselves.
 */
async function putOffDomains(db: Connection, slowed: readonly Settled[]): Promise<void> {
  if (slowed.length === 0) return;
  await sql`
    with slowed as (
      select s.domain, max(d.due_at) as until
      from unnest(${slowed.map(({ key }) => key.release)}::uuid[], ${slowed.map(({ key }) => key.n)}::int[], ${slowed.map(({ key }) => key.subscriber)}::uuid[])
        as v (release, n, subscriber)
      join deliveries d on d.release = v.release and d.n = v.n and d.subscriber = v.subscriber and d.state = 'deferred'
      join subscribers s on s.id = d.subscriber
      group by s.domain
    ), waiting as (
      select d.release, d.n, d.subscriber, slowed.until
      from slowed join subscribers s on s.domain = slowed.domain join deliveries d on d.subscriber = s.id
      where d.state in ('pending', 'deferred') and d.due_at <= clock_timestamp()
      for update of d skip locked
    )
    update deliveries d set due_at = waiting.until from waiting
    where d.release = waiting.release and d.n = waiting.n and d.subscriber = waiting.subscriber`.execute(db);
}
