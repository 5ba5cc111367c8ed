/** Milliseconds on a clock that never jumps; for spans and freshness, never for dates. */
export function monotonicMs(): number {
  return performance.now();
}

/** Waits; ends early without error when the signal fires. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Rejects with `message` when the promise has not settled within `ms`. The promise itself goes on. */
export async function withTimeout<T>(promise: Promise<T>, ms: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${message} (no answer within ${ms} ms)`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Gap before try `attempt` (1, 2, …): doubles from `firstMs` up to `mostMs`, with ±20 % jitter so that many rows do not wake at once. */
export function growingGapMs(attempt: number, firstMs: number, mostMs: number): number {
  const gap = Math.min(mostMs, firstMs * 2 ** Math.max(0, attempt - 1));
  return Math.round(gap * (0.8 + Math.random() * 0.4));
}
