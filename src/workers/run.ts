import { Worker } from 'bullmq';
import { sql } from 'kysely';
import { growingGapMs } from '../shared/platform/clock.ts';
import { assertNever, Failure, messageOf, Permanent } from '../shared/platform/failure.ts';
import { openRedis } from '../shared/platform/redis.ts';
import { type ChannelJob, type DeliveryJob, type NoticeJob, payloadSchema, type QueueName, type RebuildJob } from '../shared/queue/jobs.ts';
import type { Channel } from '../shared/schema/tables.ts';
import type { Services } from '../shared/services.ts';

/** What became of a channel's job. */
export type Outcome =
  /** The receipt becomes done, with the hashes of what was written. */
  | { readonly kind: 'done'; readonly detail: Record<string, string> }
  /** The handler wrote its receipts itself, in its own transaction. */
  | { readonly kind: 'closed' }
  /** Still owed, nothing wrong: look again then. */
  | { readonly kind: 'later'; readonly dueAt: Date };

export type WorkContext = { readonly services: Services /** Fires when the process is asked to stop. */; readonly signal: AbortSignal };

/** Works for a channel: makes one thing true in the world for one revision, however often it is called. */
export type ChannelHandler = {
  readonly name: Channel;
  /** Jobs in hand at once; 1 unless the handler says otherwise. */
  readonly concurrency?: number;
  handle(job: ChannelJob | RebuildJob, context: WorkContext): Promise<Outcome>;
};

/** Works for a queue that is no channel; keeps its own truth in SQL. `open` runs once per process, what it gives goes to every job. */
export type QueueHandler<Payload, State extends { close(): Promise<void> }> = {
  readonly name: Exclude<QueueName, Channel>;
  readonly concurrency?: number;
  open(services: Services): Promise<State>;
  handle(job: Payload, context: WorkContext & { readonly state: State }): Promise<void>;
};
// biome-ignore lint/suspicious/noExplicitAny: the table of handlers holds handlers of different payloads; each parses its own.
export type AnyHandler = ChannelHandler | QueueHandler<DeliveryJob, any> | QueueHandler<NoticeJob, any>;

export type RunningWorker = { readonly name: QueueName /** Stops taking jobs and waits for those in hand. */; close(): Promise<void> };

/** The first try again comes after about 2 s, then the gaps double up to 5 minutes: a passing fault is often over at once, a long one must not fill the log. */
const FIRST_GAP_MS = 2_000;
const MOST_GAP_MS = 5 * 60_000;

/**
 * A killed worker's job is handed to the next one after this time. Short, because a job that is handed over too early only runs twice,
 * which every handler may. Every worker must use the same figures: one key per queue gates the check.
 */
const LOCK_MS = 6_000;
const STALLED_MS = 2_000;

/** Longer waits are the sweep's: what must survive FLUSHALL does not live in Redis. */
const LONGEST_DELAYED_MS = 60_000;

/** A receipt due this much later than PostgreSQL's clock says counts as due: the wake-up's clock is another. */
const DUE_TOLERANCE_MS = 250;

/** Starts one queue's worker. */
export async function runWorker(handler: AnyHandler, services: Services, signal: AbortSignal): Promise<RunningWorker> {
  const log = services.log.child({ worker: handler.name });
  const connection = openRedis(services.config.redisUrl!, 'waiting', log);
  const state = 'open' in handler ? await handler.open(services) : undefined;
  const schema = payloadSchema(handler.name);
  const worker = new Worker(
    handler.name,
    async (job) => {
      const parsed = schema.safeParse(job.data);
      if (!parsed.success) {
        log.error({ job: job.id, reason: messageOf(parsed.error) }, 'job.malformed');
        return;
      }
      await noteJob(services, handler.name);
      if ('open' in handler) await runQueueJob(handler, parsed.data, { services, signal, state });
      else await runChannelJob(handler, parsed.data as ChannelJob | RebuildJob, { services, signal });
    },
    {
      connection,
      prefix: services.redisPrefix,
      concurrency: handler.concurrency ?? 1,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_MS,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      // A job that stalls again and again is still only a wake-up; the sweep would add it again anyway.
      maxStalledCount: 1_000,
    },
  );
  // "Missing key" and "missing lock" after a flush are facts of life, not failures: the truth is in SQL.
  worker.on('error', (error) => log.debug({ reason: messageOf(error) }, 'queue.error'));
  await worker.waitUntilReady();
  log.info('worker.ready');
  return {
    name: handler.name,
    async close() {
      await worker.close();
      await state?.close();
      connection.disconnect();
      log.info('worker.closed');
    },
  };
}

