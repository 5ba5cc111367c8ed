import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watch } from '../../../src/shared/publishing/alerts.ts';
import type { Newsroom } from '../../../src/shared/release/newsroom/newsroom.ts';
import { handler as feeds } from '../../../src/workers/feeds.ts';
import { runChannelJob } from '../../../src/workers/run.ts';
import { handler as websub } from '../../../src/workers/websub.ts';
import { type CallbackServer, openCallbacks } from '../../support/callbacks.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openWeb } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let hub: CallbackServer;
beforeEach(async () => {
  hub = await openCallbacks();
});
afterEach(async () => {
  await hub.close();
  await world.close();
});

async function open(newsroom: Partial<Newsroom>): Promise<void> {
  world = await openWorld({ newsroom: sampleNewsroom(newsroom), environment: { BASE_URL: 'https://press.alvmark.example' } });
}
const context = () => ({ services: world.services, signal: new AbortController().signal });
const run = (handler: typeof feeds, release: string) => runChannelJob(handler, { releaseId: release, revision: 1 }, context());

async function receipt(release: string) {
  return world.services.database
    .selectFrom('receipts')
    .select(['state', 'detail', 'attempts', 'error'])
    .where('release', '=', release)
    .where('channel', '=', 'websub')
    .executeTakeFirst();
}

describe('a hub that the newsroom file names', () => {
  it('is pinged once for each feed the revision is in, after the feeds are written, and is named in their headers', async () => {
    await open({ hubs: [hub.url('/hub')] });
    const { release } = await publish(world, plainContent());
    await run(websub, release);
    expect(hub.received()).toEqual([]);
    await run(feeds, release);
    await sql`update receipts set due_at = clock_timestamp() where channel = 'websub'`.execute(world.services.database);
    await run(websub, release);
    const pings = hub.posts().map((ping) => new URLSearchParams(ping.body));
    expect(new Set(pings.map((ping) => ping.get('hub.mode')))).toEqual(new Set(['publish']));
    const topics = pings.map((ping) => ping.get('hub.url'));
    expect(new Set(topics).size).toBe(topics.length);
    expect(topics).toEqual(
      expect.arrayContaining(
        ['/rss.xml', '/sv/atom.xml', '/topics/naringsliv/feed.json'].map((path) => `https://press.alvmark.example${path}`),
      ),
    );
    expect(topics.join()).not.toContain('kollektivtrafik');
    expect(await receipt(release)).toMatchObject({ state: 'done', detail: { told: '1' } });
    await run(websub, release);
    expect(hub.posts()).toHaveLength(topics.length);
    const web = await openWeb(world);
    expect((await web.get('/rss.xml')).headers.link).toContain(`<${hub.url('/hub')}>; rel="hub"`);
    expect(
      (
        await web.app.inject({
          method: 'POST',
          url: '/hub',
          payload: 'hub.mode=subscribe',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        })
      ).statusCode,
    ).toBe(404);
    await web.close();
  });

  it('that cannot be reached keeps the receipt open with its name, is tried again, and is told of after five minutes', async () => {
    await open({ hubs: [hub.url('/hub')] });
    hub.answer(() => 503);
    const { release } = await publish(world, plainContent());
    await run(feeds, release);
    await run(websub, release);
    expect(await receipt(release)).toMatchObject({ state: 'owed', attempts: 1, error: `the hub ${hub.url('/hub')} answered 503` });
    await sql`update receipts set owed_at = clock_timestamp() - interval '6 minutes', due_at = clock_timestamp() where channel = 'websub'`.execute(
      world.services.database,
    );
    expect(await watch(world.services)).toMatchObject({ opened: 1 });
    hub.answer(() => 202);
    await run(websub, release);
    expect(await receipt(release)).toMatchObject({ state: 'done', error: null });
  });
});

describe('a newsroom', () => {
  it('without a hub has none in its feeds and nobody to tell', async () => {
    await open({ hubs: [] });
    const { release } = await publish(world, plainContent());
    await run(websub, release);
    expect(await receipt(release)).toMatchObject({ state: 'done', detail: { told: '0' } });
  });

  it('that leaves the channel out owes it nothing', async () => {
    await open({ channels: ['html', 'feeds', 'email', 'archive', 'webhooks'] });
    const { release } = await publish(world, plainContent());
    expect(await receipt(release)).toBeUndefined();
  });

  it('that waits for its feeds is told of them alone', async () => {
    await open({ hubs: [hub.url('/hub')] });
    await publish(world, plainContent());
    await sql`update receipts set owed_at = clock_timestamp() - interval '6 minutes'`.execute(world.services.database);
    await watch(world.services);
    const alerts = await world.services.database.selectFrom('alerts').select('cause').execute();
    expect(alerts.map(({ cause }) => cause)).not.toContain('owed:websub');
    expect(alerts.map(({ cause }) => cause)).toContain('owed:feeds');
  });
});
