import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { Conflict, Failure } from '../failure.ts';
import { findProcess, isAlive, type ProcessIdentity } from '../process-identity.ts';
import { prepareDataFolder, type ServerUser, serverFolder, serverUser, socketFolder } from './folders.ts';
import { findPostgres, type PostgresProgram } from './programs.ts';
import { endProcess, type Purpose, readMemory, startServer, untilGone, untilReady, writeMemory } from './server-process.ts';

export type EmbeddedServer = {
  readonly url: string;
  readonly identity: ProcessIdentity;
  readonly version: string;
  /** False when a running one was adopted. */
  readonly started: boolean;
  /** Whom it was started for; an adopted one keeps what it was started for. */
  readonly startedFor: Purpose;
  /** Ends it; others still connected get `patienceMs` to finish. */
  stop(patienceMs: number): Promise<void>;
};

type Options = {
  dataDir: string;
  purpose?: Purpose;
  /** Settings for the server beside ours, such as fsync=off for tests. */
  settings?: Readonly<Record<string, string>>;
};

type House = { dataDir: string; folder: string; user: ServerUser; program: PostgresProgram; memory: string; log: string };

const ADMIN = 'depesch';
const DATABASE = 'depesch';
const SHUTDOWN_PATIENCE_MS = 60_000;

/**
 * The embedded PostgreSQL of DATA_DIR: made at the first call, adopted when it runs already, else started; Unix socket only.
 * Callers hold the start lock of DATA_DIR. Throws Conflict `postgres_other_version`, Failure with the log's end.
 */
export async function openPostgres(options: Options): Promise<EmbeddedServer> {
  const { dataDir } = options;
  prepareDataFolder(dataDir);
  const user = serverUser();
  const program = findPostgres(dataDir, user);
  const folder = serverFolder(dataDir, 'postgres', user);
  const house = { dataDir, folder, user, program, memory: join(dataDir, 'run/postgres.json'), log: join(dataDir, 'log/postgres.log') };
  refuseOtherVersion(house);
  if (!existsSync(join(folder, 'data/PG_VERSION'))) initialize(house);
  return (await adopt(house)) ?? (await start(house, options));
}

function postgresUrl(socketPath: string, database: string = DATABASE): string {
  return `postgres://${ADMIN}@localhost/${database}?host=${encodeURIComponent(socketPath)}`;
}

function refuseOtherVersion(house: House): void {
  const file = join(house.folder, 'data/PG_VERSION');
  if (!existsSync(file)) return;
  const theirs = readFileSync(file, 'utf8').trim();
  const ours = house.program.version.split('.')[0]!;
  if (theirs === ours) return;
  throw new Conflict(
    'postgres_other_version',
    `${join(house.dataDir, 'postgres')} was made by PostgreSQL ${theirs}; this Depesch brings PostgreSQL ${ours}.`,
    `Copy it over with the pg_dump and pg_restore of PostgreSQL ${theirs}: docs/operations.md#another-postgresql gives the commands.`,
    { theirs, ours },
  );
}

/**
 * What the search takes for letters, the first that this system knows: Linux, macOS, any. In C every sign beyond ASCII would be one, and a word in
 * ”quotation marks” or after a no-break space never be found.
 */
const CTYPES = ['C.UTF-8', 'UTF-8', 'C'] as const;

/** initdb beside the final name, then a rename: a killed first start leaves nothing half. */
function initialize(house: House): void {
  const aside = join(house.folder, 'data.new');
  let result = runInitdb(house, aside, CTYPES[0]);
  for (const ctype of CTYPES.slice(1)) if (/invalid locale/i.test(result.stderr ?? '')) result = runInitdb(house, aside, ctype);
  if (result.status !== 0) {
    throw new Failure(
      'initdb_failed',
      `PostgreSQL could not make its folder ${aside}: ${result.error?.message ?? `${result.stderr}${result.stdout}`.trim()}`,
    );
  }
  renameSync(aside, join(house.folder, 'data'));
}

