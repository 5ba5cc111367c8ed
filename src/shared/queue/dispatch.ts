import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { withTimeout } from '../platform/clock.ts';
import { messageOf } from '../platform/failure.ts';
import type { Log } from '../platform/log.ts';
import { jobId, QUEUE_NAMES, type QueueName, type Wake } from './jobs.ts';

/** Publishing answers within a second whether Redis is there or not, so adding gets half of it; the sweep adds what was not added. */
const ADD_LIMIT_MS = 500;

/** BullMQ: 0 means no priority and goes first; 1 is the highest of the rest. Digests have waited for hours and give way to news. */
const URGENT_PRIORITY = 1;
const ORDINARY_PRIORITY = 10;
const DIGEST_PRIORITY = 20;

/** The truth is in SQL: BullMQ never retries by itself and keeps nothing that has ended. */
const JOB_OPTIONS: JobsOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true };

export type QueueCounts = Record<QueueName, { waiting: number; active: number; delayed: number }>;

/** How producers, workers and the sweep wake workers. */
export type Dispatch = {
  /** Adds wake-ups; never throws and never waits longer than half a second. Returns how many Redis took. */
  wake(wakes: readonly Wake[]): Promise<number>;
  /** Length of every queue; undefined while Redis is away. */
  counts(): Promise<QueueCounts | undefined>;
  close(): Promise<void>;
};

/** Opens the adding side of every queue over one connection. The connection stays its owner's to close. */
export function openDispatch(redis: Redis, log: Log, prefix: string): Dispatch {
  const queues = new Map(QUEUE_NAMES.map((name) => [name, new Queue(name, { connection: redis, prefix })]));
  for (const queue of queues.values()) queue.on('error', (error) => log.debug({ reason: messageOf(error) }, 'queue.error'));
  return {
    async wake(wakes) {
      const adds = [...Map.groupBy(wakes, (wake) => wake.queue)].map(async ([name, group]) => {
        const jobs = group.map((wake) => ({ name, data: wake.payload, opts: optionsOf(wake) }));
        try {
          await withTimeout(queues.get(name)!.addBulk(jobs), ADD_LIMIT_MS, `adding to ${name}`);
          return group.length;
        } catch (error) {
          log.warn({ queue: name, jobs: group.length, reason: messageOf(error) }, 'queue.not_added');
          return 0;
        }
      });
      return (await Promise.all(adds)).reduce((sum, count) => sum + count, 0);
    },
    async counts() {
      try {
        const entries = [...queues].map(async ([name, queue]) => {
          const { waiting, prioritized, active, delayed } = await queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed');
          return [name, { waiting: (waiting ?? 0) + (prioritized ?? 0), active: active ?? 0, delayed: delayed ?? 0 }] as const;
        });
        return Object.fromEntries(await withTimeout(Promise.all(entries), ADD_LIMIT_MS, 'counting jobs')) as QueueCounts;
      } catch {
        return undefined;
      }
    },
    async close() {
      await Promise.all(
        [...queues.values()].map((queue) => withTimeout(queue.close(), ADD_LIMIT_MS, 'closing a queue').catch(() => undefined)),
      );
    },
  };
}

function optionsOf(wake: Wake): JobsOptions {
  return {
    ...JOB_OPTIONS,
    jobId: jobId(wake),
    priority: wake.urgent ? URGENT_PRIORITY : 'digests' in wake.payload ? DIGEST_PRIORITY : ORDINARY_PRIORITY,
    ...(wake.delayMs ? { delay: wake.delayMs } : {}),
  };
}
