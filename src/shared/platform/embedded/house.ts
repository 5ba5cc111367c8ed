import { join } from 'node:path';
import { type Config, childEnvironment, withServers } from '../config.ts';
import { Conflict, messageOf } from '../failure.ts';
import { Closers } from '../lifecycle.ts';
import type { Log } from '../log.ts';
import { type PidLock, tryPidLock } from '../pid-lock.ts';
import { type ChildSpec, openSupervisor, type Supervisor } from '../processes.ts';
import { prepareDataFolder } from './folders.ts';
import { openInbox } from './inbox.ts';
import { forgetPort, rememberPort } from './listening.ts';
import { turnLogs } from './log-turning.ts';
import { openServers, type ServerNote, type Servers } from './servers.ts';

const SOURCE = join(import.meta.dirname, '../../..');
const WORKERS = join(SOURCE, 'workers/main.ts');

/**
 * The processes of a house. One per channel, so that a dead one delays its channel alone; e-mail and notices
 * share, and so do websub and webhooks: each is little work, and most of what a process costs is its memory.
 */
export const HOUSE_PROCESSES: readonly ChildSpec[] = [
  { name: 'producers', script: join(SOURCE, 'producers/main.ts'), args: [] },
  { name: 'html', script: WORKERS, args: ['html'] },
  { name: 'feeds', script: WORKERS, args: ['feeds'] },
  { name: 'email', script: WORKERS, args: ['email', 'notices'] },
  { name: 'delivery', script: WORKERS, args: ['delivery'] },
  { name: 'archive', script: WORKERS, args: ['archive'] },
  { name: 'websub', script: WORKERS, args: ['websub', 'webhooks'] },
];

export type House = {
  /** With the addresses of everything that was opened. */
  readonly config: Config;
  readonly notes: readonly ServerNote[];
  readonly processes: Supervisor;
  /** Ends the processes, then the inbox, then the servers it owns. Returns what went wrong. */
  close(): Promise<string[]>;
};

type HouseOptions = {
  config: Config;
  log: Log;
  /** Runs when the servers answer and before any process starts: migrations, the newsroom file, sample data. */
  prepare: (config: Config) => Promise<void>;
  processes?: readonly ChildSpec[];
};

/** Servers that were killed are looked for this often. */
const WATCH_MS = 1_000;
/** And logs that have grown this often. */
const LOGS_MS = 60_000;

/**
 * Opens a whole house on DATA_DIR: its lock, servers, local inbox, processes.
 * Throws Conflict `house_held` naming the pid when another one runs on the same folder.
 */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { log } = options;
  const closers = new Closers();
  try {
    const lock = lockHouse(options.config);
    closers.add('lock', () => lock.release());
    const servers = await openServers(options.config, 'house', log);
    closers.add('servers', () => servers.close());
    const config = await openLetters(servers, closers);
    const logFolder = join(config.dataDir, 'log');
    closers.add('watch', watch(servers, log));
    closers.add('logs', keepLogsSmall(logFolder, log));
    await options.prepare(config);
    const processes = openSupervisor({ log, logFolder, shutdownMs: config.shutdownMs, environment: childEnvironment(config) });
    closers.add('processes', () => processes.close());
    for (const spec of options.processes ?? HOUSE_PROCESSES) processes.start(spec);
    return { config, notes: servers.notes, processes, close: () => closers.close() };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** One house per folder, or one restore into it. Throws Conflict `house_held`. The lock's holder is told from a process that got the same pid later. */
export function lockHouse(config: Pick<Config, 'dataDir'>): PidLock {
  prepareDataFolder(config.dataDir);
  const answer = tryPidLock(join(config.dataDir, 'run/up.lock'));
  if (answer.kind === 'taken') return answer.lock;
  throw new Conflict(
    'house_held',
    `Process ${answer.by.pid} already runs Depesch on ${config.dataDir}.`,
    'End it first (Ctrl-C, or kill with its pid), or set another DATA_DIR.',
    {
      pid: answer.by.pid,
    },
  );
}

/** With no mail server set, letters go to the local inbox and nowhere else. */
async function openLetters(servers: Servers, closers: Closers): Promise<Config> {
  const { config } = servers;
  if (config.smtpUrl !== undefined) return config;
  const inbox = await openInbox({ dataDir: config.dataDir });
  rememberPort(config.dataDir, 'inbox', inbox.port);
  closers.add('inbox', async () => {
    forgetPort(config.dataDir, 'inbox');
    await inbox.close();
  });
  return withServers(config, { databaseUrl: config.databaseUrl!, redisUrl: config.redisUrl!, inboxPort: inbox.port });
}

function keepLogsSmall(folder: string, log: Log): () => void {
  const look = () => {
    try {
      for (const name of turnLogs(folder)) log.info({ file: name }, 'log.turned');
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'log.not_turned');
    }
  };
  look();
  const timer = setInterval(look, LOGS_MS);
  return () => clearInterval(timer);
}

function watch(servers: Servers, log: Log): () => Promise<void> {
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= servers
      .revive()
      .catch((error) => log.error({ reason: messageOf(error) }, 'server.not_revived'))
      .finally(() => {
        looking = undefined;
      });
  }, WATCH_MS);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
