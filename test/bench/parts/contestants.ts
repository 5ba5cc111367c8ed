import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sleep } from '../../../src/shared/platform/clock.ts';
import { publish } from '../../support/newsdesk.ts';
import { type TestHouse, until } from '../../support/newsroom-house.ts';
import { cpuMs, cpuMsOfEnded, cpuMsOfTree, peakMemoryMb } from './cost.ts';
import { longContent } from './long-content.ts';
import type { NodemailerSpec } from './nodemailer-main.ts';
import { SOURCE } from './sink.ts';

/** Processor time in ms: of the program that sends, of PostgreSQL, and of what else it needs (Redis and the e-mail worker). The mail server is not counted. */
export type Cost = { readonly sender: number; readonly postgres: number; readonly others: number };

/** What one mailing took. */
export type Turn = { readonly letters: number; readonly seconds: number; readonly cost: Cost; readonly peakMb: number };

const RUN_MS = 20 * 60_000;
const LOOK_MS = 200;

/** One release to everybody in the house, from the press of Publish until the ledger has the last answer. */
export async function sendWithDepesch(house: TestHouse, { letters, senders }: { letters: number; senders: number }): Promise<Turn> {
  const workers = Array.from({ length: senders }, () => house.startWorker('delivery'));
  try {
    await until('the senders are there', () =>
      Promise.all(workers.map((worker) => isAtWork(house, worker.pid!))).then((all) => all.every(Boolean)),
    );
    const cost = (): Cost => ({
      sender: workers.reduce((sum, { pid }) => sum + cpuMs(pid!), 0),
      postgres: cpuMsOfTree(house.serverPid('postgres')),
      others: cpuMs(house.serverPid('redis')) + cpuMs(house.house.processes.pids().get('email')!),
    });
    const before = cost();
    const began = performance.now();
    const { release } = await publish(house, longContent());
    await until('the run has ended', () => lettersDone(house, release), RUN_MS);
    const seconds = (performance.now() - began) / 1_000;
    const after = cost();
    const peakMb = Math.max(...workers.map(({ pid }) => peakMemoryMb(pid!)));
    const spent = {
      sender: after.sender - before.sender,
      postgres: after.postgres - before.postgres,
      others: after.others - before.others,
    };
    return { letters, seconds, cost: spent, peakMb };
  } finally {
    await Promise.all(workers.map((worker) => (worker.kill('SIGTERM') ? once(worker, 'exit') : undefined)));
  }
}

async function isAtWork({ services }: TestHouse, pid: number): Promise<boolean> {
  return (await services.database.selectFrom('workers').select('pid').where('pid', '=', pid).executeTakeFirst()) !== undefined;
}

async function lettersDone({ services }: TestHouse, release: string): Promise<boolean> {
  await sleep(LOOK_MS);
  const receipt = services.database.selectFrom('receipts').select('state').where('release', '=', release).where('channel', '=', 'email');
  return (await receipt.executeTakeFirst())?.state === 'done';
}

/** The same letter to the same people by nodemailer, in a process of its own. */
export async function sendWithNodemailer(folder: string, spec: NodemailerSpec): Promise<Turn> {
  const path = join(folder, 'nodemailer.json');
  writeFileSync(path, JSON.stringify(spec));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'nodemailer-main.ts'), path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const before = cpuMs(child.pid!);
  const began = performance.now();
  child.stdin.write('go\n');
  const { value: taken } = await lines.next();
  const seconds = (performance.now() - began) / 1_000;
  if (Number(taken) !== spec.recipients.length) throw new Error(`nodemailer handed over ${taken} of ${spec.recipients.length}`);
  const turn = { letters: spec.recipients.length, seconds, cost: alone(cpuMs(child.pid!) - before), peakMb: peakMemoryMb(child.pid!) };
  child.stdin.end();
  await once(child, 'exit');
  return turn;
}

/** As many letters of that size by Postfix's smtp-source: one text for everybody, nothing composed, nothing written down. */
export async function sendWithSmtpSource(told: { port: number; lines: number; letters: number; bytes: number }): Promise<Turn> {
  const before = cpuMsOfEnded();
  const began = performance.now();
  const child: ChildProcess = spawn(
    SOURCE,
    [
      ...['-d', '-s', String(told.lines), '-m', String(told.letters), '-l', String(told.bytes)],
      ...['-f', 'nyheter@alvmark.example', '-t', 'n0@lillan.example', `127.0.0.1:${told.port}`],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'exit');
  let peakMb = 0;
  const looking = setInterval(() => {
    peakMb = Math.max(peakMb, memoryWhileAlive(child.pid!));
  }, LOOK_MS);
  const [status] = await ended;
  clearInterval(looking);
  if (status !== 0) throw new Error(`smtp-source ended with ${status}`);
  return { letters: told.letters, seconds: (performance.now() - began) / 1_000, cost: alone(cpuMsOfEnded() - before), peakMb };
}

function memoryWhileAlive(pid: number): number {
  try {
    return peakMemoryMb(pid);
  } catch {
    return 0;
  }
}

function alone(ms: number): Cost {
  return { sender: ms, postgres: 0, others: 0 };
}
