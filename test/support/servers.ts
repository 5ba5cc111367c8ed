import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openPostgres } from '../../src/shared/platform/embedded/postgres.ts';
import { openEmbeddedRedis } from '../../src/shared/platform/embedded/redis.ts';
import { makeTemplate } from './world-database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Administrator's address of the cluster all integration tests share; each file makes a database of its own in it. */
    databaseUrl: string;
    redisUrl: string;
  }
}

/** One PostgreSQL and one Redis for the whole run. Nothing here must survive a power cut, so nothing is flushed to disk. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'depesch-test-'));
  chmodSync(dataDir, 0o711);
  const redis = await openEmbeddedRedis({ dataDir, settings: { appendfsync: 'no', databases: '1024' } });
  const postgres = await openPostgres({
    dataDir,
    settings: { fsync: 'off', full_page_writes: 'off', max_connections: '400', shared_buffers: '256MB' },
  });
  await makeTemplate(postgres.url);
  process.env.TEST_DATABASE_URL = postgres.url;
  process.env.TEST_REDIS_URL = redis.url;
  process.env.TEST_SERVER_LOGS = join(dataDir, 'log');
  project.provide('databaseUrl', postgres.url);
  project.provide('redisUrl', redis.url);
  return async () => {
    await postgres.stop(0);
    await redis.stop(0);
    rmSync(dataDir, { recursive: true, force: true });
  };
}
