import type { Config } from './platform/config.ts';
import { Failure } from './platform/failure.ts';
import { Closers } from './platform/lifecycle.ts';
import type { Log } from './platform/log.ts';
import { openPool } from './platform/postgres.ts';
import { openRedis, REDIS_PREFIX, type RedisManner } from './platform/redis.ts';
import { type Dispatch, openDispatch } from './queue/dispatch.ts';
import type { Newsroom } from './release/newsroom/newsroom.ts';
import { loadNewsroom } from './release/newsroom/newsroom-store.ts';
import { type Database, openDatabase } from './schema/database.ts';

/** A changed newsroom file is seen by every process within this time. */
const NEWSROOM_CACHE_MS = 1_000;

/** What every use case and worker of one process shares. */
export type Services = {
  readonly config: Config;
  readonly log: Log;
  readonly database: Database;
  readonly dispatch: Dispatch;
  /** Prefix of every Redis key of this installation. */
  readonly redisPrefix: string;
  /** The newsroom as SQL has it, at most a second old. Throws `no_newsroom` before the first `up` or `migrate`. */
  newsroom(): Promise<{ newsroom: Newsroom; hash: string }>;
  /** The newsroom as it was last read, however long ago: for what must be said while PostgreSQL is away. Undefined before the first time. */
  lastNewsroom(): Newsroom | undefined;
  /** Forgets the cached newsroom. */
  forgetNewsroom(): void;
  close(): Promise<void>;
};

export type ServicesOptions = { config: Config; log: Log; redis: RedisManner; redisPrefix?: string; connections?: number };

/** Opens everything once; close() ends it in reverse. Needs the addresses of both servers in the configuration. */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { config, log } = options;
  if (!config.databaseUrl || !config.redisUrl) {
    throw new Failure('no_servers', 'DATABASE_URL and REDIS_URL are not set and no embedded servers were started');
  }
  const closers = new Closers();
  const database = openDatabase(openPool(config.databaseUrl, log, { max: options.connections ?? 8 }));
  closers.add('database', () => database.destroy());
  const redis = openRedis(config.redisUrl, options.redis, log);
  closers.add('redis', () => redis.disconnect());
  const redisPrefix = options.redisPrefix ?? REDIS_PREFIX;
  const dispatch = openDispatch(redis, log, redisPrefix);
  closers.add('dispatch', () => dispatch.close());
  let last: Newsroom | undefined;
  let cached: { at: number; value: ReturnType<typeof loadNewsroom> } | undefined;
  return {
    config,
    log,
    database,
    dispatch,
    redisPrefix,
    newsroom() {
      if (!cached || performance.now() - cached.at > NEWSROOM_CACHE_MS) {
        cached = { at: performance.now(), value: loadNewsroom(database) };
        cached.value.then(
          ({ newsroom }) => {
            last = newsroom;
          },
          () => {
            cached = undefined;
          },
        );
      }
      return cached.value;
    },
    lastNewsroom: () => last,
    forgetNewsroom() {
      cached = undefined;
    },
    async close() {
      for (const failure of await closers.close()) log.warn({ failure }, 'services.close_failed');
    },
  };
}
