import { type RawBuilder, sql } from 'kysely';
import { growingGapMs } from '../shared/platform/clock.ts';
import { Failure, messageOf, type Permanent } from '../shared/platform/failure.ts';
import type { ChannelJob } from '../shared/queue/jobs.ts';
import type { Channel } from '../shared/schema/tables.ts';
import type { Services } from '../shared/services.ts';

/* What a channel's job writes into its receipt. */

/** The first try again comes after about 2 s, then the gaps double up to 5 minutes: a passing fault is often over at once, a long one must not fill the log. */
const FIRST_GAP_MS = 2_000;
const MOST_GAP_MS = 5 * 60_000;

/** Longer waits are the sweep's: what must survive FLUSHALL does not live in Redis. */
const LONGEST_DELAYED_MS = 60_000;

/** A receipt due this much later than PostgreSQL's clock says counts as due: the wake-up's clock is another. */
const DUE_TOLERANCE_MS = 250;

/** The receipt a job was woken for, as it stood when the job began. */
export type Receipt = {
  readonly channel: Channel;
  /** One pass serves every owed receipt of the channel. */
  readonly shared: boolean;
  readonly job: ChannelJob;
  readonly services: Services;
  /** With its microseconds, which a Date would lose. */
  readonly dueAt: string;
};

/** The receipt, when it is owed and its time has come. */
export async function findDue(of: Omit<Receipt, 'dueAt'>): Promise<Receipt | undefined> {
  const { channel, job, services } = of;
  const row = await services.database
    .selectFrom('receipts')
    .select([sql<string>`due_at::text`.as('dueAt'), sql<boolean>`due_at <= ${inMs(DUE_TOLERANCE_MS)}`.as('due')])
    .where('release', '=', job.releaseId)
    .where('n', '=', job.revision)
    .where('channel', '=', channel)
    .where('state', '=', 'owed')
    .executeTakeFirst();
  return row?.due ? { ...of, dueAt: row.dueAt } : undefined;
}

function change({ channel, job, services }: Receipt) {
  return services.database
    .updateTable('receipts')
    .where('release', '=', job.releaseId)
    .where('n', '=', job.revision)
    .where('channel', '=', channel)
    .where('state', '=', 'owed');
}

/** So long from now by PostgreSQL's clock: this machine's may be another. */
export function inMs(ms: number) {
  return sql<Date>`clock_timestamp() + ${ms} * interval '1 ms'`;
}

export async function closeReceipt(receipt: Receipt, detail: Record<string, string>): Promise<void> {
  await change(receipt)
    .set({ state: 'done', done_at: sql`clock_timestamp()`, detail: JSON.stringify(detail), code: null, error: null })
    .execute();
}

/**
 * Puts the receipt off, unless somebody made it due while the job was at it (a stop, a retry, a letter to send again): their wake-up was a no-op
 * beside this job, so the next look comes at once.
 */
export async function postpone(receipt: Receipt, until: RawBuilder<Date>): Promise<void> {
  const row = await change(receipt)
    .where(sql<boolean>`due_at = ${receipt.dueAt}::timestamptz`)
    .set({ due_at: until })
    .returning(sql<number>`extract(epoch from due_at - clock_timestamp())::float8 * 1000`.as('gapMs'))
    .executeTakeFirst();
  const delayMs = Math.max(1, Math.ceil(row?.gapMs ?? 0));
  const { channel, job, services } = receipt;
  if (delayMs <= LONGEST_DELAYED_MS) await services.dispatch.wake([{ queue: channel, payload: job, delayMs }]);
}

export async function failReceipt(receipt: Receipt, error: Permanent): Promise<void> {
  const { channel, job, services } = receipt;
  services.log.error(
    { worker: channel, release: job.releaseId, revision: job.revision, code: error.code, reason: error.message },
    'receipt.failed',
  );
  await change(receipt).set({ state: 'failed', code: error.code, error: error.message }).execute();
}

export async function retryReceipt(receipt: Receipt, error: unknown): Promise<void> {
  const { channel, job, services } = receipt;
  const failure = { code: codeOf(error), error: messageOf(error) };
  services.log.warn(
    { worker: channel, release: job.releaseId, revision: job.revision, code: failure.code, reason: failure.error },
    'receipt.retried',
  );
  // PostgreSQL itself may be what failed: then the receipt stays as it is, due, and the sweep comes back to it.
  try {
    const row = await change(receipt)
      .set({ attempts: sql`attempts + 1`, ...failure })
      .returning('attempts')
      .executeTakeFirst();
    if (!row) return;
    const gapMs = growingGapMs(row.attempts, FIRST_GAP_MS, MOST_GAP_MS);
    if (receipt.shared) await putOffOthers(receipt, gapMs, failure);
    await postpone(receipt, inMs(gapMs));
  } catch (second) {
    services.log.warn({ worker: channel, reason: messageOf(second) }, 'receipt.not_written');
  }
}

/** The pass that failed was for these receipts too. */
async function putOffOthers({ channel, job, services }: Receipt, gapMs: number, failure: { code: string; error: string }): Promise<void> {
  await services.database
    .updateTable('receipts')
    .set({ attempts: sql`attempts + 1`, ...failure, due_at: inMs(gapMs) })
    .where('channel', '=', channel)
    .where('state', '=', 'owed')
    .where('due_at', '<=', sql<Date>`clock_timestamp()`)
    .where(sql<boolean>`(release, n) <> (${job.releaseId}::uuid, ${job.revision}::int)`)
    .execute();
}

/** A stable word for whatever was thrown. */
export function codeOf(error: unknown): string {
  if (error instanceof Failure) return error.code;
  const code = (error as { code?: unknown })?.code;
  return typeof code === 'string' ? code : 'unexpected';
}
