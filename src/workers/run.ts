import { hostname } from 'node:os';
import { Worker } from 'bullmq';
import { sql } from 'kysely';
import { assertNever, messageOf, Permanent } from '../shared/platform/failure.ts';
import { openRedis } from '../shared/platform/redis.ts';
import {
  type ChannelJob,
  type DeliveryJob,
  type DigestsJob,
  type NoticeJob,
  payloadSchema,
  type QueueName,
  type RebuildJob,
} from '../shared/queue/jobs.ts';
import type { Channel } from '../shared/schema/tables.ts';
import type { Services } from '../shared/services.ts';
import { closeReceipt, codeOf, failReceipt, findDue, inMs, postpone, retryReceipt } from './receipt.ts';

/** What became of a channel's job. */
export type Outcome =
  /** The receipt becomes done, with the hashes of what was written. */
  | { readonly kind: 'done'; readonly detail: Record<string, string> }
  /** The handler wrote its receipts itself, in its own transaction. */
  | { readonly kind: 'closed' }
  /** Still owed, nothing wrong: look again at that moment, as PostgreSQL's clock says it. */
  | { readonly kind: 'later'; readonly dueAt: Date }
  /** Still owed, nothing wrong: look again after so long. */
  | { readonly kind: 'again'; readonly afterMs: number };

export type WorkContext = { readonly services: Services /** Fires when the process is asked to stop. */; readonly signal: AbortSignal };

/** Works for a channel: makes one thing true in the world for one revision, however often it is called. */
export type ChannelHandler = {
  readonly name: Channel;
  /** Jobs in hand at once; 1 unless the handler says otherwise. */
  readonly concurrency?: number;
  /** One pass serves every owed receipt of the channel, so when it fails it is put off for all of them: else each would try the same in vain. */
  readonly shared?: boolean;
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
export type AnyHandler = ChannelHandler | QueueHandler<DeliveryJob | DigestsJob, any> | QueueHandler<NoticeJob, any>;

export type RunningWorker = { readonly name: QueueName /** Stops taking jobs and waits for those in hand. */; close(): Promise<void> };

/**
 * A killed worker's job is handed to the next one after this time. Short, because a job that is handed over too early only runs twice,
 * which every handler may. Every worker must use the same figures: one key per queue gates the check.
 */
const LOCK_MS = 6_000;
const STALLED_MS = 2_000;

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
      // The payload was parsed by the queue's own schema.
      if ('open' in handler) await handler.handle(parsed.data as never, { services, signal, state });
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
  // What a job throws has nobody else to hear it; the rows say what is still due, and the sweep wakes this queue again.
  worker.on('failed', (job, error) => log.warn({ job: job?.id, reason: messageOf(error), code: codeOf(error) }, 'job.failed'));
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
  const receipt = await findDue({ channel: handler.name, shared: handler.shared === true, job, services: context.services });
  if (!receipt) return;
  const log = context.services.log.child({ worker: handler.name, release: job.releaseId, revision: job.revision });
  try {
    const outcome = await handler.handle(job, context);
    switch (outcome.kind) {
      case 'done':
        await closeReceipt(receipt, outcome.detail);
        log.info('receipt.done');
        break;
      case 'closed':
        break;
      case 'later':
        await postpone(receipt, sql<Date>`${outcome.dueAt}::timestamptz`);
        break;
      case 'again':
        await postpone(receipt, inMs(outcome.afterMs));
        break;
      default:
        assertNever(outcome);
    }
  } catch (error) {
    if (error instanceof Permanent) await failReceipt(receipt, error);
    else await retryReceipt(receipt, error);
  }
}

async function noteJob(services: Services, name: QueueName): Promise<void> {
  await services.database
    .updateTable('workers')
    .set({ last_job_at: sql`clock_timestamp()` })
    .where('host', '=', hostname())
    .where('pid', '=', process.pid)
    .where('channel', '=', name)
    .where('ended_at', 'is', null)
    .execute()
    .catch(() => undefined);
}
