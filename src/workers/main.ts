import { flushCompileCache } from 'node:module';
import { inspect } from 'node:util';
import { withTimeout } from '../shared/platform/clock.ts';
import { readConfig } from '../shared/platform/config.ts';
import { Failure, messageOf } from '../shared/platform/failure.ts';
import { onShutdown } from '../shared/platform/lifecycle.ts';
import { openLog } from '../shared/platform/log.ts';
import { QUEUE_NAMES, type QueueName } from '../shared/queue/jobs.ts';
import { openServices } from '../shared/services.ts';
import { announce } from './presence.ts';
import { type AnyHandler, runWorker } from './run.ts';

/** Loaded when named: a process starts sooner and stays smaller without what other channels need. */
const HANDLERS: Record<QueueName, () => Promise<AnyHandler>> = {
  html: async () => (await import('./html.ts')).handler,
  feeds: async () => (await import('./feeds.ts')).handler,
  email: async () => (await import('./email.ts')).handler,
  archive: async () => (await import('./archive.ts')).handler,
  websub: async () => (await import('./websub.ts')).handler,
  webhooks: async () => (await import('./webhooks.ts')).handler,
  delivery: async () => (await import('./delivery.ts')).handler,
  notices: async () => (await import('./notices.ts')).handler,
};

/** After draining, which has its own limit. */
const CLOSE_MS = 2_000;

/** `node src/workers/main.ts [queue…]`: works for the named queues until SIGTERM; none named means all. */
async function main(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in HANDLERS));
  const chosen = names.length > 0 ? (names as QueueName[]) : QUEUE_NAMES;
  const config = readConfig();
  const log = openLog(chosen.join('+'), config.logLevel);
  if (unknown.length > 0) {
    log.error({ unknown, known: QUEUE_NAMES }, 'worker.no_such_channel');
    return 1;
  }
  const signal = onShutdown(config.parentPid);
  const services = await openServices({ config, log, redis: 'waiting' });
  const presence = await announce(services, chosen);
  const starting = Promise.all(chosen.map(async (name) => runWorker(await HANDLERS[name](), services, signal)));
  // Not only when it ends, which a killed process never does: whoever starts next need not compile all of it again.
  starting.then(() => flushCompileCache()).catch(() => undefined);
  const asked = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  // While Redis is away starting has no end; a process that is asked to stop meanwhile stops all the same.
  await Promise.race([starting, asked]);
  await asked;
  log.info('worker.draining');
  const drained = starting.then((workers) => Promise.all(workers.map((worker) => worker.close())));
  await withTimeout(drained, config.shutdownMs, 'draining').catch((error) => log.warn({ reason: messageOf(error) }, 'worker.not_drained'));
  // A job that is still at it holds a connection, which closing would wait for; the process ends and takes it along.
  const closed = presence.close().then(() => services.close());
  await withTimeout(closed, CLOSE_MS, 'closing').catch((error) => log.warn({ reason: messageOf(error) }, 'worker.not_closed'));
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // Settings and keys that cannot be used: what is wrong, not where in our code.
  process.stderr.write(`${error instanceof Failure ? error.message : inspect(error)}\n`);
  process.exitCode = 1;
}
// A job that did not drain in time holds connections open; what it did not finish is still owed.
process.exit();
