import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endProcess, readMemory } from '../../../src/shared/platform/embedded/server-process.ts';
import { findProcess, isAlive } from '../../../src/shared/platform/process-identity.ts';
import { type HouseProcess, startHouse } from '../../support/house-process.ts';
import { until } from '../../support/until.ts';

let folder: string;
let dataDir: string;
const started: HouseProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'depesch-house-'));
  chmodSync(folder, 0o711);
  dataDir = join(folder, 'data');
});
afterEach(async () => {
  for (const house of started.splice(0)) await house.end('SIGTERM');
  for (const server of servers()) await endProcess(server, [['SIGKILL', 5_000]]);
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<HouseProcess> {
  const house = await startHouse(dataDir);
  started.push(house);
  return house;
}

function servers() {
  return (['postgres', 'redis'] as const).flatMap((name) => readMemory(join(dataDir, `run/${name}.json`)) ?? []);
}

/** Pids of the idle process, in the order they were started: each says its own in its log. */
function idlePids(): number[] {
  return readFileSync(join(dataDir, 'log/idle.log'), 'utf8').trim().split('\n').filter(Boolean).map(Number);
}

test('a second house on the same folder is refused with the pid that holds it', async () => {
  const first = await start();
  const second = await start();
  expect(second.said).toMatchObject({ code: 'house_held', error: expect.stringContaining(`Process ${first.child.pid} `) });
});

test('SIGTERM ends the processes, then the servers', async () => {
  const house = await start();
  const [pid] = await until('the process runs', () => (idlePids().length > 0 ? idlePids() : undefined));
  const held = servers();
  expect(await house.end('SIGTERM')).toBe(0);
  expect(findProcess(pid!)).toBeUndefined();
  expect(held.map(isAlive)).toEqual([false, false]);
});

test('kill -9 of the house leaves its servers, and the next house adopts them', async () => {
  const first = await start();
  const held = servers();
  await first.end('SIGKILL');
  expect(held.map(isAlive)).toEqual([true, true]);
  const second = await start();
  expect(second.said.notes?.map(({ how }) => how)).toEqual(['adopted', 'adopted']);
  expect(second.said.databaseUrl).toBe(first.said.databaseUrl);
  expect(await second.end('SIGTERM')).toBe(0);
  expect(held.map(isAlive)).toEqual([false, false]);
});

test('a command after kill -9 of the house uses its servers and leaves them running', async () => {
  const first = await start();
  const held = servers();
  await first.end('SIGKILL');
  const command = await startHouse(dataDir, { script: 'servers-main.ts' });
  expect(command.said.notes?.map(({ how }) => how)).toEqual(['adopted', 'adopted']);
  expect(await command.end('SIGTERM')).toBe(0);
  expect(held.map(isAlive)).toEqual([true, true]);
});

test('processes of a killed house end by themselves', async () => {
  const house = await start();
  const [pid] = await until('the process runs', () => (idlePids().length > 0 ? idlePids() : undefined));
  await house.end('SIGKILL');
  await until('the process sees that its parent is gone', () => findProcess(pid!) === undefined);
});

test('a process that dies is started again', async () => {
  await start();
  const [pid] = await until('the process runs', () => (idlePids().length > 0 ? idlePids() : undefined));
  process.kill(pid!, 'SIGKILL');
  const [, next] = await until('it runs again', () => (idlePids().length > 1 ? idlePids() : undefined));
  expect(next).not.toBe(pid);
});

test('a server that dies under a house is started again', async () => {
  await start();
  const redis = servers().find((server) => server.socketFolder !== servers()[0]!.socketFolder)!;
  process.kill(redis.pid, 'SIGKILL');
  const back = await until('another Redis runs', () =>
    servers().find((server) => server.socketFolder === redis.socketFolder && server.pid !== redis.pid),
  );
  expect(isAlive(back)).toBe(true);
});
