import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sweep } from '../../../src/shared/publishing/sweep.ts';
import type { Channel } from '../../../src/shared/schema/tables.ts';
import { type ChannelHandler, type Outcome, runChannelJob, runWorker } from '../../../src/workers/run.ts';
import { latch } from '../../support/letters.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const run = (handler: ChannelHandler, release: string) =>
  runChannelJob(handler, { releaseId: release, revision: 1 }, { services: world.services, signal: new AbortController().signal });

async function receipts(channel: Channel) {
  const { rows } = await sql<{ release: string; attempts: number; error: string | null; inMs: number }>`
    select release, attempts, error, (extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as "inMs"
    from receipts where channel = ${channel} order by publication`.execute(world.services.database);
  return rows;
}

const answering = (name: Channel, outcome: () => Promise<Outcome> | Outcome): ChannelHandler => ({
  name,
  handle: async () => outcome(),
});

describe('a receipt that is put off', () => {
  it('is not, when somebody made it due while its job was at work: their wake-up was a no-op beside it', async () => {
    const { release } = await publish(world, plainContent());
    const hasten = () => sql`update receipts set due_at = clock_timestamp() where channel = 'email'`.execute(world.services.database);
    await run(
      answering('email', async () => {
        await hasten();
        return { kind: 'later', dueAt: new Date(Date.now() + 3_600_000) };
      }),
      release,
    );
    expect((await receipts('email'))[0]!.inMs).toBeLessThanOrEqual(0);
    await run(
      answering('email', () => ({ kind: 'later', dueAt: new Date(Date.now() + 3_600_000) })),
      release,
    );
    expect((await receipts('email'))[0]!.inMs).toBeGreaterThan(3_500_000);
  });

  it('is looked at again and again, each time by the job that put it off, without the sweep', async () => {
    const { release } = await publish(world, plainContent());
    let looks = 0;
    const seen = latch();
    const worker = await runWorker(
      answering('email', () => {
        looks += 1;
        if (looks === 4) seen.open();
        return { kind: 'again', afterMs: 300 };
      }),
      world.services,
      new AbortController().signal,
    );
    await world.services.dispatch.wake([{ queue: 'email', payload: { releaseId: release, revision: 1 } }]);
    await seen.wait;
    await worker.close();
  });

  it('waits by PostgreSQL’s clock, whatever this machine takes the time for', async () => {
    const { release } = await publish(world, plainContent());
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
    await run(
      answering('email', () => ({ kind: 'again', afterMs: 5_000 })),
      release,
    );
    clock.mockRestore();
    expect((await receipts('email'))[0]!.inMs).toBeGreaterThan(2_000);
    expect((await receipts('email'))[0]!.inMs).toBeLessThanOrEqual(5_000);
  });
});

describe('a pass that serves every owed receipt of a channel', () => {
  it('puts them all off when it fails: they do not try the same in vain one after another', async () => {
    const { release } = await publish(world, plainContent({}, 'Ett'));
    await publish(world, plainContent({}, 'Två'));
    await publish(world, plainContent({}, 'Tre'));
    await run({ ...answering('html', () => Promise.reject(new Error('no space left'))), shared: true }, release);
    const rows = await receipts('html');
    expect(rows.map((row) => [row.attempts, row.error, row.inMs > 0])).toEqual(Array(3).fill([1, 'no space left', true]));
  });
});

describe('the sweep', () => {
  it('wakes each channel by itself: what one without a worker has piled up keeps no other waiting', async () => {
    const { release } = await publish(world, plainContent());
    // 600 pages that nobody writes, all older than the letters.
    await sql`insert into releases (slug, language) select 'gammal-' || i, 'sv' from generate_series(1, 600) i`.execute(
      world.services.database,
    );
    await sql`
      with old as (
        insert into revisions (release, n, kind, hash, author, approver, publication, published_at)
        select id, 1, 'withdrawal', 'x', 'elin', 'jonas', -row_number() over (), clock_timestamp() from releases where slug like 'gammal-%'
        returning release, n, publication)
      insert into receipts (release, n, channel, publication) select release, n, 'html', publication from old`.execute(
      world.services.database,
    );
    const woken: string[] = [];
    const dispatch = {
      ...world.services.dispatch,
      wake: async (wakes: Parameters<typeof world.services.dispatch.wake>[0]) => {
        woken.push(...wakes.flatMap((wake) => ('releaseId' in wake.payload && wake.payload.releaseId === release ? [wake.queue] : [])));
        return wakes.length;
      },
    };
    await sweep({ ...world.services, dispatch });
    expect(woken).toEqual(expect.arrayContaining(['feeds', 'email', 'archive']));
  });

  it('does the rest when one part of it fails, and says so', async () => {
    const { release } = await publish(world, plainContent());
    await sql`alter table senders rename to senders_away`.execute(world.services.database);
    const woken: string[] = [];
    const dispatch = {
      ...world.services.dispatch,
      wake: async (wakes: Parameters<typeof world.services.dispatch.wake>[0]) => {
        woken.push(...wakes.map((wake) => wake.queue));
        return wakes.length;
      },
    };
    await expect(sweep({ ...world.services, dispatch })).rejects.toThrow(/senders/);
    expect(new Set(woken)).toEqual(new Set(['html', 'feeds', 'email', 'archive', 'websub', 'webhooks']));
    expect(release).toBeDefined();
  });
});
