import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRedis } from '../../../src/shared/platform/redis.ts';
import { CHANNELS, type Channel } from '../../../src/shared/schema/tables.ts';
import { importSubscribers } from '../../../src/shared/subscribers/import.ts';
import { addEndpoint } from '../../../src/shared/webhooks/endpoints.ts';
import { handler as archive } from '../../../src/workers/archive.ts';
import { handler as email } from '../../../src/workers/email.ts';
import { handler as feeds } from '../../../src/workers/feeds.ts';
import { handler as html } from '../../../src/workers/html.ts';
import { type ChannelHandler, type Outcome, runChannelJob, runWorker } from '../../../src/workers/run.ts';
import { handler as webhooks } from '../../../src/workers/webhooks.ts';
import { handler as websub } from '../../../src/workers/websub.ts';
import { type CallbackServer, openCallbacks } from '../../support/callbacks.ts';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { subscriberCsv, until } from '../../support/newsroom-house.ts';
import { openWorld, type World } from '../../support/world.ts';

/*
 * One contract over every channel's worker. What a channel shows of the world is taken as one text: files of the public folder,
 * entries of the archive, rows of the run, what other systems were told.
 */
const HANDLERS: Record<Channel, ChannelHandler> = { html, feeds, email, archive, websub, webhooks };

let world: World;
let callbacks: CallbackServer;
beforeEach(async () => {
  world = await openWorld({ environment: { ALLOW_PRIVATE_CALLBACKS: 'yes' } });
  callbacks = await openCallbacks();
  const { newsroom } = await world.services.newsroom();
  await importSubscribers(world.services.database, { csv: subscriberCsv(3), newsroom });
  await addEndpoint(world.services, world.maria, { url: callbacks.url('/webhooks') });
  await sql`
    insert into hub_subscriptions (callback, host, feed, expires_at)
    values (${callbacks.url('/websub')}, 'callback.example', '/atom.xml', clock_timestamp() + interval '1 day')`.execute(
    world.services.database,
  );
});
afterEach(async () => {
  await callbacks.close();
  await world.close();
});

const context = () => ({ services: world.services, signal: new AbortController().signal });
const job = (release: string, revision: number) => ({ releaseId: release, revision });
async function run(channel: Channel, release: string, revision: number): Promise<void> {
  await feedsFirst(channel, release, revision);
  await runChannelJob(HANDLERS[channel], job(release, revision), context());
}

/** Nobody is told of feeds that are not written. */
async function feedsFirst(channel: Channel, release: string, revision: number): Promise<void> {
  if (channel === 'websub') await runChannelJob(feeds, job(release, revision), context());
}

async function receipt(channel: Channel, release: string, n: number) {
  return world.services.database
    .selectFrom('receipts')
    .selectAll()
    .where('release', '=', release)
    .where('n', '=', n)
    .where('channel', '=', channel)
    .executeTakeFirstOrThrow();
}

/** Everything the channel made, as hashes by name. */
async function made(channel: Channel): Promise<Record<string, string>> {
  if (channel === 'email') {
    const rows = await world.services.database
      .selectFrom('deliveries')
      .select(['n', 'seq', 'state', 'subscriber'])
      .orderBy('n')
      .orderBy('seq')
      .execute();
    return Object.fromEntries(rows.map((row) => [`${row.n}.${row.seq}`, `${row.subscriber} ${row.state}`]));
  }
  if (channel === 'websub' || channel === 'webhooks') {
    return Object.fromEntries(callbacks.posts(`/${channel}`).map((post, index) => [String(index), post.body]));
  }
  const root = join(world.dataDir, channel === 'archive' ? 'archive' : 'public');
  if (!existsSync(root)) return {};
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(root, name)).isFile());
  return Object.fromEntries(
    files.sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(root, name)))
        .digest('hex'),
    ]),
  );
}

