import { Client } from 'pg';
import { sleep } from './clock.ts';
import type { Config } from './config.ts';
import { Failure, messageOf } from './failure.ts';
import type { Log } from './log.ts';
import { openRedis } from './redis.ts';

const OLDEST_POSTGRES = 15;

/**
 * Asks PostgreSQL whether it has what the program needs: its version, Swedish stemming. No extension is needed.
 * Returns its version. Throws Failure `postgres_away`, `postgres_too_old`, `postgres_incomplete`.
 */
async function checkPostgres(url: string, patienceMs: number): Promise<string> {
  const client = await connectPatiently(url, patienceMs);
  try {
    const version = (await client.query<{ server_version: string }>('show server_version')).rows[0]!.server_version.split(' ')[0]!;
    if (Number.parseInt(version, 10) < OLDEST_POSTGRES) {
      throw new Failure('postgres_too_old', `PostgreSQL is version ${version}; ${OLDEST_POSTGRES} or newer is needed.`);
    }
    const swedish = await client.query("select 1 from pg_ts_config where cfgname = 'swedish'");
    if (swedish.rowCount === 0) {
      throw new Failure(
        'postgres_incomplete',
        `PostgreSQL ${version} has no text search configuration swedish, which comes with PostgreSQL itself. Install it whole.`,
      );
    }
    return version;
  } finally {
    await client.end();
  }
}

async function connectPatiently(url: string, patienceMs: number): Promise<Client> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined); // the query in hand rejects with it
    try {
      await client.connect();
      return client;
    } catch (cause) {
      if (performance.now() > giveUpAt) {
        throw new Failure('postgres_away', `PostgreSQL cannot be reached: ${messageOf(cause)}. Look at DATABASE_URL and at the server.`, {
          cause,
        });
      }
      await sleep(250);
    }
  }
}

/**
 * Asks Redis for its version, and whether it would throw queued work away when memory is short: BullMQ must not lose keys.
 * Throws Failure `redis_away`, `redis_evicts`.
 */
async function checkRedis(url: string, patienceMs: number, log: Log): Promise<string> {
  const redis = openRedis(url, 'waiting', log);
  const giveUp = AbortSignal.timeout(patienceMs + 1_000);
  try {
    const away = new Promise<never>((_, reject) => {
      giveUp.addEventListener('abort', () =>
        reject(new Failure('redis_away', 'Redis cannot be reached. Look at REDIS_URL and at the server.')),
      );
    });
    const info = await Promise.race([redis.info(), away]);
    // INFO, because managed services often forbid CONFIG GET.
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
    if (policy !== undefined && policy !== 'noeviction') {
      throw new Failure(
        'redis_evicts',
        `Redis has maxmemory-policy ${policy}: when memory is short it would throw queued work away. Set it:  redis-cli config set maxmemory-policy noeviction   and the same in redis.conf.`,
      );
    }
    return /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown';
  } finally {
    redis.disconnect();
  }
}

/** How long a start waits for servers that may be starting themselves; a command in a terminal should answer sooner. */
export const PATIENCE_MS = { house: 30_000, command: 5_000 } as const;

/** Both checks, for the addresses of this configuration. */
export async function checkServers(config: Config, patienceMs: number, log: Log): Promise<{ postgres: string; redis: string }> {
  const [postgres, redis] = await Promise.all([
    checkPostgres(config.databaseUrl!, patienceMs),
    checkRedis(config.redisUrl!, patienceMs, log),
  ]);
  return { postgres, redis };
}