/** Runs one job of a channel: is it still owed? → handler → receipt. Exported for the contract suite. */
export async function runChannelJob(handler: ChannelHandler, job: ChannelJob | RebuildJob, context: WorkContext): Promise<void> {
  if ('rebuild' in job) {
    await handler.handle(job, context);
    return;
  }
  if (!(await isOwedAndDue(handler.name, job, context.services))) return;
  const log = context.services.log.child({ worker: handler.name, release: job.releaseId, revision: job.revision });
  try {
    const outcome = await handler.handle(job, context);
    switch (outcome.kind) {
      case 'done':
        await closeReceipt(handler.name, job, context.services, outcome.detail);
        log.info('receipt.done');
        break;
      case 'closed':
        break;
      case 'later':
        await postpone(handler.name, job, context.services, outcome.dueAt);
        break;
      default:
        assertNever(outcome);
    }
  } catch (error) {
    if (error instanceof Permanent) await failReceipt(handler.name, job, context.services, error);
    else await retryReceipt(handler.name, job, context.services, error);
  }
}

async function runQueueJob(
  // biome-ignore lint/suspicious/noExplicitAny: the payload was parsed by the queue's own schema.
  handler: QueueHandler<any, any>,
  payload: unknown,
  context: WorkContext & { state: unknown },
): Promise<void> {
  try {
    await handler.handle(payload, context);
  } catch (error) {
    // The rows say what is still due; the sweep wakes this queue again.
    context.services.log.warn({ worker: handler.name, reason: messageOf(error), code: codeOf(error) }, 'job.failed');
  }
}

function receiptOf(channel: Channel, job: ChannelJob, services: Services) {
  return services.database
    .updateTable('receipts')
    .where('release', '=', job.releaseId)
    .where('n', '=', job.revision)
    .where('channel', '=', channel)
    .where('state', '=', 'owed');
}

async function isOwedAndDue(channel: Channel, job: ChannelJob, services: Services): Promise<boolean> {
  const row = await services.database
    .selectFrom('receipts')
    .select(sql<boolean>`due_at <= clock_timestamp() + ${DUE_TOLERANCE_MS} * interval '1 ms'`.as('due'))
    .where('release', '=', job.releaseId)
    .where('n', '=', job.revision)
    .where('channel', '=', channel)
    .where('state', '=', 'owed')
    .executeTakeFirst();
  return row?.due === true;
}

async function closeReceipt(channel: Channel, job: ChannelJob, services: Services, detail: Record<string, string>): Promise<void> {
  await receiptOf(channel, job, services)
    .set({ state: 'done', done_at: sql`clock_timestamp()`, detail: JSON.stringify(detail), code: null, error: null })
    .execute();
}

async function postpone(channel: Channel, job: ChannelJob, services: Services, dueAt: Date): Promise<void> {
  await receiptOf(channel, job, services).set({ due_at: dueAt }).execute();
  await wakeLater(channel, job, services, dueAt.getTime() - Date.now());
}

async function failReceipt(channel: Channel, job: ChannelJob, services: Services, error: Permanent): Promise<void> {
  services.log.error(
    { worker: channel, release: job.releaseId, revision: job.revision, code: error.code, reason: error.message },
    'receipt.failed',
  );
  await receiptOf(channel, job, services).set({ state: 'failed', code: error.code, error: error.message }).execute();
}

async function retryReceipt(channel: Channel, job: ChannelJob, services: Services, error: unknown): Promise<void> {
  const reason = messageOf(error);
  services.log.warn({ worker: channel, release: job.releaseId, revision: job.revision, code: codeOf(error), reason }, 'receipt.retried');
  // PostgreSQL itself may be what failed: then the receipt stays as it is, due, and the sweep comes back to it.
  try {
    const row = await receiptOf(channel, job, services)
      .set({ attempts: sql`attempts + 1`, code: codeOf(error), error: reason })
      .returning('attempts')
      .executeTakeFirst();
    if (!row) return;
    const gapMs = growingGapMs(row.attempts, FIRST_GAP_MS, MOST_GAP_MS);
    await postpone(channel, job, services, new Date(Date.now() + gapMs));
  } catch (second) {
    services.log.warn({ worker: channel, reason: messageOf(second) }, 'receipt.not_written');
  }
}

async function wakeLater(channel: Channel, job: ChannelJob, services: Services, gapMs: number): Promise<void> {
  const delayMs = Math.max(1, gapMs);
  if (delayMs <= LONGEST_DELAYED_MS) await services.dispatch.wake([{ queue: channel, payload: job, delayMs }]);
}

async function noteJob(services: Services, name: QueueName): Promise<void> {
  await services.database
    .updateTable('workers')
    .set({ last_job_at: sql`clock_timestamp()` })
    .where('pid', '=', process.pid)
    .where('channel', '=', name)
    .where('ended_at', 'is', null)
    .execute()
    .catch(() => undefined);
}

function codeOf(error: unknown): string {
  if (error instanceof Failure) return error.code;
  const code = (error as { code?: unknown })?.code;
  return typeof code === 'string' ? code : 'unexpected';
}