describe.each(CHANNELS)('the %s worker', (channel) => {
  /** E-mail is done only when the letters are; here nobody sends them, so they are settled by hand. */
  async function sendLetters(): Promise<void> {
    if (channel !== 'email') return;
    await sql`update deliveries set state = 'accepted', carried_n = n, at = clock_timestamp() where state = 'pending'`.execute(
      world.services.database,
    );
    await sql`update receipts set due_at = clock_timestamp() where channel = 'email' and state = 'owed'`.execute(world.services.database);
  }

  it('does its work and says so in the receipt', async () => {
    const { release } = await publish(world, plainContent());
    await run(channel, release, 1);
    await sendLetters();
    await run(channel, release, 1);
    expect(await receipt(channel, release, 1)).toMatchObject({ state: 'done', attempts: 0, error: null });
    expect(Object.keys(await made(channel)).length).toBeGreaterThan(0);
  });

  it('changes nothing the second time, nor when two run at once', async () => {
    const { release } = await publish(world, plainContent());
    await run(channel, release, 1);
    const first = await made(channel);
    await world.services.database
      .updateTable('receipts')
      .set({ state: 'owed', due_at: sql`clock_timestamp()` })
      .where('channel', '=', channel)
      .execute();
    await Promise.all([run(channel, release, 1), run(channel, release, 1)]);
    expect(await made(channel)).toEqual(first);
  });

  it('never makes the world older when an old job comes after a new one', async () => {
    const { release, slug } = await publish(world, plainContent());
    await correct(world, release, plainContent({ body: 'Det rätta är klockan 21.' }), { kind: 'major' });
    await run(channel, release, 2);
    const newest = await made(channel);
    await run(channel, release, 1);
    const after = await made(channel);
    if (channel === 'archive') {
      // The archive keeps both; what it kept first is untouched.
      expect(Object.entries(newest).every(([name, hash]) => after[name] === hash)).toBe(true);
      const leaves = await world.services.database
        .selectFrom('archive_log')
        .select('n')
        .where('release', '=', release)
        .orderBy('n')
        .execute();
      expect(leaves.map((leaf) => leaf.n)).toEqual([1, 2]);
    } else if (channel === 'email') {
      const rows = await world.services.database.selectFrom('deliveries').select('subscriber').execute();
      expect(new Set(rows.map((row) => row.subscriber)).size).toBe(rows.length);
    } else {
      expect(after).toEqual(newest);
      if (channel === 'html')
        expect(readFileSync(join(world.dataDir, `public/releases/${slug}/index.html`), 'utf8')).toContain('klockan 21');
    }
  });

  it('carries a withdrawal, and nothing of the text is left outside the archive', async () => {
    const { release } = await publish(world, plainContent({ title: 'Hemlig rubrik om granskogen', slug: 'adress' }));
    await run(channel, release, 1);
    await withdraw(world, release);
    await run(channel, release, 2);
    if (channel === 'html' || channel === 'feeds') {
      const root = join(world.dataDir, 'public');
      for (const name of Object.keys(await made(channel)))
        expect([name, readFileSync(join(root, name), 'utf8').includes('granskogen')]).toEqual([name, false]);
    }
    expect(['done', 'owed']).toContain((await receipt(channel, release, 2)).state);
  });

  it('tries again after a passing failure, with a growing gap and the reason in the receipt', async () => {
    const { release } = await publish(world, plainContent());
    const failing: ChannelHandler = {
      ...HANDLERS[channel],
      handle: () => Promise.reject(Object.assign(new Error('disk away'), { code: 'ENOSPC' })),
    };
    await runChannelJob(failing, job(release, 1), context());
    const after = await receipt(channel, release, 1);
    expect(after).toMatchObject({ state: 'owed', attempts: 1, code: 'ENOSPC', error: 'disk away' });
    expect(after.due_at.getTime()).toBeGreaterThan(Date.now());
    await runChannelJob(HANDLERS[channel], job(release, 1), context());
    expect(await receipt(channel, release, 1)).toMatchObject({ attempts: 1, state: 'owed' });
  });

  it('ends a malformed job without trying again and goes on with the next', async () => {
    const { release } = await publish(world, plainContent());
    await feedsFirst(channel, release, 1);
    const connection = openRedis(world.config.redisUrl!, 'waiting', world.services.log);
    const queue = new Queue(channel, { connection, prefix: world.services.redisPrefix });
    await queue.obliterate({ force: true });
    await queue.add(channel, { releaseId: 7, other: 'x' }, { jobId: 'bad.1' });
    const worker = await runWorker(HANDLERS[channel], world.services, context().signal);
    await world.services.dispatch.wake([{ queue: channel, payload: job(release, 1) }]);
    await until('the good job was done', async () => Object.keys(await made(channel)).length > 0);
    await worker.close();
    expect(await queue.getJobCountByTypes('waiting', 'active', 'delayed', 'failed', 'completed', 'prioritized')).toBeLessThanOrEqual(1);
    await queue.close();
    connection.disconnect();
  });

  it('finishes what it has in hand when it is asked to stop', async () => {
    const { release } = await publish(world, plainContent());
    await feedsFirst(channel, release, 1);
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const slow: ChannelHandler = {
      ...HANDLERS[channel],
      async handle(given, at): Promise<Outcome> {
        begun.resolve();
        await goOn.promise;
        return HANDLERS[channel].handle(given, at);
      },
    };
    const worker = await runWorker(slow, world.services, context().signal);
    await world.services.dispatch.wake([{ queue: channel, payload: job(release, 1) }]);
    await begun.promise;
    const closing = worker.close();
    goOn.resolve();
    await closing;
    expect(Object.keys(await made(channel)).length).toBeGreaterThan(0);
  });
});

describe('a minor correction before the first letter left', () => {
  it('makes one row for each person; the newest text is what they get', async () => {
    const { release } = await publish(world, plainContent());
    await correct(world, release, plainContent({ body: 'Rättat.' }), { kind: 'minor', note: '' });
    await run('email', release, 1);
    const rows = await world.services.database.selectFrom('deliveries').select(['n', 'state']).execute();
    expect(rows).toEqual(Array.from({ length: 3 }, () => ({ n: 1, state: 'pending' })));
  });
});
