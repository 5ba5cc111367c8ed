import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount } from '../../src/shared/accounts/accounts.ts';
import type { Actor } from '../../src/shared/accounts/actor.ts';
import { discardVault } from '../../src/shared/archive/vault.ts';
import { type Config, readConfig } from '../../src/shared/platform/config.ts';
import { openLog } from '../../src/shared/platform/log.ts';
import type { Newsroom } from '../../src/shared/release/newsroom/newsroom.ts';
import { saveNewsroom } from '../../src/shared/release/newsroom/newsroom-store.ts';
import { migrate } from '../../src/shared/schema/migrate.ts';
import { openServices, type Services } from '../../src/shared/services.ts';
import { sampleNewsroom } from './newsroom.ts';
import { makeDatabase } from './world-database.ts';

/** A newsroom of one test file: its own database, Redis prefix and folder on the servers that servers.ts started. */
export type World = {
  readonly services: Services;
  readonly config: Config;
  readonly dataDir: string;
  /** elin writes, jonas approves, maria administers. */
  readonly elin: Actor;
  readonly jonas: Actor;
  readonly maria: Actor;
  close(): Promise<void>;
};

export type WorldOptions = { newsroom?: Newsroom; environment?: Record<string, string> };

/** Opens a fresh world, migrated, with the sample newsroom and three accounts. Close it in afterAll. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const own = await makeDatabase(process.env.TEST_DATABASE_URL!);
  const dataDir = await mkdtemp(join(tmpdir(), 'depesch-world-'));
  const config = readConfig(
    {
      DATABASE_URL: own.url,
      REDIS_URL: process.env.TEST_REDIS_URL!,
      DATA_DIR: dataDir,
      LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
      ...options.environment,
    },
    dataDir,
  );
  const services = await openServices({
    config,
    log: openLog('test', config.logLevel, false),
    redis: 'refusing',
    redisPrefix: `{${own.name}}`,
  });
  // The template has the tables; this makes the world's keys.
  await migrate(services.database);
  await saveNewsroom(services.database, options.newsroom ?? sampleNewsroom());
  const elin = await createAccount(services.database, { id: 'elin', name: 'Elin Sand', email: 'elin@alvmark.example', roles: ['author'] });
  const jonas = await createAccount(services.database, {
    id: 'jonas',
    name: 'Jonas Lind',
    email: 'jonas@alvmark.example',
    roles: ['approver'],
  });
  const maria = await createAccount(services.database, { id: 'maria', name: 'Maria Ek', email: 'maria@alvmark.example', roles: ['admin'] });
  return {
    services,
    config,
    dataDir,
    elin,
    jonas,
    maria,
    async close() {
      await services.close();
      await own.remove();
      await discardVault(dataDir);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
