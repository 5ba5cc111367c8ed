import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canReach, removeServerFolder, serverUser } from '../../../src/shared/platform/embedded/folders.ts';
import { openPostgres } from '../../../src/shared/platform/embedded/postgres.ts';
import { findPostgres } from '../../../src/shared/platform/embedded/programs.ts';
import { startHouse } from '../../support/house-process.ts';

const NOBODY = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'depesch-places-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function answer(url: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query('select pg_backend_pid() is not null as answers')).rows[0].answers;
  } finally {
    await client.end();
  }
}

describe.runIf(isRoot)('as root', () => {
  test('PostgreSQL runs as another user, who owns its data', async () => {
    chmodSync(folder, 0o711);
    const dataDir = join(folder, 'data');
    const postgres = await openPostgres({ dataDir });
    expect(statSync(`/proc/${postgres.identity.pid}`).uid).toBe(NOBODY.uid);
    expect(statSync(join(dataDir, 'postgres/data')).uid).toBe(NOBODY.uid);
    await postgres.stop(0);
  });

  test('a data folder that only root can enter works: the data lies where the server can reach it, and a link remembers where', async () => {
    const dataDir = join(folder, 'data');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const first = await openPostgres({ dataDir });
    expect(await answer(first.url)).toBe(true);
    await first.stop(0);
    const place = readlinkSync(join(dataDir, 'postgres'));
    const again = await openPostgres({ dataDir });
    expect(readlinkSync(join(dataDir, 'postgres'))).toBe(place);
    await again.stop(0);
    removeServerFolder(dataDir, 'postgres');
    expect([existsSync(place), existsSync(`${place}.owner`)]).toEqual([false, false]);
  });

  test('a copied data folder does not share the database of the original', async () => {
    const dataDir = join(folder, 'data');
    await (await openPostgres({ dataDir })).stop(0);
    const copy = join(folder, 'copy');
    cpSync(dataDir, copy, { recursive: true, verbatimSymlinks: true });
    expect(lstatSync(join(copy, 'postgres')).isSymbolicLink()).toBe(true);
    await expect(openPostgres({ dataDir: copy })).rejects.toMatchObject({ code: 'data_copied' });
    removeServerFolder(dataDir, 'postgres');
  });

  test('programs that lie where only root can enter are copied to a folder named after their version', () => {
    const hidden = join(folder, 'hidden');
    const installed = dirname(findPostgres(folder, undefined).folder);
    cpSync(installed, join(hidden, 'package'), { recursive: true, verbatimSymlinks: true });
    chmodSync(hidden, 0o700);
    chmodSync(folder, 0o711);
    const program = findPostgres(folder, serverUser(), join(hidden, 'package'));
    expect(program.folder).toBe(join(folder, `programs/postgresql-${program.version}-${process.platform}-${process.arch}`));
    expect(canReach(program.folder, NOBODY)).toBe(true);
    // Whole, or not there: a second look finds it and copies nothing.
    expect(findPostgres(folder, serverUser(), join(hidden, 'package'))).toEqual(program);
  });

  test('a command on somebody else’s data folder acts as its owner, and leaves nothing of root’s in it', () => {
    chmodSync(folder, 0o711);
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir, { mode: 0o700 });
    chownSync(dataDir, NOBODY.uid, NOBODY.gid);
    const environment = { PATH: process.env.PATH, DATA_DIR: dataDir, DATABASE_URL: '', REDIS_URL: '', SMTP_URL: '', NEWSROOM: '' };
    const program = join(import.meta.dirname, '../../../depesch');
    expect(spawnSync(program, ['migrate'], { env: environment }).status).toBe(0);
    const owners = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).map((path) => lstatSync(join(dataDir, path)).uid);
    expect(new Set(owners)).toEqual(new Set([NOBODY.uid]));
  });

  test.runIf(canReach(import.meta.dirname, NOBODY))('an ordinary user runs a house of their own', async () => {
    chmodSync(folder, 0o711);
    const home = join(folder, 'home');
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, NOBODY.uid, NOBODY.gid);
    const house = await startHouse(join(home, 'data'), NOBODY);
    expect(house.said.notes?.map(({ how }) => how)).toEqual(['started', 'started']);
    expect(statSync(join(home, 'data')).mode & 0o777).toBe(0o700);
    expect(await house.end('SIGTERM')).toBe(0);
  });
});

test('libraries whose links the package could not hold get them', () => {
  const installed = dirname(findPostgres(folder, undefined).folder);
  const copy = join(folder, 'package');
  cpSync(installed, copy, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() });
  expect(findPostgres(folder, undefined, copy)).toMatchObject({ folder: join(copy, 'native') });
  expect(lstatSync(join(copy, 'native/lib/libpq.so.5')).isSymbolicLink()).toBe(true);
});
