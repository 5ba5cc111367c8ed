import { messageOf } from '../../shared/platform/failure.ts';
import { postAlerts } from '../../shared/publishing/alert-posts.ts';
import { watch } from '../../shared/publishing/alerts.ts';
import { nextDueInMs, publishDue } from '../../shared/publishing/due.ts';
import { sweep } from '../../shared/publishing/sweep.ts';
import type { Services } from '../../shared/services.ts';

/** The schedule is looked at this often, so that one set by another process is seen in time; in between a timer wakes on the second. */
const LOOK_MS = 1_000;

/** A house that has just started gets a minute until its workers are there and what lay waiting is done. */
const SETTLE_MS = 60_000;

export type Scheduler = { /** Ends the timers and waits for what is running. */ close(): Promise<void> };

/**
 * Plain timers, no truth of their own: due publications on the second; the sweep, and the look at what the administrator is to hear of, every
 * SWEEP_SECONDS. Several schedulers may run; row locks decide.
 */
export function startScheduler(services: Services): Scheduler {
  const sweeping = repeat(services, {
    name: 'sweep',
    async run() {
      await sweep(services);
      return services.config.sweepMs;
    },
  });
  const publishing = repeat(services, {
    name: 'publications',
    async run() {
      const { left } = await publishDue(services);
      // What could not be published now is due still: without a pause the clock would run in circles around it.
      return left > 0 ? LOOK_MS : Math.min(LOOK_MS, (await nextDueInMs(services)) ?? LOOK_MS);
    },
  });
  const watching = repeat(services, {
    name: 'alerts',
    firstMs: SETTLE_MS,
    async run() {
      await watch(services);
      return services.config.sweepMs;
    },
  });
  const ending = new AbortController();
  // Apart from the watch: an address that hangs keeps no mail from being written.
  const posting = repeat(services, {
    name: 'alert posts',
    async run() {
      await postAlerts(services, ending.signal);
      return services.config.sweepMs;
    },
  });
  return {
    async close() {
      ending.abort();
      await Promise.all([sweeping, publishing, watching, posting].map((task) => task.close()));
    },
  };
}

/** `run` gives how long to wait before the next pass, in ms. */
type Task = {
  readonly name: string;
  /** Before the first pass; at once unless given. */
  readonly firstMs?: number;
  run(): Promise<number>;
};

/** Runs a task again and again, never twice at once; a failing pass is one log line, the next pass tries again. */
function repeat(services: Services, task: Task): Scheduler {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  let away = false;
  async function pass(): Promise<void> {
    let gapMs = LOOK_MS;
    try {
      gapMs = await task.run();
      if (away) services.log.info({ task: task.name }, 'scheduler.back');
      away = false;
    } catch (error) {
      if (!away) services.log.warn({ task: task.name, reason: messageOf(error) }, 'scheduler.failed');
      away = true;
    }
    if (!stopped) timer = setTimeout(begin, gapMs);
  }
  function begin(): void {
    running = pass();
  }
  if (task.firstMs === undefined) begin();
  else timer = setTimeout(begin, task.firstMs);
  return {
    async close() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
