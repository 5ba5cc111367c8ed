import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { withoutAddresses } from '../mail/answers.ts';
import { findReturnClaims } from '../mail/return-address.ts';
import type { Config } from '../platform/config.ts';
import { messageOf } from '../platform/failure.ts';
import type { Log } from '../platform/log.ts';
import { isPassingDatabaseError } from '../platform/postgres.ts';
import type { Database, Tx } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import type { BounceRow, BounceVerdict } from '../schema/tables.ts';
import { leave } from '../subscribers/leave.ts';
import { applyConsequence } from './bounce-effects.ts';
import { namesErased } from './bounce-mentions.ts';
import { findProof, type Proof } from './bounce-proof.ts';
import { type BounceReport, readBounce } from './bounce-report.ts';
import { type Judgement, judgeReport } from './bounce-verdict.ts';

/** What bounces need of the services. */
export type BounceContext = { readonly config: Pick<Config, 'bounceDomain'>; readonly database: Database; readonly log: Log };

/** Larger mail is refused at the door: our letters end at 100 kB, and a report returns at most one of them. */
export const LARGEST_BOUNCE_BYTES = 1_048_576;
/** As much of it is kept: reports stand before the letter they return, and 20,000 bounces must not fill a disk. */
const KEPT_BYTES = 131_072;
export type Incoming = {
  readonly via: 'smtp' | 'api';
  /** Local part of the address of ours it came to. Left out: looked for in its address fields. */
  readonly local?: string | undefined;
  readonly raw: Buffer;
};

/** Keeps a mail before anybody judges it. The same mail at the same address a second time is `repeated` and changes nothing. */
export async function storeBounce(context: BounceContext, { via, raw, ...given }: Incoming): Promise<{ id: number; repeated: boolean }> {
  const { database, config } = context;
  const local = given.local?.toLowerCase() ?? addressedLocal(raw, config.bounceDomain);
  const hash = createHash('sha256')
    .update(`${local ?? ''}\n`)
    .update(raw)
    .digest();
  const stored = await database
    .insertInto('bounces')
    .values({ via, hash, token: local, raw: raw.subarray(0, KEPT_BYTES) })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (stored) return { id: stored.id, repeated: false };
  const known = await database.selectFrom('bounces').select('id').where('hash', '=', hash).executeTakeFirstOrThrow();
  return { id: known.id, repeated: true };
}

/** The first address of ours in the fields that say whom a mail is for. */
function addressedLocal(raw: Buffer, domain: string | undefined): string | null {
  if (domain === undefined) return null;
  const head = raw.toString('latin1').split(/\r?\n\r?\n/, 1)[0]!;
  const fields = head.split(/\r?\n(?![ \t])/).filter((field) => /^(to|delivered-to|x-original-to|envelope-to):/i.test(field));
  return findReturnClaims(fields.join('\n'), domain, 1)[0]?.local ?? null;
}

/** Judges everything that waits, one after the other. Gives how many. Safe in several processes: each row is judged once. */
export async function judgeBounces(context: BounceContext): Promise<number> {
  let judged = 0;
  for (let last = 0; ; ) {
    const row = await context.database
      .selectFrom('bounces')
      .selectAll()
      .where('state', '=', 'new')
      .where('id', '>', last)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (!row) return judged;
    last = row.id;
    try {
      await judgeBounce(context, row);
      judged += 1;
    } catch (error) {
      // One that cannot be judged now must not stand before all the others.
      if (isPassingDatabaseError(error)) throw error;
      context.log.error({ bounce: row.id, reason: messageOf(error) }, 'bounce.not_judged');
    }
  }
}

/** Deletes mail that came back so many days ago: it names people. What it said of a letter, and a suppression's evidence, hold no address. */
export async function forgetBounces(db: Database, days: number): Promise<void> {
  await sql`delete from bounces where state <> 'new' and received_at < clock_timestamp() - make_interval(days => ${days})`.execute(db);
}

async function judgeBounce(context: BounceContext, row: BounceRow): Promise<void> {
  const { database, config } = context;
  const { report, text } = await readBounce(row.raw);
  const proof = await findProof(database, { bounceDomain: config.bounceDomain, local: row.token, text });
  const judgement = judge(row, report, proof);
  // Safe to repeat, so it may stand before the transaction that says it is done.
  if ('verdict' in judgement && judgement.verdict === 'unsubscribe') await leave(database, { subscriber: proof!.subscriber!, way: 'mail' });
  await writeJudgement(context, { row, proof, judgement });
}

