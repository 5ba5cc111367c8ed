import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createToken } from '../../src/shared/accounts/tokens.ts';
import { loadStatus } from '../../src/shared/publishing/status.ts';
import { lock } from '../../src/shared/schema/locks.ts';
import { approvedDraft, plainContent, publish } from '../support/newsdesk.ts';
import { openTestHouse, type TestHouse, until } from '../support/newsroom-house.ts';

let town: TestHouse;
beforeAll(async () => {
  town = await openTestHouse({ subscribers: 5, without: ['archive'], environment: { SHUTDOWN_MS: '2000' } });
}, 120_000);
afterAll(() => town?.close(), 60_000);

describe('a worker that is not there', () => {
  it('delays its own channel alone; status says which; started later it catches up', async () => {
    const { release } = await publish(town, plainContent({}, 'Ett'));
    const channel = async (name: string) => (await loadStatus(town.services, release)).channels.find((line) => line.channel === name)!;
    for (const name of ['html', 'feeds', 'email']) await until(`${name} is done`, async () => (await channel(name)).state === 'done');
    expect(await channel('archive')).toMatchObject({ state: 'owed', remark: 'no archive worker has started yet' });
    expect(await loadStatus(town.services, release)).toMatchObject({
      overall: 'behind',
      advice: [expect.objectContaining({ command: './depesch work archive' })],
    });
    const worker = town.startWorker('archive');
    await until('the archive has caught up', async () => (await channel('archive')).state === 'done');
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    worker.kill('SIGTERM');
    await gone;
    const second = await publish(town, plainContent({}, 'Två'));
    const after = (await loadStatus(town.services, second.release)).channels.find((line) => line.channel === 'archive')!;
    expect(after.remark).toMatch(/^no archive worker since \d{4}-/);
  });

  it('ends in its time when it is asked to, also while its job waits for something that does not come', async () => {
    const held = Promise.withResolvers<void>();
    const letGo = Promise.withResolvers<void>();
    const holding = town.services.database.transaction().execute(async (tx) => {
      await lock(tx, 'channel:archive');
      held.resolve();
      await letGo.promise;
    });
    await held.promise;
    const worker = town.startWorker('archive');
    await publish(town, plainContent({}, 'Två och en halv'));
    await until('the job waits for the lock', async () => {
      const { rows } = await sql`select from pg_locks where not granted and locktype = 'advisory'`.execute(town.services.database);
      return rows.length > 0;
    });
    const gone = new Promise((resolve) => worker.once('exit', (status) => resolve(status)));
    worker.kill('SIGTERM');
    // SHUTDOWN_MS and what closing may take, with room for a busy machine; the lock is never let go meanwhile.
    expect(await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 20_000, 'still there'))])).toBe(0);
    letGo.resolve();
    await holding;
  });
});

describe('with Redis stopped', () => {
  it('publishing by HTTP answers 202, and everything goes out when Redis is back', async () => {
    town.startWorker('archive');
    const token = await createToken(town.services.database, { account: 'jonas', name: 'test' });
    const draft = await approvedDraft(town, plainContent({}, 'Tre'));
    const { pid } = JSON.parse(readFileSync(join(town.config.dataDir, 'run/redis.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGSTOP');
    try {
      const response = await fetch(`${town.address()}/api/releases/${draft.release}/publish`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ hash: draft.hash }),
        signal: AbortSignal.timeout(10_000),
      });
      expect(response.status).toBe(202);
      expect(response.headers.get('location')).toContain('/status');
      expect(await loadStatus(town.services, draft.release)).toMatchObject({ state: 'public' });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await until('everything went out', async () => (await loadStatus(town.services, draft.release)).overall === 'done');
  });
});
