import { sql } from 'kysely';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyArchive } from '../../src/shared/archive/verify.ts';
import { openRedis } from '../../src/shared/platform/redis.ts';
import { loadStatus } from '../../src/shared/publishing/status.ts';
import { lock } from '../../src/shared/schema/locks.ts';
import { plainContent, publish } from '../support/newsdesk.ts';
import { openTestHouse, type TestHouse, until } from '../support/newsroom-house.ts';

const AUDIENCE = 1_000;

/** Each killed or stopped sender may leave what its lines were carrying: at most one letter a line (mail/transport.ts opens five). */
const LINES = 5;

let town: TestHouse;
beforeAll(async () => {
  // 300 ms a letter makes the run long enough to be hit in its middle again and again.
  town = await openTestHouse({ subscribers: AUDIENCE, smtp: ['--delay-ms', '300'] });
}, 120_000);
afterAll(() => town?.close(), 60_000);

describe('a run to 1 000 subscribers, with every kind of death in the middle of it', () => {
  let release = '';
  const accepted = async () => {
    const row = await town.services.database
      .selectFrom('deliveries')
      .select((rows) => rows.fn.countAll<number>().as('count'))
      .where('release', '=', release)
      .where('state', '=', 'accepted')
      .executeTakeFirstOrThrow();
    return Number(row.count);
  };
  /** Waits for so many letters; the fault that comes next must hit a run that is not over. */
  const reaches = async (count: number) => {
    await until(`${count} accepted`, async () => (await accepted()) >= count);
    expect(await accepted()).toBeLessThan(AUDIENCE);
  };
  let lostSenders = 0;

  it('loses the letters’ worker to kill -9', async () => {
    release = (await publish(town, plainContent({}, 'Stora'))).release;
    await reaches(60);
    expect(town.house.processes.kill('delivery')).toBe(true);
    lostSenders += 1;
    await reaches(90);
  });

  it('loses everything in Redis to FLUSHALL', async () => {
    const redis = openRedis(town.config.redisUrl!, 'waiting', town.services.log);
    await redis.flushall();
    redis.disconnect();
    await reaches(150);
  });

  it('loses the html, feeds and archive workers to kill -9 while each holds a job', async () => {
    const channels = ['html', 'feeds', 'archive'] as const;
    const held = await holdChannels(channels);
    const other = await publish(town, plainContent({ letters: false }, 'Andra'));
    await until('three workers wait inside their jobs', async () => (await held.waiting()) === channels.length);
    for (const channel of channels) expect(town.house.processes.kill(channel)).toBe(true);
    await held.letGo();
    await until('all three are done', async () => (await loadStatus(town.services, other.release)).overall === 'done');
    await reaches(260);
  });

  it('loses the email worker to kill -9 while it holds the mailing', async () => {
    await town.services.database.transaction().execute(async (tx) => {
      await tx.selectFrom('mailings').selectAll().where('release', '=', release).forUpdate().execute();
      await town.services.dispatch.wake([{ queue: 'email', payload: { releaseId: release, revision: 1 } }]);
      expect(town.house.processes.kill('email')).toBe(true);
    });
    await reaches(400);
  });

  it('loses redis-server to kill -9, and gets it back', async () => {
    process.kill(town.serverPid('redis'), 'SIGKILL');
    await reaches(450);
  });

  it('loses PostgreSQL to kill -9, and gets it back', async () => {
    process.kill(town.serverPid('postgres'), 'SIGKILL');
    await reaches(520);
  });

  it('has a letters’ worker stopped past its claims, another take over, and the first woken', async () => {
    const before = await countOf('unknown');
    const pid = town.house.processes.pids().get('delivery')!;
    process.kill(pid, 'SIGSTOP');
    town.startWorker('delivery');
    await until('the sweep finds the stopped sender’s claims', async () => (await countOf('unknown')) > before, 150_000);
    process.kill(pid, 'SIGCONT');
    lostSenders += 1;
    // Woken, it gives back what it had not begun, and only it can: an ended run is opened again by that and ends a second time.
    await until('the woken worker has settled its own letters and the run has ended', async () => {
      const { channels, letters } = await loadStatus(town.services, release);
      return letters[0]!.counts.unknown <= lostSenders * LINES && channels.every((line) => line.state === 'done');
    });
  });

  const countOf = async (state: 'unknown' | 'accepted') => (await loadStatus(town.services, release)).letters[0]!.counts[state];

  it('ends with every receipt done and the equation closed', async () => {
    const status = await loadStatus(town.services, release);
    expect(status.letters).toHaveLength(1);
    expect(status.letters[0]).toMatchObject({ audience: AUDIENCE, sumIsRight: true });
    const owed = await town.services.database.selectFrom('receipts').selectAll().where('state', '<>', 'done').execute();
    expect(owed).toEqual([]);
  });

  it('has mailed nobody twice and missed nobody; every doubt is listed', async () => {
    const letters = town.letters();
    const got = letters.map((letter) => letter.to);
    expect(new Set(got).size).toBe(got.length);
    const { rows } = await sql<{ address: string; state: string }>`
      select s.address, d.state from deliveries d join subscribers s on s.id = d.subscriber where d.release = ${release}`.execute(
      town.services.database,
    );
    expect(rows).toHaveLength(AUDIENCE);
    const taken = new Set(got);
    const wrong = rows.filter((row) => (row.state === 'accepted') !== taken.has(row.address) && row.state !== 'unknown');
    expect(wrong).toEqual([]);
    expect(rows.filter((row) => row.state !== 'accepted' && row.state !== 'unknown')).toEqual([]);
    const unknown = rows.filter((row) => row.state === 'unknown').length;
    expect(unknown).toBeLessThanOrEqual(lostSenders * LINES);
  });

  it('leaves every output whole', async () => {
    for (const path of ['/', '/rss.xml', '/atom.xml', '/feed.json', '/sitemap.xml']) {
      const response = await fetch(town.address() + path);
      expect([path, response.status]).toEqual([path, 200]);
      const text = await response.text();
      if (path.endsWith('.xml')) new SaxesParser({ xmlns: true }).write(text).close();
      if (path.endsWith('.json')) expect(JSON.parse(text).items).toHaveLength(2);
    }
    expect(await verifyArchive(town.services)).toMatchObject({ ok: true });
  });

  /** Holds the channels' locks, so that their workers wait in the middle of their jobs. */
  async function holdChannels(channels: readonly string[]): Promise<{ waiting(): Promise<number>; letGo(): Promise<void> }> {
    const locked = Promise.withResolvers<void>();
    const free = Promise.withResolvers<void>();
    const holding = town.services.database.transaction().execute(async (tx) => {
      for (const channel of channels) await lock(tx, `channel:${channel}`);
      locked.resolve();
      await free.promise;
    });
    await locked.promise;
    return {
      async waiting() {
        const waiting = sql`select 1 from pg_locks where locktype = 'advisory' and not granted`;
        return (await waiting.execute(town.services.database)).rows.length;
      },
      async letGo() {
        free.resolve();
        await holding;
      },
    };
  }
});