/** Who a mail is about decides what it may change: only a letter's own return address lets it speak of a letter. */
function judge(row: BounceRow, report: BounceReport, proof: Proof | undefined): Judgement | { why: string } {
  if (row.token?.startsWith('u+') && proof?.subscriber && report.kind !== 'dsn' && report.kind !== 'feedback') {
    return { verdict: 'unsubscribe', code: '', words: '', mta: '' };
  }
  const judgement = judgeReport(report, proof?.address ?? null);
  if (!('verdict' in judgement) || judgement.verdict === 'auto-reply' || judgement.verdict === 'ignored') return judgement;
  if (proof?.letter || (proof && judgement.verdict === 'complaint')) return judgement;
  return { why: `it reads as ${judgement.verdict}, but no address in it is one this newsroom gave a letter` };
}

const NOTHING = Buffer.alloc(0);

/** What comes back about somebody who was erased must not bring the address back. Holds the person's row until the transaction ends. */
async function isAboutErased(tx: Tx, about: { row: BounceRow; proof: Proof | undefined; addressKey: Uint8Array }): Promise<boolean> {
  const { rows } = await sql<{ state: string }>`
    select state from subscribers where id = ${about.proof?.subscriber ?? null}::uuid for key share`.execute(tx);
  return rows[0]?.state === 'erased' || namesErased(tx, about.row.raw, about.addressKey);
}

/** Nobody could read it, and nobody may any more. */
async function forgetBounce(tx: Tx, id: number): Promise<{ verdict: BounceVerdict; suppressed: undefined }> {
  const detail = JSON.stringify({ why: 'it names somebody who was erased' });
  const said = { state: 'judged' as const, verdict: 'ignored' as const, raw: NOTHING, detail, judged_at: sql<Date>`clock_timestamp()` };
  await tx.updateTable('bounces').set(said).where('id', '=', id).execute();
  return { verdict: 'ignored', suppressed: undefined };
}

/** Writes a judgement and what follows from it, in one transaction; undefined when somebody judged the row meanwhile: that stands. */
export async function writeJudgement(
  context: BounceContext,
  { row, proof, judgement }: { row: BounceRow; proof: Proof | undefined; judgement: Judgement | { why: string } },
): Promise<BounceVerdict | 'unparsed' | undefined> {
  const { database, log } = context;
  const addressKey = await getKey(database, 'address');
  const outcome = await database.transaction().execute(async (tx) => {
    const held = await tx.selectFrom('bounces').select('state').where('id', '=', row.id).forUpdate().executeTakeFirst();
    if (held?.state !== row.state) return undefined;
    const erased = await isAboutErased(tx, { row, proof, addressKey });
    const plain = (text: string) => (erased ? '' : withoutAddresses(text, proof?.address ?? ''));
    if (erased && !('verdict' in judgement)) return forgetBounce(tx, row.id);
    const decided = 'verdict' in judgement;
    const said = decided ? { reply: plain(judgement.words), mta: plain(judgement.mta) } : { why: plain(judgement.why) };
    // The row first: it locks the subscriber's, as everybody does before a suppression.
    await tx
      .updateTable('bounces')
      .set({
        state: decided ? 'judged' : 'unparsed',
        verdict: decided ? judgement.verdict : null,
        class: decided ? judgement.code || null : null,
        release: proof?.letter?.release ?? null,
        n: proof?.letter?.n ?? null,
        subscriber: proof?.subscriber ?? null,
        detail: JSON.stringify(said),
        ...(erased ? { raw: NOTHING } : {}),
        judged_at: sql<Date>`clock_timestamp()`,
      })
      .where('id', '=', row.id)
      .execute();
    if (!decided) return { verdict: 'unparsed' as const, suppressed: undefined };
    const about = {
      bounce: row.id,
      verdict: judgement.verdict,
      code: judgement.code,
      reply: plain(judgement.words),
      mta: plain(judgement.mta),
    };
    const person = { subscriber: proof?.subscriber ?? null, address: proof?.address ?? null, letter: proof?.letter };
    return { verdict: judgement.verdict, suppressed: await applyConsequence(tx, { ...about, ...person, addressKey }) };
  });
  const level = outcome?.verdict === 'unparsed' ? 'warn' : 'info';
  if (outcome) log[level]({ bounce: row.id, verdict: outcome.verdict, suppressed: outcome.suppressed }, 'bounce.judged');
  return outcome?.verdict;
}
