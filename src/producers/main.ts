import { flushCompileCache } from 'node:module';
import { withTimeout } from '../shared/platform/clock.ts';
import { type Config, readConfig } from '../shared/platform/config.ts';
import { rememberPort } from '../shared/platform/embedded/listening.ts';
import { InvalidInput, messageOf } from '../shared/platform/failure.ts';
import { onShutdown } from '../shared/platform/lifecycle.ts';
import { type Log, openLog } from '../shared/platform/log.ts';
import { openServices, type Services } from '../shared/services.ts';
import { type BounceReceiver, openBounceReceiver } from './bounces/receiver.ts';
import { deskRoutes, isEditor } from './desk/desk.ts';
import { buildServer } from './http/server.ts';
import { startScheduler } from './scheduler/scheduler.ts';

type Server = Awaited<ReturnType<typeof buildServer>>;

/** `node src/producers/main.ts`: newsroom, API, desk, the scheduler and the bounce receiver in one process, until SIGTERM. */
async function main(): Promise<number> {
  const config = readConfig();
  const log = openLog('producers', config.logLevel);
  const signal = onShutdown(config.parentPid);
  const services = await openServices({ config, log, redis: 'refusing' });
  const app = await buildServer(services, {
    areas: [(area) => deskRoutes(area, services)],
    seesDrafts: (request) => isEditor(services, request),
  });
  const port = await listen(app, config, log);
  if (port === undefined) {
    await services.close();
    return 1;
  }
  const scheduler = startScheduler(services);
  const bounces = await receiveBounces(services);
  log.info({ host: config.host, port, url: config.baseUrl }, 'producers.ready');
  flushCompileCache();
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  log.info('producers.draining');
  await withTimeout(app.close(), config.shutdownMs, 'draining').catch((error) => {
    log.warn({ reason: messageOf(error) }, 'producers.not_drained');
    app.server.closeAllConnections();
  });
  // A pass of the scheduler may be waiting for PostgreSQL; the process ends and takes its connection along. Nothing half done is committed.
  const closed = Promise.all([bounces?.close(), scheduler.close()]).then(() => services.close());
  await withTimeout(closed, config.shutdownMs, 'closing').catch((error) => log.warn({ reason: messageOf(error) }, 'producers.not_closed'));
  return 0;
}

/** Only where BOUNCE_PORT is set. A port that cannot be had is no reason to keep the newsroom from its readers: servers try again for days. */
async function receiveBounces(services: Services): Promise<BounceReceiver | undefined> {
  const { bouncePort } = services.config;
  if (bouncePort === undefined) return undefined;
  try {
    return await openBounceReceiver(services);
  } catch (error) {
    const remedy = 'Set BOUNCE_PORT to a free port this user may take, and restart.';
    services.log.error({ port: bouncePort, reason: messageOf(error), remedy }, 'bounces.cannot_listen');
    return undefined;
  }
}

/** Listens, and lets others find the port. Undefined when the place is taken. */
async function listen(app: Server, config: Config, log: Log): Promise<number | undefined> {
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason =
      code === 'EADDRINUSE'
        ? `port ${config.port} on ${config.host} is in use`
        : code === 'EACCES'
          ? `port ${config.port} is not allowed to this user`
          : messageOf(error);
    log.error({ host: config.host, port: config.port, code, reason, remedy: 'Set PORT to a free one.' }, 'producers.cannot_listen');
    await app.close();
    return undefined;
  }
  const { port } = app.server.address() as { port: number };
  rememberPort(config.dataDir, 'http', port);
  return port;
}

try {
  process.exitCode = await main();
} catch (error) {
  // Settings that cannot be used and servers that are not there: what is wrong, not where in our code.
  const lines = error instanceof InvalidInput ? error.message : messageOf(error);
  process.stderr.write(`${lines}\n`);
  process.exitCode = 1;
}
// Whatever did not drain in time holds connections open; nothing of it is lost.
process.exit();
