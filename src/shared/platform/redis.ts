import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from './log.ts';

/** Every key of ours begins with this; the braces put all of them on one slot of a Redis Cluster. */
export const REDIS_PREFIX = '{depesch}';

/**
 * `waiting` (workers) retries for ever and queues commands while Redis is away.
 * `refusing` (producers) rejects at once while Redis is away: publishing never waits for Redis.
 */
export type RedisManner = 'waiting' | 'refusing';

/** Opens a connection to `redis://…`, `rediss://…` or `unix:///path/of/socket`. */
export function openRedis(url: string, manner: RedisManner, log: Log): Redis {
  const options: RedisOptions = {
    maxRetriesPerRequest: null,
    enableOfflineQueue: manner === 'waiting',
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 5), 1_000),
    connectTimeout: 5_000,
  };
  const redis = url.startsWith('unix:') ? new Redis({ ...options, path: new URL(url).pathname }) : new Redis(url, options);
  let away = false;
  // Without a listener a lost connection would end the process; one line per outage is enough.
  redis.on('error', (error: Error & { code?: string }) => {
    if (!away) log.warn({ code: error.code ?? error.message }, 'redis.away');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info('redis.back');
    away = false;
  });
  return redis;
}
