import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createAccount } from '../../src/shared/accounts/accounts.ts';
import type { Actor } from '../../src/shared/accounts/actor.ts';
import { discardVault } from '../../src/shared/archive/vault.ts';
import { sleep } from '../../src/shared/platform/clock.ts';
import { type Config, childEnvironment, readConfig } from '../../src/shared/platform/config.ts';
import { removeServerFolder } from '../../src/shared/platform/embedded/folders.ts';
import { HOUSE_PROCESSES, type House, openHouse } from '../../src/shared/platform/embedded/house.ts';
import { openLog } from '../../src/shared/platform/log.ts';
import { saveNewsroom } from '../../src/shared/release/newsroom-store.ts';
import { migrate } from '../../src/shared/schema/migrate.ts';
import { openServices, type Services } from '../../src/shared/services.ts';
import { importSubscribers } from '../../src/shared/subscribers/import.ts';
import { sampleNewsroom } from './newsroom.ts';

/** A letter that the scripted mail server took, as its log has it. */
export type TakenLetter = { readonly to: string; readonly messageId: string; readonly subject: string };

/** A whole house of real processes with its own servers and a scripted mail server, for tests that kill things. */
export type TestHouse = {
  readonly house: House;
  readonly services: Services;
  readonly config: Config;
  readonly elin: Actor;
  readonly jonas: Actor;
  /** Address the newsroom answers on, for requests of the test. */
  address(): string;
  /** Letters taken so far. */
  letters(): TakenLetter[];
  /** Starts one more worker process, outside of the supervisor. */
  startWorker(...queues: string[]): ChildProcess;
  close(): Promise<void>;
};

type HouseOptions = {
  subscribers: number;
  /** Arguments of smtp-main.ts. */
  smtp?: string[];
  /** Processes of the house that are not started. */
  without?: string[];
  environment?: Record<string, string>;
};

/** Opens the house and imports subscribers n0@lillan.example, n1@…; ends when the producers listen. */
export async function openTestHouse(options: HouseOptions): Promise<TestHouse> {
  const dataDir = mkdtempSync(join(tmpdir(), 'depesch-house-'));
  const letterLog = join(dataDir, 'letters.jsonl');
  const smtp = await startSmtp(letterLog, options.smtp ?? []);
  const given = readConfig(
    {
      DATA_DIR: dataDir,
      HOST: '127.0.0.1',
      PORT: '0',
      BASE_URL: 'https://press.alvmark.example',
      SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
      MAIL_FROM: 'Region Älvmark <nyheter@alvmark.example>',
      MAIL_RECIPIENTS: '*',
      SWEEP_SECONDS: '2',
      LOG_LEVEL: process.env.TEST_LOG ?? 'info',
      ...options.environment,
    },
    dataDir,
  );
  const log = openLog('test', process.env.TEST_LOG ?? 'silent', false);
  const people: Actor[] = [];
  const house = await openHouse({
    config: given,
    log,
    processes: HOUSE_PROCESSES.filter((process) => !options.without?.includes(process.name)),
    prepare: async (config) => void people.push(...(await prepare(config, options.subscribers))),
  });
  const services = await openServices({ config: house.config, log, redis: 'refusing' });
  const extra: ChildProcess[] = [];
  const port = await listeningPort(dataDir);
  return {
    house,
    services,
    config: house.config,
    elin: people[0]!,
    jonas: people[1]!,
    address: () => `http://127.0.0.1:${port}`,
    letters: () => readLetters(letterLog),
    startWorker(...queues) {
      const worker = spawn(process.execPath, [join(import.meta.dirname, '../../src/workers/main.ts'), ...queues], {
        env: childEnvironment(house.config),
        stdio: 'ignore',
      });
      extra.push(worker);
      return worker;
    },
    async close() {
      for (const worker of extra) worker.kill('SIGKILL');
      await services.close();
      await house.close();
      smtp.process.kill('SIGTERM');
      await discardVault(dataDir);
      removeServerFolder(dataDir, 'postgres');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function prepare(config: Config, subscribers: number): Promise<Actor[]> {
  const services = await openServices({ config, log: openLog('test', 'silent', false), redis: 'refusing' });
  try {
    await migrate(services.database);
    const newsroom = sampleNewsroom();
    await saveNewsroom(services.database, newsroom);
    await importSubscribers(services.database, { csv: subscriberCsv(subscribers), newsroom });
    const elin = await createAccount(services.database, {
      id: 'elin',
      name: 'Elin Sand',
      email: 'elin@alvmark.example',
      roles: ['author'],
    });
    const jonas = await createAccount(services.database, {
      id: 'jonas',
      name: 'Jonas Lind',
      email: 'jonas@alvmark.example',
      roles: ['approver'],
    });
    return [elin, jonas];
  } finally {
    await services.close();
  }
}

/** Subscribers of every topic in Swedish, in the import's columns. */
export function subscriberCsv(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => `n${index}@lillan.example,sv,*,consent,test,2026-01-01`);
  return `address,language,topics,legal basis,source,date\n${rows.join('\n')}\n`;
}

async function startSmtp(logFile: string, args: string[]): Promise<{ process: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'smtp-main.ts'), '--port', '0', '--log', logFile, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    const { port } = JSON.parse(line) as { port: number };
    return { process: child, port };
  }
  throw new Error('the mail server ended before it listened');
}

async function listeningPort(dataDir: string): Promise<number> {
  const path = join(dataDir, 'run/http.json');
  await until('the producers listen', () => existsSync(path));
  return (JSON.parse(readFileSync(path, 'utf8')) as { port: number }).port;
}

function readLetters(path: string): TakenLetter[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const letter = JSON.parse(line) as TakenLetter;
    return { ...letter, subject: decodeWords(letter.subject) };
  });
}

/** Subjects as a person reads them: encoded words (RFC 2047) in UTF-8, the white space between two of them gone. */
function decodeWords(header: string): string {
  const joined = header.replace(/\?=\s+=\?/g, '?==?');
  return joined.replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_whole, encoding: string, text: string) => {
    if (encoding.toUpperCase() === 'B') return Buffer.from(text, 'base64').toString('utf8');
    const bytes = text
      .replaceAll('_', ' ')
      .replace(/=([0-9A-F]{2})/gi, (_hex, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
  });
}

/** Looks until it is so. A condition that throws counts as not yet: servers are being killed. Gives up with the name of what never came. */
export async function until(what: string, condition: () => unknown, limitMs = 120_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    try {
      if (await condition()) return;
    } catch {
      // asked again
    }
    await sleep(25);
  }
  throw new Error(`${what}: not within ${limitMs} ms`);
}
