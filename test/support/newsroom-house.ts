import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount } from '../../src/shared/accounts/accounts.ts';
import type { Actor } from '../../src/shared/accounts/actor.ts';
import { discardVault } from '../../src/shared/archive/vault.ts';
import { sleep } from '../../src/shared/platform/clock.ts';
import { type Config, childEnvironment, readConfig } from '../../src/shared/platform/config.ts';
import { removeServerFolder } from '../../src/shared/platform/embedded/folders.ts';
import { HOUSE_PROCESSES, type House, openHouse } from '../../src/shared/platform/embedded/house.ts';
import { findListening } from '../../src/shared/platform/embedded/listening.ts';
import { openLog } from '../../src/shared/platform/log.ts';
import type { Newsroom } from '../../src/shared/release/newsroom/newsroom.ts';
import { saveNewsroom } from '../../src/shared/release/newsroom/newsroom-store.ts';
import { migrate } from '../../src/shared/schema/migrate.ts';
import { openServices, type Services } from '../../src/shared/services.ts';
import { importSubscribers } from '../../src/shared/subscribers/import.ts';
import { startMailServer, type TakenLetter } from './mail-server-process.ts';
import { sampleNewsroom } from './newsroom.ts';
import type { SmtpMishap } from './smtp-server.ts';

export type { TakenLetter };

/** A whole house of real processes with its own servers and a scripted mail server, for tests that kill things. */
export type TestHouse = {
  readonly house: House;
  readonly services: Services;
  readonly config: Config;
  readonly elin: Actor;
  readonly jonas: Actor;
  /** Address the newsroom answers on, for requests of the test. */
  address(): string;
  /** Letters the scripted mail server has taken so far. */
  letters(): TakenLetter[];
  /** Letters that went wrong there. */
  mishaps(): SmtpMishap[];
  /** Starts one more worker process, outside of the supervisor. */
  startWorker(...queues: string[]): ChildProcess;
  /** The pid of a server that the house started. */
  serverPid(name: 'postgres' | 'redis'): number;
  close(): Promise<void>;
};

type HouseOptions = {
  /** How many, or a file of them as the import takes it. */
  subscribers: number | string;
  /** Arguments of smtp-main.ts, which is not started when the environment names another SMTP_URL. */
  smtp?: string[];
  newsroom?: Newsroom;
  /** What is there already when the processes start: runs after newsroom, subscribers and accounts. */
  before?: (services: Services) => Promise<void>;
  /** Processes of the house that are not started. */
  without?: string[];
  environment?: Record<string, string>;
};

/** Opens the house and imports subscribers (subscriberCsv); ends when the producers listen. */
export async function openTestHouse(options: HouseOptions): Promise<TestHouse> {
  const dataDir = mkdtempSync(join(tmpdir(), 'depesch-house-'));
  const mail = options.environment?.SMTP_URL === undefined ? await startMailServer(dataDir, options.smtp ?? []) : undefined;
  const given = readConfig(
    {
      DATA_DIR: dataDir,
      HOST: '127.0.0.1',
      PORT: '0',
      BASE_URL: 'https://press.alvmark.example',
      ...(mail && { SMTP_URL: `smtp://127.0.0.1:${mail.port}` }),
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
    prepare: async (config) => void people.push(...(await prepare(config, options))),
  });
  const services = await openServices({ config: house.config, log, redis: 'refusing' });
  const extra: ChildProcess[] = [];
  const close = async () => {
    for (const worker of extra) worker.kill('SIGKILL');
    await services.close();
    await house.close();
    mail?.process.kill('SIGTERM');
    await discardVault(dataDir);
    removeServerFolder(dataDir, 'postgres');
    rmSync(dataDir, { recursive: true, force: true });
  };
  const port = await listeningPort(dataDir).catch(async (error) => {
    await close();
    throw error;
  });
  return {
    house,
    services,
    config: house.config,
    elin: people[0]!,
    jonas: people[1]!,
    address: () => `http://127.0.0.1:${port}`,
    letters: () => mail?.letters() ?? [],
    mishaps: () => mail?.mishaps() ?? [],
    startWorker(...queues) {
      const worker = spawn(process.execPath, [join(import.meta.dirname, '../../src/workers/main.ts'), ...queues], {
        env: childEnvironment(house.config),
        stdio: 'ignore',
      });
      extra.push(worker);
      return worker;
    },
    serverPid: (name) => (JSON.parse(readFileSync(join(dataDir, `run/${name}.json`), 'utf8')) as { pid: number }).pid,
    close,
  };
}

async function prepare(config: Config, { subscribers, newsroom = sampleNewsroom(), before }: HouseOptions): Promise<Actor[]> {
  const services = await openServices({ config, log: openLog('test', 'silent', false), redis: 'refusing' });
  try {
    await migrate(services.database);
    await saveNewsroom(services.database, newsroom);
    const csv = typeof subscribers === 'string' ? subscribers : subscriberCsv(subscribers);
    await importSubscribers(services.database, { csv, newsroom });
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
    await createAccount(services.database, { id: 'maria', name: 'Maria Ek', email: 'maria@alvmark.example', roles: ['admin'] });
    await before?.(services);
    return [elin, jonas];
  } finally {
    await services.close();
  }
}

/** Subscribers of every topic in Swedish, in the import's columns: n0@lillan.example, n1@…, or in turn at lillan0.example, lillan1.example … */
export function subscriberCsv(count: number, domains = 1): string {
  const domain = (index: number) => (domains === 1 ? 'lillan.example' : `lillan${index % domains}.example`);
  const rows = Array.from({ length: count }, (_, index) => `n${index}@${domain(index)},sv,*,consent,test,2026-01-01`);
  return `address,language,topics,legal basis,source,date\n${rows.join('\n')}\n`;
}

/** The port of a house's producers, as soon as they listen. */
export async function listeningPort(dataDir: string): Promise<number> {
  await until('the producers listen', () => findListening(dataDir, 'http'));
  return findListening(dataDir, 'http')!.port;
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
