import { messageOf } from './failure.ts';

/** Whatever is opened pushes how to close it; close() runs them in reverse, each within its own limit. */
export class Closers {
  readonly #stack: { name: string; close: () => unknown }[] = [];

  add(name: string, close: () => unknown): void {
    this.#stack.push({ name, close });
  }

  /** Closes in reverse order. A closer that throws does not keep the rest open; returns what went wrong. */
  async close(): Promise<string[]> {
    const failures: string[] = [];
    for (let entry = this.#stack.pop(); entry; entry = this.#stack.pop()) {
      try {
        await entry.close();
      } catch (error) {
        failures.push(`${entry.name}: ${messageOf(error)}`);
      }
    }
    return failures;
  }
}

/**
 * An AbortSignal that fires at the first SIGTERM, SIGINT or SIGHUP (a closed terminal). A second signal ends the process at once.
 * `parentPid`, when given, also fires it when that parent is gone, so no child outlives a killed parent unseen.
 */
export function onShutdown(parentPid?: number): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(1);
    controller.abort();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', stop);
  if (parentPid !== undefined) {
    // Polling ppid is the only portable way to see a parent killed with -9.
    const timer = setInterval(() => {
      if (process.ppid !== parentPid && !controller.signal.aborted) controller.abort();
    }, 1_000);
    timer.unref();
  }
  return controller.signal;
}