function runInitdb(house: House, aside: string, ctype: string) {
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { mode: 0o700 });
  if (house.user !== undefined) chownSync(aside, house.user.uid, house.user.gid);
  const args = ['-D', aside, '-U', ADMIN, '--encoding=UTF8', '--locale=C', `--lc-ctype=${ctype}`];
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  // The socket's folder is private (0700); whoever enters it owns the database's files anyway.
  args.push('--auth-local=trust', '--auth-host=reject', '--no-instructions');
  return spawnSync(join(house.program.folder, 'bin/initdb'), args, {
    ...house.user,
    cwd: '/',
    encoding: 'utf8',
    // No LC_ALL: it would take the place of what the arguments say.
    env: { TZ: 'UTC', PATH: '/usr/bin:/bin' },
  });
}

/** The first, fifth and eighth line of postmaster.pid: who runs on the folder, where its socket lies, what it is doing. */
function readPidFile(house: House): { pid: number; socketPath: string; status: string } | undefined {
  const file = join(house.folder, 'data/postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim());
  return { pid: Number(lines[0]), socketPath: lines[4] ?? '', status: lines[7] ?? '' };
}

async function adopt(house: House): Promise<EmbeddedServer | undefined> {
  const found = readPidFile(house);
  if (found === undefined) return undefined;
  const memory = readMemory(house.memory);
  const identity = memory?.pid === found.pid ? memory : findProcess(found.pid);
  if (identity === undefined || !isAlive(identity)) {
    // The pid may be another program's by now, and PostgreSQL would refuse to start because of it.
    rmSync(join(house.folder, 'data/postmaster.pid'), { force: true });
    return undefined;
  }
  if (found.status === 'stopping') {
    await untilGone(identity, SHUTDOWN_PATIENCE_MS);
    return undefined;
  }
  const running = { identity, logFile: house.log, failure: () => (isAlive(identity) ? undefined : 'it ended') };
  await untilReady('The running PostgreSQL', running, () => ensureDatabase(found.socketPath));
  return { ...describe(house, identity, found.socketPath), started: false, startedFor: memory?.startedFor ?? 'house' };
}

async function start(house: House, options: Options): Promise<EmbeddedServer> {
  const socketPath = socketFolder(readMemory(house.memory)?.socketFolder, house.user);
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socketPath,
    unix_socket_permissions: '0700',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // DETAIL lines quote rows, and rows hold addresses: nothing in a log may name a person.
    log_error_verbosity: 'terse',
    ...options.settings,
  };
  const server = startServer({
    program: join(house.program.folder, 'bin/postgres'),
    args: ['-D', join(house.folder, 'data'), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: '/',
    user: house.user,
    logFile: house.log,
  });
  const startedFor = options.purpose ?? 'command';
  writeMemory(house.memory, { ...server.identity, socketFolder: socketPath, startedFor });
  await untilReady('PostgreSQL', server, () => ensureDatabase(socketPath));
  return { ...describe(house, server.identity, socketPath), started: true, startedFor };
}

function describe(house: House, identity: ProcessIdentity, socketPath: string) {
  return {
    url: postgresUrl(socketPath),
    identity,
    version: house.program.version.split('-')[0]!.replace(/^(\d+\.\d+).*/, '$1'),
    // Smart shutdown first: it lets others finish. Fast shutdown then ends their sessions, and still writes everything down.
    stop: async (patienceMs: number) => {
      await endProcess(identity, [
        ['SIGTERM', patienceMs],
        ['SIGINT', SHUTDOWN_PATIENCE_MS],
      ]);
      rmSync(socketPath, { recursive: true, force: true });
    },
  };
}

async function ensureDatabase(socketPath: string): Promise<void> {
  const client = new Client({ connectionString: postgresUrl(socketPath, 'postgres'), connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // reported by the query that fails
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
