import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { markDemoFolder } from '../../src/shared/platform/embedded/demo-mark.ts';
import { findProcess } from '../../src/shared/platform/process-identity.ts';
import { until } from '../support/until.ts';

const PROGRAM = join(import.meta.dirname, '../../depesch');

let folder: string;
let house: ChildProcess;
let said = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'depesch-up-'));
  chmodSync(folder, 0o711);
  await up();
});
afterAll(async () => {
  // In order, so that no server outlives the test.
  if (house?.kill('SIGTERM')) await once(house, 'close');
  rmSync(folder, { recursive: true, force: true });
});

function start(args: string[], dataDir = join(folder, 'data')): ChildProcess {
  return spawn(PROGRAM, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      DATA_DIR: dataDir,
      PORT: '0',
      DATABASE_URL: '',
      REDIS_URL: '',
      SMTP_URL: '',
      BASE_URL: '',
      NEWSROOM: '',
    },
  });
}

/** Starts the house and waits until it says where it answers. */
async function up(): Promise<void> {
  said = '';
  house = start(['up']);
  house.stdout!.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
  });
  await until('the newsroom answers', () => address() || (house.exitCode !== null && Promise.reject(new Error(said))), 90_000);
}

async function run(args: string[], dataDir?: string): Promise<{ status: number | null; out: string; err: string }> {
  const child = start(args, dataDir);
  const [out, err] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')]);
  return { status: child.exitCode, out, err };
}

function address(): string | undefined {
  return /^open +(\S+)$/m.exec(said)?.[1];
}

type Line = { queue: string; pids: number[]; running: number };
async function workers(): Promise<Line[]> {
  return (JSON.parse((await run(['status', '--json'])).out) as { workers: Line[] }).workers;
}

test('one command starts servers, newsroom, desk and a worker for every queue', async () => {
  expect((await fetch(address()!)).status).toBe(200);
  // Feeds are the feeds worker's alone: there as soon as it has started.
  await until('an empty feed', async () => (await fetch(`${address()}rss.xml`)).headers.get('content-type')?.includes('rss+xml'));
  const lines = await until('every queue has a worker', async () => {
    const found = await workers();
    return found.every((line) => line.running === 1) && found;
  });
  expect(lines.map((line) => line.queue).sort()).toEqual([
    'archive',
    'delivery',
    'email',
    'feeds',
    'html',
    'notices',
    'webhooks',
    'websub',
  ]);
});

test('a second one on the same folder is refused with the pid that holds it', async () => {
  const second = await run(['up']);
  expect(second).toMatchObject({ status: 1, err: expect.stringContaining(`Process ${house.pid} already runs Depesch`) });
});

test('it refuses a folder that the demo made', async () => {
  const demo = mkdtempSync(join(folder, 'demo-'));
  markDemoFolder(demo);
  expect(await run(['up'], demo)).toMatchObject({ status: 1, err: expect.stringContaining('holds a demo') });
});

test('a worker that is killed comes back, and nobody else notices', async () => {
  const before = await workers();
  const feeds = before.find((line) => line.queue === 'feeds')!.pids[0]!;
  process.kill(feeds, 'SIGKILL');
  const after = await until('another feeds worker', async () => {
    const found = await workers();
    return found.some((line) => line.queue === 'feeds' && line.pids.some((pid) => pid !== feeds)) && found;
  });
  expect(after.find((line) => line.queue === 'html')!.pids).toEqual(before.find((line) => line.queue === 'html')!.pids);
});

test('SIGTERM ends everything in order', async () => {
  const pids = (await workers()).flatMap((line) => line.pids);
  house.kill('SIGTERM');
  if (house.exitCode === null) await once(house, 'close');
  expect(house.exitCode).toBe(0);
  expect(said).toMatch(/ended\n$/);
  expect(pids.filter((pid) => findProcess(pid) !== undefined)).toEqual([]);
});

test('started again, it prints a link that signs each account in', async () => {
  const created = await run(['account', 'create', 'elin', '--name', 'Elin Sand', '--email', 'elin@alvmark.example', '--role', 'author']);
  expect(created.status).toBe(0);
  await up();
  await until('the link is printed', () => /^sign in +(\S+) +\(elin, once\)$/m.test(said));
  const link = /^sign in +(\S+) +\(elin, once\)$/m.exec(said)![1]!;
  const answer = await fetch(link, { method: 'POST', redirect: 'manual', headers: { origin: new URL(link).origin } });
  expect(answer).toMatchObject({ status: 303 });
  expect(answer.headers.get('location')).toBe('/desk/');
});
