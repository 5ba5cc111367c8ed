import { sql } from 'kysely';
import type { Json } from '../platform/canonical.ts';
import type { Tx } from '../schema/database.ts';
import type { BounceVerdict, SuppressionReason } from '../schema/tables.ts';
import { addressHash, suppress } from '../subscribers/suppressions.ts';

/** A mailbox that was full during a holiday is emptied afterwards: older failures say nothing any more, */
const SOFT_DAYS = 60;
/** and those of one week, however many letters it had, are one event. */
const SOFT_SPAN_DAYS = 14;
/** Letters that must have failed within that time; a report of delivery in between begins the count anew. */
const SOFT_LETTERS = 5;

/** What follows from a judgement, with addresses replaced. */
export type Consequence = {
  readonly bounce: number;
  readonly verdict: BounceVerdict;
  readonly code: string;
  readonly reply: string;
  readonly mta: string;
  readonly subscriber: string | null;
  readonly address: string | null;
  readonly letter: { readonly release: string; readonly n: number } | undefined;
  readonly addressKey: Uint8Array;
};

/** Writes what a judged bounce changes, in its transaction and after its row: the letter's report, and a suppression where one is due. */
export async function applyConsequence(tx: Tx, about: Consequence): Promise<SuppressionReason | undefined> {
  switch (about.verdict) {
    case 'hard':
      await report(tx, about, 'failed');
      return bar(tx, about, 'hard-bounce');
    case 'soft':
      await report(tx, about, 'failed');
      return (await softOnesAreEnough(tx, about.subscriber)) ? bar(tx, about, 'soft-bounces') : undefined;
    case 'policy':
      await report(tx, about, 'failed');
      return undefined;
    case 'delivered':
      await report(tx, about, 'delivered');
      return undefined;
    case 'complaint':
      return bar(tx, about, 'complaint');
    case 'delayed':
    case 'relayed':
    case 'auto-reply':
    case 'unsubscribe':
    case 'ignored':
      return undefined;
  }
}

/** The delivery keeps the state its server gave it; of several reports a failure stays. What came back of a digest came back of all its rows. */
async function report(tx: Tx, about: Consequence, what: 'delivered' | 'failed'): Promise<void> {
  if (about.letter === undefined || about.subscriber === null) return;
  await sql`
    with told as (
      select d.release, d.n, d.subscriber from deliveries named
      join deliveries d on d.subscriber = named.subscriber and (d.digest = named.digest or (d.release = named.release and d.n = named.n))
      where named.release = ${about.letter.release} and named.n = ${about.letter.n} and named.subscriber = ${about.subscriber}
      order by d.release, d.n for update of d
    )
    update deliveries d set report = ${what}, report_code = ${about.code || null}, report_text = ${about.reply || null}, reported_at = clock_timestamp()
    from told
    where d.release = told.release and d.n = told.n and d.subscriber = told.subscriber and d.report is distinct from 'failed'`.execute(tx);
}

async function bar(tx: Tx, about: Consequence, reason: SuppressionReason): Promise<SuppressionReason | undefined> {
  if (about.address === null) return undefined;
  const { letter, code, reply, mta, bounce } = about;
  const evidence: { [key: string]: Json } = {
    ...(letter ? { release: letter.release, n: letter.n } : {}),
    code,
    reply,
    relay: mta,
    bounce,
  };
  await suppress(tx, [{ hash: addressHash(about.addressKey, about.address), reason, evidence }]);
  return reason;
}

async function softOnesAreEnough(tx: Tx, subscriber: string | null): Promise<boolean> {
  if (subscriber === null) return false;
  const { rows } = await sql<{ enough: boolean }>`
    select count(distinct (b.release, b.n)) >= ${SOFT_LETTERS}
      and max(b.received_at) - min(b.received_at) >= make_interval(days => ${SOFT_SPAN_DAYS}) as enough
    from bounces b
    where b.subscriber = ${subscriber} and b.verdict = 'soft' and b.received_at > clock_timestamp() - make_interval(days => ${SOFT_DAYS})
      and b.received_at > coalesce((select max(received_at) from bounces where subscriber = ${subscriber} and verdict = 'delivered'), '-infinity')`.execute(
    tx,
  );
  return rows[0]!.enough;
}
