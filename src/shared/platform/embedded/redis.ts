import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Failure } from '../failure.ts';
import { isAlive, type ProcessIdentity } from '../process-identity.ts';
import { prepareDataFolder, socketFolder } from './folders.ts';
import type { EmbeddedServer } from './postgres.ts';
import { findRedis } from './programs.ts';
import { endProcess, type Purpose, readMemory, startServer, untilReady, writeMemory } from './server-process.ts';

type Options = { dataDir: string; purpose?: Purpose; settings?: Readonly<Record<string, string>> };

/** BullMQ asks for streams and Lua commands that came with it. */
const OLDEST_REDIS = [6, 2] as const;

const REDIS_MISSING =
  'No Redis is installed. With Debian or Ubuntu:  sudo apt-get install redis-tools   With macOS:  brew install redis   Or set REDIS_URL.';

/**
 * The embedded Redis of DATA_DIR: redis-server or valkey-server on a private Unix socket, append-only file every second, nothing ever evicted.
 * A running one is adopted. Callers hold the start lock of DATA_DIR: two servers on one folder would both start and write one file.
 */
export async function openEmbeddedRedis(options: Options): Promise<EmbeddedServer> {
  const { dataDir } = options;
  prepareDataFolder(dataDir);
  const program = findRedis();
  if (program === undefined) throw new Failure('redis_missing', REDIS_MISSING);
  const [major, minor] = program.version.split('.').map(Number) as [number, number];
  if (major < OLDEST_REDIS[0] || (major === OLDEST_REDIS[0] && minor < OLDEST_REDIS[1])) {
    throw new Failure(
      'redis_too_old',
      `${program.command} is version ${program.version}; ${OLDEST_REDIS.join('.')} or newer is needed. Or set REDIS_URL.`,
    );
  }
  const folder = join(dataDir, 'redis');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const memoryFile = join(dataDir, 'run/redis.json');
  const memory = readMemory(memoryFile);
  if (memory !== undefined && isAlive(memory)) {
    if (await answers(memory.socketFolder))
      return { ...describe(memory, memory.socketFolder, program.version), started: false, startedFor: memory.startedFor };
    // Alive without an answer: its socket was cleaned away, or it hangs. It must be gone before another writes the same file.
    await endServer(memory);
  }
  const sockets = socketFolder(memory?.socketFolder, undefined);
  const startedFor = options.purpose ?? 'command';
  const server = startServer({
    program: program.command,
    argv0: program.argv0,
    args: serverArguments(folder, sockets, options.settings),
    cwd: folder,
    user: undefined,
    logFile: join(dataDir, 'log/redis.log'),
  });
  writeMemory(memoryFile, { ...server.identity, socketFolder: sockets, startedFor });
  await untilReady('Redis', server, () => ping(sockets));
  return { ...describe(server.identity, sockets, program.version), started: true, startedFor };
}

function serverArguments(folder: string, sockets: string, extra: Options['settings']): string[] {
  const settings = {
    port: '0',
    unixsocket: join(sockets, 'redis.sock'),
    unixsocketperm: '700',
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'everysec',
    // The append-only file holds everything; a snapshot beside it would only cost.
    save: '',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
    ...extra,
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

function describe(identity: ProcessIdentity, sockets: string, version: string) {
  const stop = async () => {
    await endServer(identity);
    rmSync(sockets, { recursive: true, force: true });
  };
  return { identity, version, url: `unix://${join(sockets, 'redis.sock')}`, stop };
}

/** SIGTERM writes the append-only file out; patience for a slow disk. */
function endServer(identity: ProcessIdentity): Promise<void> {
  return endProcess(identity, [
    ['SIGTERM', 20_000],
    ['SIGKILL', 5_000],
  ]);
}

async function answers(sockets: string): Promise<boolean> {
  return ping(sockets).then(
    () => true,
    () => false,
  );
}

async function ping(sockets: string): Promise<void> {
  const redis = new Redis({
    path: join(sockets, 'redis.sock'),
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 2_000,
    commandTimeout: 5_000,
    maxRetriesPerRequest: 0,
  });
  redis.on('error', () => undefined); // connect() and ping() reject with it
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}
