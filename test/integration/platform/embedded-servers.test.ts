import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../../src/shared/platform/config.ts';
import { openEmbeddedRedis } from '../../../src/shared/platform/embedded/redis.ts';
import { readMemory } from '../../../src/shared/platform/embedded/server-process.ts';
import { openServers } from '../../../src/shared/platform/embedded/servers.ts';
import { openLog } from '../../../src/shared/platform/log.ts';
import { isAlive } from '../../../src/shared/platform/process-identity.ts';
import { startHouse } from '../../support/house-process.ts';
import { until } from '../../support/until.ts';

const log = openLog('test', 'silent', false);
let folder: string;
let dataDir: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'depesch-servers-'));
  await chmod(folder, 0o711);
  dataDir = join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function config(path: string = dataDir) {
  return readConfig({ DATA_DIR: path, DATABASE_URL: '', REDIS_URL: '', SMTP_URL: '', SHUTDOWN_MS: '2000' });
}

function memoryOf(name: 'postgres' | 'redis', path: string = dataDir) {
  return readMemory(join(path, 'run', `${name}.json`));
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test('a command that finds no servers starts them, and ends them when it is done', async () => {
  const servers = await openServers(config(), 'command', log);
  expect(servers.notes.map(({ name, how }) => [name, how])).toEqual([
    ['postgresql', 'started'],
    ['redis', 'started'],
  ]);
  expect(await query(servers.config.databaseUrl!, "select to_tsvector('swedish', 'kommunerna') ::text as words")).toEqual([
    { words: "'kommun':1" },
  ]);
  const [postgres, redis] = [memoryOf('postgres')!, memoryOf('redis')!];
  await servers.close();
  expect([isAlive(postgres), isAlive(redis)]).toEqual([false, false]);
  expect(readFileSync(join(dataDir, 'log/postgres.log'), 'utf8')).toContain('database system is shut down');
});

test('servers listen on Unix sockets in private folders and nowhere else', async () => {
  const servers = await openServers(config(), 'command', log);
  try {
    expect(await query(servers.config.databaseUrl!, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
    expect(servers.config.redisUrl).toMatch(/^unix:\/\/\/tmp\/depesch-/);
  } finally {
    await servers.close();
  }
});

test('what was written is there at the next start', async () => {
  const first = await openServers(config(), 'command', log);
  await query(first.config.databaseUrl!, 'create table kept (word text)');
  await first.close();
  const second = await openServers(config(), 'command', log);
  expect(await query(second.config.databaseUrl!, 'select count(*)::int as count from kept')).toEqual([{ count: 0 }]);
  await second.close();
});

test('a second command adopts the servers of the first, and the last one out ends them', async () => {
  const other = await startHouse(dataDir, { script: 'servers-main.ts' });
  const mine = await openServers(config(), 'command', log);
  expect(mine.notes.map(({ how }) => how)).toEqual(['adopted', 'adopted']);
  expect(await other.end('SIGTERM')).toBe(0);
  expect(await query(mine.config.databaseUrl!, 'select 1 as one')).toEqual([{ one: 1 }]);
  const postgres = memoryOf('postgres')!;
  await mine.close();
  expect(isAlive(postgres)).toBe(false);
});

test('a data folder with a path of 200 characters works: sockets lie elsewhere', async () => {
  const deep = join(dataDir, 'x'.repeat(100), 'y'.repeat(200 - 102 - dataDir.length));
  expect(deep).toHaveLength(200);
  const servers = await openServers(config(deep), 'command', log);
  expect(await query(servers.config.databaseUrl!, 'select 1 as one')).toEqual([{ one: 1 }]);
  await servers.close();
});

test('a data folder of another major version stops the start and says what to do', async () => {
  const first = await openServers(config(), 'command', log);
  await first.close();
  const file = join(dataDir, 'postgres/data/PG_VERSION');
  writeFileSync(file, '17\n');
  await expect(openServers(config(), 'command', log)).rejects.toMatchObject({
    code: 'postgres_other_version',
    remedy: expect.stringContaining('docs/operations.md#another-postgresql'),
  });
  expect(isAlive(memoryOf('redis')!)).toBe(false);
});

test('a pid file left by a killed server does not stop the next start, even when its pid lives again', async () => {
  const servers = await openServers(config(), 'command', log);
  const postgres = memoryOf('postgres')!;
  process.kill(postgres.pid, 'SIGKILL');
  await until('PostgreSQL is gone', () => !isAlive(postgres));
  await servers.close();
  const pidFile = join(dataDir, 'postgres/data/postmaster.pid');
  expect(existsSync(pidFile)).toBe(true);
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  // Our own pid stands for an unrelated program that got the number: the remembered start time tells them apart.
  writeFileSync(pidFile, [String(process.ppid), ...lines.slice(1)].join('\n'));
  writeFileSync(join(dataDir, 'run/postgres.json'), JSON.stringify({ ...postgres, pid: process.ppid }));
  const again = await openServers(config(), 'command', log);
  expect(again.notes.find(({ name }) => name === 'postgresql')?.how).toBe('started');
  await again.close();
});

test('a killed server is started again at the same address', async () => {
  const servers = await openServers(config(), 'command', log);
  const [postgres, redis] = [memoryOf('postgres')!, memoryOf('redis')!];
  process.kill(postgres.pid, 'SIGKILL');
  process.kill(redis.pid, 'SIGKILL');
  await until('both are gone', () => !isAlive(postgres) && !isAlive(redis));
  await until('both are back', () =>
    servers.revive().then(
      () => true,
      () => false,
    ),
  );
  expect(await query(servers.config.databaseUrl!, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(memoryOf('redis')!.socketFolder).toBe(redis.socketFolder);
  await servers.close();
  expect(isAlive(memoryOf('redis')!)).toBe(false);
});

test('a Redis of somebody else that would throw work away when memory is short is refused', async () => {
  const theirs = await openEmbeddedRedis({ dataDir: join(folder, 'theirs'), settings: { 'maxmemory-policy': 'allkeys-lru' } });
  await expect(openServers({ ...config(), redisUrl: theirs.url }, 'command', log)).rejects.toMatchObject({ code: 'redis_evicts' });
  await theirs.stop(0);
});
