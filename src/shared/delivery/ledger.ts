import { sql } from 'kysely';
import { assertNever } from '../platform/failure.ts';
import type { RetryGaps } from '../release/newsroom/sending-limits.ts';
import { type Connection, type Database, prepared, type Tx } from '../schema/database.ts';
import type { DeliveryState } from '../schema/tables.ts';
import { addressHash, suppress } from '../subscribers/suppressions.ts';
import { levelDigests } from './level-digests.ts';
import { type PutOff, putOffDomains } from './put-off.ts';
import { reopenRuns } from './run-end.ts';
import { type Held, NOT_HEARD_OF, type Settled, type Settlement } from './settlement.ts';

/** A broken line is usually mended at once; */
const LINE_GAP_MS = 60_000;
/** the relay's mind about a text is not. */
const TEXT_GAP_MS = 30 * 60_000;

/** The key of address hashes, and the newsroom's gaps between tries. */
export type LedgerRules = { readonly addressKey: Uint8Array; readonly retry: RetryGaps };

/** Rows that were still ours to write, with the state they have now. */
export type Written = { readonly release: string; readonly n: number; readonly subscriber: string; readonly state: DeliveryState };

/**
 * Writes what became of a group of letters, in one transaction with the suppressions that follow. Only rows still held under their token change;
 * a row missing from the result was written before, or is no longer ours. Safe to repeat.
 */
export async function writeSettlements(db: Database, settled: readonly Settled[], { addressKey, retry }: LedgerRules): Promise<Written[]> {
  if (settled.length === 0) return [];
  const single = new Set(settled.map(({ key }) => key.subscriber)).size === settled.length;
  // Taken by the server, as most are: nothing follows from it, and one statement is a transaction of its own.
  if (single && settled.every(({ settlement }) => settlement.to === 'accepted')) return updateRows(db, settled, retry);
  const written = await db.transaction().execute(async (tx) => {
    if (!single) await lockRows(tx, settled);
    const rows = await updateRows(tx, settled, retry);
    await levelDigests(tx, rows);
    await suppressBounced(tx, { settled, rows, addressKey });
    await reopenRuns(
      tx,
      rows.filter((row) => row.state === 'pending' || row.state === 'deferred'),
    );
    return rows;
  });
  await slowDown(db, settled, retry);
  return written;
}

/**
 * Locks rows in the order in which everybody locks several of one person's, and waits for whoever holds one. Those of a digest would else meet
 * an erasure or a report of the same person half-way.
 */
export async function lockRows(tx: Tx, rows: readonly Held[]): Promise<void> {
  await sql`
    select from deliveries d
    join unnest(${rows.map(({ key }) => key.release)}::uuid[], ${rows.map(({ key }) => key.n)}::int[], ${rows.map(({ key }) => key.subscriber)}::uuid[])
      as v (release, n, subscriber) on v.release = d.release and v.n = d.n and v.subscriber = d.subscriber
    order by d.release, d.n, d.seq for update of d`.execute(tx);
}

async function updateRows(db: Connection, settled: readonly Settled[], retry: RetryGaps): Promise<Written[]> {
  const column = <Value>(pick: (one: Settled) => Value) => settled.map(pick);
  const text = (pick: 'code' | 'reply' | 'relay') =>
    column(({ settlement }) => (pick in settlement ? ((settlement as Record<string, unknown>)[pick] as string) : null));
  // A letter put off waits as long as it has waited already, at least the first gap: the gaps double by themselves.
  const { rows } = await sql<Written>`${prepared}
    update deliveries d set
      state = case when v.state = 'deferred' and ${waited} > ${retry.giveUpMs / 1_000} then 'rejected' else v.state end,
      due_at = case
        when v.state = 'deferred' then clock_timestamp() + make_interval(secs => least(${retry.longestMs / 1_000}, greatest(v.gap, ${waited})) * (0.8 + 0.4 * random()))
        else d.due_at end,
      deferred_at = case when v.state = 'deferred' then coalesce(d.deferred_at, clock_timestamp()) else d.deferred_at end,
      -- Of somebody erased meanwhile (erasure.ts) no server's words are kept; the mark stands in this very row, so that no moment lies between.
      relay = coalesce(v.relay, d.relay), code = case when d.code = 'erased' then d.code else coalesce(v.code, d.code) end,
      reply = case when d.code = 'erased' then null else coalesce(v.reply, d.reply) end,
      at = case when v.state = 'pending' then d.at else clock_timestamp() end
    from unnest(
      ${column(({ key }) => key.release)}::uuid[], ${column(({ key }) => key.n)}::int[], ${column(({ key }) => key.subscriber)}::uuid[],
      ${column(({ token }) => token.attempts)}::int[], ${column(({ token }) => token.claimedBy)}::uuid[],
      ${column(({ settlement }) => settlement.to)}::text[], ${column(({ settlement }) => firstGapMs(settlement, retry) / 1_000)}::float8[],
      ${text('code')}::text[], ${text('reply')}::text[], ${text('relay')}::text[]
    ) as v (release, n, subscriber, attempts, claimed_by, state, gap, code, reply, relay)
    where d.release = v.release and d.n = v.n and d.subscriber = v.subscriber
      and d.attempts = v.attempts and d.claimed_by = v.claimed_by
      and (d.state = 'claimed' or (d.state = 'unknown' and (v.state <> 'unknown' or (d.code = ${NOT_HEARD_OF} and v.code <> d.code))))
    returning d.release, d.n, d.subscriber, d.state`.execute(db);
  return rows;
}

const waited = sql`coalesce(extract(epoch from clock_timestamp() - d.deferred_at), 0)::float8`;

function firstGapMs(settlement: Settlement, { firstMs, longestMs }: RetryGaps): number {
  if (settlement.to !== 'deferred') return 0;
  switch (settlement.by) {
    case 'server':
      return firstMs;
    case 'line':
      return Math.min(LINE_GAP_MS, firstMs);
    case 'text':
      return Math.min(Math.max(TEXT_GAP_MS, firstMs), longestMs);
    default:
      return assertNever(settlement.by);
  }
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
 * A server that asked us to slow down asked for all its recipients. The others wait for the first gap only, however long the one who got the answer
 * has waited: a mailbox that is always put off must not hold back a domain of thousands for hours.
 */
async function slowDown(db: Connection, settled: readonly Settled[], retry: RetryGaps): Promise<void> {
  const answers = new Map(
    settled.flatMap(({ key, settlement }) =>
      settlement.to === 'deferred' && settlement.domainWide ? [[key.subscriber, settlement.code]] : [],
    ),
  );
  if (answers.size === 0) return;
  const people = await db
    .selectFrom('subscribers')
    .select(['id', 'domain'])
    .where('id', 'in', [...answers.keys()])
    .where('domain', 'is not', null)
    .execute();
  // The code alone: a server's words about one person do not belong in another's row.
  const domains = new Map(people.map(({ id, domain }) => [domain!, answers.get(id)!]));
  await putOffDomains(
    db,
    [...domains].map(
      ([domain, code]): PutOff => ({
        domain,
        code: 'slowed',
        waitMs: retry.firstMs,
        gapMs: 0,
        reply: `its server asked for a pause: ${code}`,
      }),
    ),
  );
}
