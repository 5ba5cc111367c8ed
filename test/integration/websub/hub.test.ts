import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadStatus } from '../../../src/shared/publishing/status.ts';
import { sweep } from '../../../src/shared/publishing/sweep.ts';
import type { HubSubscription } from '../../../src/shared/websub/subscriptions.ts';
import { handler as feeds } from '../../../src/workers/feeds.ts';
import { runChannelJob } from '../../../src/workers/run.ts';
import { handler as websub } from '../../../src/workers/websub.ts';
import { type CallbackServer, openCallbacks } from '../../support/callbacks.ts';
import { approvedDraft, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openWeb, type Web } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

/* Our own hub, talked to as a subscriber does: POST /hub, the hub's question, pushes to a real server. */

const SECRET = 'a secret of the subscriber’s';

let world: World;
let web: Web;
let callbacks: CallbackServer;
beforeEach(async () => {
  world = await openWorld({ environment: { ALLOW_PRIVATE_CALLBACKS: 'yes', BASE_URL: 'https://press.alvmark.example' } });
  web = await openWeb(world);
  callbacks = await openCallbacks();
});
afterEach(async () => {
  await callbacks.close();
  await web.close();
  await world.close();
});

const context = () => ({ services: world.services, signal: new AbortController().signal });
const job = (release: string, revision = 1) => ({ releaseId: release, revision });
const writeFeeds = (release: string, revision = 1) => runChannelJob(feeds, job(release, revision), context());
const tell = (release: string, revision = 1) => runChannelJob(websub, job(release, revision), context());
/** What the sweep wakes the worker for. */
const work = () => runChannelJob(websub, { rebuild: true }, context());

function ask(form: Record<string, string>) {
  return web.app.inject({
    method: 'POST',
    url: '/hub',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.topic': 'https://press.alvmark.example/atom.xml',
      'hub.callback': callbacks.url('/push'),
      ...form,
    }).toString(),
  });
}

async function subscribe(form: Record<string, string> = {}): Promise<void> {
  expect((await ask(form)).statusCode).toBe(202);
  await work();
}

async function published(mark?: string): Promise<string> {
  const { release } = await publish(world, plainContent({}, mark));
  await writeFeeds(release);
  return release;
}

const rows = () => world.services.database.selectFrom('hub_subscriptions').selectAll().orderBy('callback').execute();

async function receipt(release: string, n = 1) {
  return world.services.database
    .selectFrom('receipts')
    .select(['state', 'detail', 'attempts', 'error'])
    .where('release', '=', release)
    .where('n', '=', n)
    .where('channel', '=', 'websub')
    .executeTakeFirstOrThrow();
}

const makeDue = () => sql`update hub_subscriptions set due_at = clock_timestamp()`.execute(world.services.database);
const file = (path: string) => readFileSync(join(world.dataDir, 'public', path), 'utf8');

