import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, withPort, withServers } from '../config.ts';
import type { Log } from '../log.ts';
import { readHolder, waitForPidLock } from '../pid-lock.ts';
import { findProcess, isAlive } from '../process-identity.ts';
import { checkServers, PATIENCE_MS } from '../server-checks.ts';
import { prepareDataFolder } from './folders.ts';
import { findListening } from './listening.ts';
import { type EmbeddedServer, openPostgres } from './postgres.ts';
import { openEmbeddedRedis } from './redis.ts';
import { type Purpose, readMemory, writeMemory } from './server-process.ts';

/** How one server came to be at hand. */
export type ServerNote = {
  readonly name: 'postgresql' | 'redis';
  readonly version: string;
  readonly how: 'started' | 'adopted' | 'external';
  readonly ms: number;
};

export type Servers = {
  /** The configuration with the addresses of both servers, and of the local inbox when one is open. */
  readonly config: Config;
  readonly notes: readonly ServerNote[];
  /** Starts again what died since. */
  revive(): Promise<void>;
  close(): Promise<void>;
};

/** initdb on a slow disk, while another command waits. */
const START_LOCK_MS = 120_000;

/**
 * PostgreSQL and Redis for this process: those of DATABASE_URL and REDIS_URL, else the embedded ones of DATA_DIR, adopted when they run already.
 * A `house` keeps them until its own end; a `command` ends what commands started once no other process uses it.
 * Throws Failure or Conflict when one cannot start or lacks something.
 */
export async function openServers(config: Config, purpose: Purpose, log: Log): Promise<Servers> {
  const embedded = new EmbeddedServers(config, purpose);
  try {
    const notes = await embedded.open();
    const complete = withServers(purpose === 'command' ? atNewsroom(config) : config, {
      databaseUrl: config.databaseUrl ?? embedded.url('postgresql'),
      redisUrl: config.redisUrl ?? embedded.url('redis'),
      inboxPort: config.inboxPort ?? findListening(config.dataDir, 'inbox')?.port,
    });
    const versions = await checkServers(complete, PATIENCE_MS[purpose], log);
    for (const [name, version, url] of [
      ['postgresql', versions.postgres, config.databaseUrl],
      ['redis', versions.redis, config.redisUrl],
    ] as const) {
      if (url !== undefined) notes.push({ name, version, how: 'external', ms: 0 });
    }
    return { config: complete, notes, revive: () => embedded.revive(), close: () => embedded.close() };
  } catch (error) {
    await embedded.close();
    throw error;
  }
}

/** Where no public address is set, the newsroom's is where it listens, on whatever port: links that a command prints must lead there. */
function atNewsroom(config: Config): Config {
  const newsroom = config.environment.BASE_URL === undefined ? findListening(config.dataDir, 'http') : undefined;
  return newsroom ? withPort(config, newsroom.port) : config;
}

class EmbeddedServers {
  readonly #config: Config;
  readonly #purpose: Purpose;
  readonly #servers = new Map<ServerNote['name'], EmbeddedServer>();
  /** This process has said that it uses the servers. */
  #registered = false;

  constructor(config: Config, purpose: Purpose) {
    this.#config = config;
    this.#purpose = purpose;
  }

  get #none(): boolean {
    return this.#config.databaseUrl !== undefined && this.#config.redisUrl !== undefined;
  }

  url(name: ServerNote['name']): string {
    return this.#servers.get(name)!.url;
  }

  async open(): Promise<ServerNote[]> {
    if (this.#none) return [];
    const { dataDir } = this.#config;
    prepareDataFolder(dataDir);
    const lock = await waitForPidLock(this.#path('servers.lock'), START_LOCK_MS);
    try {
      writeFileSync(this.#path(`user.${process.pid}`), JSON.stringify(findProcess(process.pid)), { mode: 0o600 });
      this.#registered = true;
      const notes: ServerNote[] = [];
      if (this.#config.redisUrl === undefined)
        notes.push(await this.#openOne('redis', () => openEmbeddedRedis({ dataDir, purpose: this.#purpose })));
      if (this.#config.databaseUrl === undefined)
        notes.push(await this.#openOne('postgresql', () => openPostgres({ dataDir, purpose: this.#purpose })));
      return notes.reverse();
    } finally {
      lock.release();
    }
  }

  async #openOne(name: ServerNote['name'], open: () => Promise<EmbeddedServer>): Promise<ServerNote> {
    const before = performance.now();
    const server = await open();
    this.#servers.set(name, server);
    if (this.#purpose === 'house' && server.startedFor === 'command') this.#claim(name);
    return { name, version: server.version, how: server.started ? 'started' : 'adopted', ms: performance.now() - before };
  }

  /** From now on no command ends this server. */
  #claim(name: ServerNote['name']): void {
    const file = this.#path(name === 'redis' ? 'redis.json' : 'postgres.json');
    const memory = readMemory(file);
    if (memory !== undefined) writeMemory(file, { ...memory, startedFor: 'house' });
  }

  async revive(): Promise<void> {
    for (const server of this.#servers.values()) {
      if (!isAlive(server.identity)) {
        await this.open();
        return;
      }
    }
  }

  async close(): Promise<void> {
    if (!this.#registered) return;
    const lock = await waitForPidLock(this.#path('servers.lock'), START_LOCK_MS);
    try {
      rmSync(this.#path(`user.${process.pid}`), { force: true });
      for (const name of [...this.#servers.keys()].reverse()) {
        if (this.#mayEnd(name)) await this.#servers.get(name)!.stop(this.#config.shutdownMs);
        this.#servers.delete(name);
      }
    } finally {
      lock.release();
    }
  }

  #mayEnd(name: ServerNote['name']): boolean {
    if (this.#purpose === 'house') return true;
    const memory = readMemory(this.#path(name === 'redis' ? 'redis.json' : 'postgres.json'));
    return memory?.startedFor === 'command' && !this.#inUse();
  }

  /** True while another living process has said that it uses the servers. */
  #inUse(): boolean {
    for (const file of readdirSync(this.#path('.')).filter((name) => /^user\.\d+$/.test(name))) {
      const user = readHolder(this.#path(file));
      if (user !== undefined && isAlive(user)) return true;
      rmSync(this.#path(file), { force: true });
    }
    return false;
  }

  #path(name: string): string {
    return join(this.#config.dataDir, 'run', name);
  }
}