describe('a subscription', () => {
  it('holds once the callback has given the challenge back, with what it asked for and its own query kept', async () => {
    await subscribe({ 'hub.callback': callbacks.url('/push?of=7&hub.x=1'), 'hub.lease_seconds': '172800' });
    const [asked, ...more] = callbacks.received();
    expect(more).toEqual([]);
    expect(asked!.method).toBe('GET');
    expect(Object.fromEntries(asked!.query)).toMatchObject({
      of: '7',
      'hub.x': '1',
      'hub.mode': 'subscribe',
      'hub.topic': 'https://press.alvmark.example/atom.xml',
      'hub.lease_seconds': '172800',
      'hub.challenge': expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const [row] = await rows();
    expect(row).toMatchObject({ feed: '/atom.xml', wish: null, error: null });
    expect(row!.expires_at!.getTime() - Date.now()).toBeGreaterThan(172_700_000);
  });

  it.each([
    ['says 404', () => 404],
    ['gives something else back', () => [200, 'hello'] as [number, string]],
    ['leads elsewhere', () => 301],
    [
      'has another status though it knows the challenge',
      ({ query }: { query: URLSearchParams }) => [403, query.get('hub.challenge')!] as [number, string],
    ],
  ])('does not come about when the callback %s', async (_what, script) => {
    callbacks.confirm(script);
    await subscribe();
    expect(await rows()).toEqual([]);
    const release = await published();
    await tell(release);
    expect(callbacks.posts()).toEqual([]);
    expect(await receipt(release)).toMatchObject({ state: 'done', detail: { told: '0' } });
  });

  it('is asked about again when the callback cannot answer, and forgotten after the third time', async () => {
    callbacks.confirm(() => 500);
    await subscribe();
    expect(await rows()).toMatchObject([{ attempts: 1, error: 'answered 500', expires_at: null }]);
    await work();
    expect(callbacks.received()).toHaveLength(1);
    for (let tries = 2; tries <= 3; tries += 1) {
      await makeDue();
      await work();
      expect(callbacks.received()).toHaveLength(tries);
    }
    expect(await rows()).toEqual([]);
  });

  it('ends when its lease does', async () => {
    await subscribe();
    await sql`update hub_subscriptions set expires_at = clock_timestamp() - interval '1 second'`.execute(world.services.database);
    const release = await published();
    await tell(release);
    expect(callbacks.posts()).toEqual([]);
    expect(await receipt(release)).toMatchObject({ state: 'done' });
    await sweep(world.services);
    expect(await rows()).toEqual([]);
  });

  it('stays as it was while a new wish for it is not confirmed: nobody else can end it or change its secret', async () => {
    await subscribe({ 'hub.secret': SECRET });
    callbacks.confirm(() => 404);
    for (const mode of ['subscribe', 'unsubscribe']) await subscribe({ 'hub.mode': mode, 'hub.secret': 'another' });
    expect(await rows()).toMatchObject([{ secret: SECRET, wish: null }]);
    callbacks.confirm(({ query }) => [200, query.get('hub.challenge')!]);
    await subscribe({ 'hub.mode': 'unsubscribe' });
    expect(callbacks.received().at(-1)!.query.has('hub.lease_seconds')).toBe(false);
    expect(await rows()).toEqual([]);
  });

  it('of a feed that is gone is denied, once', async () => {
    await subscribe({ 'hub.topic': 'https://press.alvmark.example/topics/naringsliv/rss.xml' });
    const release = await published();
    const { naringsliv: _gone, ...topics } = sampleNewsroom().topics;
    await sql`update hub_subscriptions set owed = 1`.execute(world.services.database);
    const content = JSON.stringify(sampleNewsroom({ topics }));
    await world.services.database.updateTable('newsroom').set({ content }).execute();
    world.services.forgetNewsroom();
    await tell(release);
    await work();
    expect(callbacks.received().at(-1)!.query.get('hub.mode')).toBe('denied');
    expect(await rows()).toEqual([]);
  });

  it('is refused in words: nothing of ours is called for a request that does not fit', async () => {
    const answers = await Promise.all([
      ask({ 'hub.topic': 'https://other.example/rss.xml' }),
      ask({ 'hub.mode': 'publish' }),
      ask({ 'hub.callback': 'ftp://reader.example/' }),
      web.app.inject({ method: 'POST', url: '/hub', headers: { 'content-type': 'application/json' }, payload: '{}' }),
    ]);
    expect(answers.map((answer) => answer.statusCode)).toEqual([400, 400, 400, 415]);
    expect(answers[0]!.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answers[0]!.body).toBe('hub.topic is not one of our feeds; they are listed at /feeds/.\n');
    const looked = await web.get('/hub');
    expect(looked).toMatchObject({ statusCode: 405, headers: { allow: 'POST' } });
    expect(looked.body).toContain('WebSub');
    await work();
    expect(await rows()).toEqual([]);
  });

  it('is one of two hundred of a host at most, and a renewal is always taken', async () => {
    await sql`
      insert into hub_subscriptions (callback, host, feed, expires_at)
      select ${callbacks.url('/push')} || case when n = 1 then '' else n::text end, ${new URL(callbacks.url()).hostname}, '/atom.xml', clock_timestamp() + interval '1 day'
      from generate_series(1, 200) n`.execute(world.services.database);
    expect((await ask({ 'hub.callback': callbacks.url('/more') })).statusCode).toBe(503);
    expect((await ask({})).statusCode).toBe(202);
    // Nobody confirmed these, and half a minute has passed: they stand in nobody's way.
    await sql`update hub_subscriptions set expires_at = null, created_at = clock_timestamp() - interval '40 seconds' where callback like '%9'`.execute(
      world.services.database,
    );
    expect((await ask({ 'hub.callback': callbacks.url('/more') })).statusCode).toBe(202);
    expect(await rows()).toHaveLength(181);
  });
});

describe('a push', () => {
  it('is the whole feed as it is served, signed, with links to hub and topic', async () => {
    await subscribe({ 'hub.secret': SECRET });
    const release = await published('Badhuset');
    await tell(release);
    const [push, ...more] = callbacks.posts('/push');
    expect(more).toEqual([]);
    expect(push!.body).toBe(file('atom.xml'));
    expect(push!.body).toContain('Badhuset');
    expect(push!.headers).toMatchObject({
      'content-type': 'application/atom+xml; charset=utf-8',
      link: '<https://press.alvmark.example/hub>; rel="hub", <https://press.alvmark.example/atom.xml>; rel="self"',
      'x-hub-signature': `sha256=${createHmac('sha256', SECRET).update(push!.body).digest('hex')}`,
    });
    expect(await receipt(release)).toMatchObject({ state: 'done', detail: { told: '1' } });
    expect((await loadStatus(world.services, release)).channels.find(({ channel }) => channel === 'websub')!.remark).toBe(
      '1 subscriber told',
    );
  });

  it('carries no signature without a secret', async () => {
    await subscribe();
    await tell(await published());
    expect(callbacks.posts()[0]!.headers).not.toHaveProperty('x-hub-signature');
  });

  it('does not leave before the feeds are written, nor before the release is public', async () => {
    await subscribe();
    const draft = await approvedDraft(world, plainContent({}, 'Hemligheten'));
    await work();
    await sweep(world.services);
    const { release } = await publish(world, plainContent());
    await tell(release);
    expect(callbacks.posts()).toEqual([]);
    expect(await receipt(release)).toMatchObject({ state: 'owed', attempts: 0, error: null });
    expect((await loadStatus(world.services, release)).channels.find(({ channel }) => channel === 'websub')!.remark).toMatch(
      /no websub worker|waits/,
    );
    await writeFeeds(release);
    await sql`update receipts set due_at = clock_timestamp() where channel = 'websub'`.execute(world.services.database);
    await tell(release);
    expect(callbacks.posts()).toHaveLength(1);
    expect(callbacks.posts()[0]!.body).not.toContain('Hemligheten');
    expect(draft.release).not.toBe(release);
  });

  it('goes to subscribers of the feeds that the release is in, and to no others', async () => {
    await subscribe({ 'hub.callback': callbacks.url('/topic'), 'hub.topic': 'https://press.alvmark.example/topics/naringsliv/feed.json' });
    await subscribe({
      'hub.callback': callbacks.url('/other'),
      'hub.topic': 'https://press.alvmark.example/topics/kollektivtrafik/feed.json',
    });
    await subscribe({ 'hub.callback': callbacks.url('/english'), 'hub.topic': 'https://press.alvmark.example/en/rss.xml' });
    await tell(await published());
    expect(callbacks.posts().map((push) => push.path)).toEqual(['/topic']);
    expect(callbacks.posts()[0]!.headers['content-type']).toBe('application/feed+json; charset=utf-8');
  });

  it('is tried again with a growing gap until it is taken; the receipt is done when each was tried', async () => {
    await subscribe();
    callbacks.answer(() => 500);
    const release = await published();
    await tell(release);
    expect(await receipt(release)).toMatchObject({ state: 'done', detail: { told: '0', failing: '1' } });
    const [first] = await rows();
    expect(first).toMatchObject({ attempts: 1, error: 'answered 500', owed: 1 });
    await makeDue();
    await work();
    const [second] = await rows();
    expect(second!.due_at.getTime() - Date.now()).toBeGreaterThan(20_000);
    callbacks.answer(() => 200);
    await makeDue();
    await work();
    expect(await rows()).toMatchObject([{ attempts: 0, error: null, owed: null, told: 1, failing_since: null }]);
    await makeDue();
    await work();
    expect(callbacks.posts()).toHaveLength(3);
  });

  it('is one, with the newest feed, for a subscriber that missed three publications', async () => {
    await subscribe();
    callbacks.answer(() => 503);
    for (const mark of ['Ett', 'Två', 'Tre']) await tell(await published(mark));
    expect(callbacks.posts()).toHaveLength(1);
    callbacks.answer(() => 200);
    await makeDue();
    await work();
    expect(callbacks.posts()).toHaveLength(2);
    for (const mark of ['Ett', 'Två', 'Tre']) expect(callbacks.posts()[1]!.body).toContain(`${mark} får nya`);
  });

  it('ends the subscription when the callback answers 410, and after two days without success', async () => {
    await subscribe({ 'hub.callback': callbacks.url('/gone') });
    await subscribe({ 'hub.callback': callbacks.url('/dead') });
    callbacks.answer(({ path }) => (path === '/gone' ? 410 : 500));
    await tell(await published());
    expect((await rows()).map((row) => row.callback)).toEqual([callbacks.url('/dead')]);
    await sql`update hub_subscriptions set failing_since = clock_timestamp() - interval '49 hours', due_at = clock_timestamp()`.execute(
      world.services.database,
    );
    await work();
    expect(await rows()).toEqual([]);
  });

  it('that a slow subscriber keeps waiting for holds up no other', async () => {
    const goOn = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    await subscribe({ 'hub.callback': callbacks.url('/slow') });
    const other = await openCallbacks();
    await subscribe({ 'hub.callback': other.url('/quick') });
    callbacks.answer(async () => {
      await goOn.promise;
      return 200;
    });
    other.answer(() => {
      taken.resolve();
      return 200;
    });
    const told = published().then(tell);
    await taken.promise;
    goOn.resolve();
    await told;
    expect(callbacks.posts('/slow')).toHaveLength(1);
    await other.close();
  });

  it('asks one host for two things at once at most', async () => {
    let [now, most] = [0, 0];
    for (let n = 0; n < 6; n += 1) await subscribe({ 'hub.callback': callbacks.url(`/${n}`) });
    callbacks.answer(async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
      return 200;
    });
    await tell(await published());
    expect(callbacks.posts()).toHaveLength(6);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('is made again when the worker died between the answer and the row: harmless, and never lost', async () => {
    await subscribe();
    await tell(await published());
    // As if the answer had never been written down, and the one who held the row were dead.
    await sql`update hub_subscriptions set owed = 1, told = null, held_until = clock_timestamp() + interval '1 hour'`.execute(
      world.services.database,
    );
    await work();
    expect(callbacks.posts()).toHaveLength(1);
    await sql`update hub_subscriptions set held_until = clock_timestamp()`.execute(world.services.database);
    await work();
    expect(callbacks.posts()).toHaveLength(2);
    expect(callbacks.posts()[1]!.body).toBe(callbacks.posts()[0]!.body);
  });

  it('of a withdrawal repeats nothing of the release', async () => {
    await subscribe();
    const release = await published('Läckan');
    await tell(release);
    await withdraw(world, release);
    await writeFeeds(release, 2);
    await tell(release, 2);
    const [first, second] = callbacks.posts();
    expect(first!.body).toContain('Läckan');
    expect(second!.body).not.toContain('Läckan');
    expect(second!.body).toContain('deleted-entry');
  });

  it('is made for no job that comes twice or late', async () => {
    await subscribe();
    const [one, two] = [await published('Ett'), await published('Två')];
    await Promise.all([tell(two), tell(two)]);
    await tell(one);
    await sql`update receipts set state = 'owed', due_at = clock_timestamp() where channel = 'websub'`.execute(world.services.database);
    await Promise.all([tell(one), tell(two)]);
    expect(callbacks.posts()).toHaveLength(1);
  });
});

describe('for its administrator', () => {
  const listed = async (query = '') =>
    (await web.api('maria', 'GET', `/hub-subscriptions${query}`)).json<{ items: HubSubscription[]; next?: string }>();

  it('each subscription is listed with what it took last, what it answered since, and no secret', async () => {
    await subscribe({ 'hub.secret': SECRET });
    await tell(await published('Ett'));
    const [took, ...more] = (await listed()).items;
    expect(more).toEqual([]);
    expect(took).toMatchObject({
      state: 'active',
      feed: '/atom.xml',
      callback: callbacks.url('/push'),
      signed: true,
      told: 1,
      error: null,
    });
    expect(Date.now() - Date.parse(String(took!.toldAt))).toBeLessThan(60_000);
    callbacks.answer(() => 500);
    await tell(await published('Två'));
    const { items } = await listed('?failing=yes');
    expect(items).toMatchObject([{ state: 'failing', told: 1, toldAt: took!.toldAt, owed: 2, attempts: 1, error: 'answered 500' }]);
    expect(items[0]!.failingSince).not.toBeNull();
    expect(JSON.stringify(items)).not.toContain(SECRET);
  });

  it('the list is read in pages, each subscription once; those that work are not among the failing', async () => {
    for (const path of ['/a', '/b', '/c', '/d', '/e']) await subscribe({ 'hub.callback': callbacks.url(path) });
    const seen: string[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page: { items: HubSubscription[]; next?: string } = await listed(`?limit=2${next && `&before=${next}`}`);
      seen.push(...page.items.map(({ callback }) => callback));
      next = page.next;
    }
    expect(seen.toSorted()).toEqual(['/a', '/b', '/c', '/d', '/e'].map((path) => callbacks.url(path)));
    expect(await listed('?failing=yes')).toEqual({ items: [] });
  });

  it('one is ended for good, its callback is told, and the audit names the host alone', async () => {
    await subscribe({ 'hub.callback': callbacks.url('/push?key=abc') });
    await subscribe({ 'hub.callback': callbacks.url('/other') });
    const { id } = (await listed()).items.find(({ callback }) => callback.includes('/push'))!;
    const dropped = await web.api('maria', 'DELETE', `/hub-subscriptions/${id}`);
    expect(dropped.json()).toMatchObject({ removed: { id, feed: '/atom.xml' }, heard: true });
    expect(Object.fromEntries(callbacks.received('/push').at(-1)!.query)).toMatchObject({
      key: 'abc',
      'hub.mode': 'denied',
      'hub.topic': 'https://press.alvmark.example/atom.xml',
    });
    await tell(await published());
    expect([callbacks.posts('/push').length, callbacks.posts('/other').length]).toEqual([0, 1]);
    const audit = await world.services.database.selectFrom('audit').selectAll().where('action', '=', 'hub.subscription-dropped').execute();
    expect(audit).toMatchObject([{ account: 'maria', detail: { feed: '/atom.xml' } }]);
    expect(JSON.stringify(audit)).not.toContain('abc');
  });

  it('and for nobody else; what there is not is named', async () => {
    const id = crypto.randomUUID();
    const answers = await Promise.all([
      web.api('elin', 'GET', '/hub-subscriptions'),
      web.api('jonas', 'DELETE', `/hub-subscriptions/${id}`),
      web.api('maria', 'DELETE', `/hub-subscriptions/${id}`),
      web.api('maria', 'DELETE', '/hub-subscriptions/7'),
      web.api('maria', 'GET', '/hub-subscriptions?before=x'),
    ]);
    expect(answers.map((answer) => answer.statusCode)).toEqual([403, 403, 404, 404, 422]);
  });
});

describe('the feeds', () => {
  it('name the hub and themselves in their headers; pages do not', async () => {
    await published();
    expect((await web.get('/topics/naringsliv/rss.xml')).headers.link).toBe(
      '<https://press.alvmark.example/hub>; rel="hub", <https://press.alvmark.example/topics/naringsliv/rss.xml>; rel="self"',
    );
    const again = await web.get('/atom.xml', { 'if-none-match': (await web.get('/atom.xml')).headers.etag as string });
    expect(again.statusCode).toBe(304);
    expect(again.headers.link).toContain('rel="hub"');
    expect((await web.get('/sitemap.xml')).headers.link).toBeUndefined();
    for (const path of ['rss.xml', 'atom.xml']) expect(file(path)).toContain('https://press.alvmark.example/hub"');
    expect(JSON.parse(file('feed.json')).hubs).toEqual([{ type: 'WebSub', url: 'https://press.alvmark.example/hub' }]);
  });
});
