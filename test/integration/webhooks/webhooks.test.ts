import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watch } from '../../../src/shared/publishing/alerts.ts';
import { loadHouse } from '../../../src/shared/publishing/house.ts';
import { loadStatus } from '../../../src/shared/publishing/status.ts';
import {
  addEndpoint,
  disableEndpoint,
  listEndpoints,
  removeEndpoint,
  replayEndpoint,
  rotateSecret,
  testEndpoint,
} from '../../../src/shared/webhooks/endpoints.ts';
import { runChannelJob } from '../../../src/workers/run.ts';
import { handler as webhooks } from '../../../src/workers/webhooks.ts';
import { type CallbackServer, openCallbacks, type Received } from '../../support/callbacks.ts';
import { approvedDraft, correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let callbacks: CallbackServer;
beforeEach(async () => {
  world = await openWorld({ environment: { ALLOW_PRIVATE_CALLBACKS: 'yes', BASE_URL: 'https://press.alvmark.example' } });
  callbacks = await openCallbacks();
});
afterEach(async () => {
  await callbacks.close();
  await world.close();
});

const context = () => ({ services: world.services, signal: new AbortController().signal });
const tell = (release: string, revision = 1) => runChannelJob(webhooks, { releaseId: release, revision }, context());
/** What the sweep wakes the worker for. */
const work = () => runChannelJob(webhooks, { rebuild: true }, context());
const add = (path = '/hook', since?: number) => addEndpoint(world.services, world.maria, { url: callbacks.url(path), since });
const run = (statement: ReturnType<typeof sql>) => statement.execute(world.services.database);
const makeDue = () => run(sql`update webhook_endpoints set due_at = clock_timestamp()`);
const endpoint = async () => (await listEndpoints(world.services, world.maria))[0]!;

async function receipt(release: string, n = 1) {
  return world.services.database
    .selectFrom('receipts')
    .select(['state', 'detail', 'error', 'code'])
    .where('release', '=', release)
    .where('n', '=', n)
    .where('channel', '=', 'webhooks')
    .executeTakeFirstOrThrow();
}

type Told = { type: string; data: { publication: number; title?: string; note?: string } };
const eventOf = ({ body }: Received) => JSON.parse(body) as Told;
const told = (path = '/hook') => callbacks.posts(path).map((post) => `${eventOf(post).data.publication} ${eventOf(post).type}`);

describe('an endpoint', () => {
  it('is told of every publication from its own beginning on, in order, each verified by the reference implementation', async () => {
    const before = await publish(world, plainContent({}, 'Före'));
    const { secret } = await add();
    const { release } = await publish(world, plainContent({}, 'Badhuset'));
    await correct(world, release, plainContent({ body: 'Klockan 21.' }, 'Badhuset'), { kind: 'major' });
    await withdraw(world, release);
    await tell(release, 3);
    expect(told()).toEqual(['2 release.published', '3 release.corrected', '4 release.withdrawn']);
    for (const post of callbacks.posts()) {
      expect(new Webhook(secret).verify(post.body, post.headers as Record<string, string>)).toEqual(eventOf(post));
      expect(post.headers['content-type']).toBe('application/json');
    }
    for (const n of [1, 2, 3]) expect(await receipt(release, n)).toMatchObject({ state: 'done', detail: { told: '1' } });
    expect(await receipt(before.release)).toMatchObject({ state: 'done' });
    const { channels } = await loadStatus(world.services, release);
    expect(channels.find(({ channel }) => channel === 'webhooks')!.remark).toBe('1 endpoint told');
  });

  it('is never given a text that was taken back meanwhile, or that is not public', async () => {
    await add();
    await approvedDraft(world, plainContent({}, 'Hemligheten'));
    const leak = await publish(world, plainContent({}, 'Läckan'));
    await withdraw(world, leak.release);
    const wrong = await publish(world, plainContent({}, 'Felet'));
    await correct(world, wrong.release, plainContent({}, 'Rätten'), { kind: 'major', conceal: true });
    await work();
    expect(callbacks.posts().map((post) => eventOf(post).data.title)).toEqual([
      undefined,
      undefined,
      undefined,
      'Rätten får nya öppettider',
    ]);
    const all = callbacks.posts().map((post) => post.body.replace(/"(short)?[aA]ddress":"[^"]*"/g, ''));
    expect(all.join()).not.toMatch(/Läckan|Felet|Hemligheten/);
    expect(eventOf(callbacks.posts()[1]!).data.note).toBe('Beslutet var inte justerat.');
  });

  it('that does not answer keeps the receipts open, with its reason, and is told in order later', async () => {
    await add();
    callbacks.answer(() => 500);
    const one = await publish(world, plainContent({}, 'Ett'));
    const two = await publish(world, plainContent({}, 'Två'));
    await tell(one.release);
    await tell(two.release);
    expect(callbacks.posts()).toHaveLength(1);
    const reason = `endpoint 1 at ${new URL(callbacks.url()).host}: answered 500`;
    expect(await receipt(two.release)).toMatchObject({ state: 'owed', code: 'endpoint_not_told', error: reason });
    callbacks.answer(() => 200);
    await makeDue();
    await work();
    expect(told()).toEqual(['1 release.published', '1 release.published', '2 release.published']);
    const ids = callbacks.posts().map((post) => post.headers['webhook-id']);
    expect([ids[0] === ids[1], ids[1] === ids[2]]).toEqual([true, false]);
    for (const { release } of [one, two]) expect(await receipt(release)).toMatchObject({ state: 'done', error: null });
  });

  it('that is slow or away holds up no other', async () => {
    const other = await openCallbacks();
    const goOn = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    await add();
    await addEndpoint(world.services, world.maria, { url: other.url() });
    callbacks.answer(async () => {
      await goOn.promise;
      return 200;
    });
    other.answer(() => {
      taken.resolve();
      return 200;
    });
    const { release } = await publish(world, plainContent());
    const telling = tell(release);
    await taken.promise;
    goOn.resolve();
    await telling;
    expect(await receipt(release)).toMatchObject({ state: 'done', detail: { told: '2' } });
    await other.close();
  });

  it('that took nothing for three days is failing: left alone, not waited for, told of in status and alerts, and goes on when it is replayed', async () => {
    await add();
    callbacks.answer(() => 500);
    const { release } = await publish(world, plainContent({}, 'Ett'));
    await tell(release);
    await run(sql`update webhook_endpoints set failing_since = clock_timestamp() - interval '73 hours', due_at = clock_timestamp()`);
    await work();
    expect(await endpoint()).toMatchObject({ state: 'failing', told: 0, error: 'answered 500' });
    expect(await receipt(release)).toMatchObject({ state: 'done', detail: { told: '0' } });
    const second = await publish(world, plainContent({}, 'Två'));
    await tell(second.release);
    expect(callbacks.posts()).toHaveLength(2);
    expect((await loadHouse(world.services)).failingWebhooks).toMatchObject([{ id: 1, error: 'answered 500' }]);
    expect(await watch(world.services)).toMatchObject({ opened: 1 });
    const alert = await world.services.database.selectFrom('alerts').selectAll().executeTakeFirstOrThrow();
    expect(alert).toMatchObject({ cause: 'webhook:1', text: expect.stringContaining('./depesch webhooks replay 1') });
    callbacks.answer(() => 200);
    await replayEndpoint(world.services, world.maria, { id: 1 });
    await work();
    expect(told().slice(2)).toEqual(['1 release.published', '2 release.published']);
    expect(await watch(world.services)).toMatchObject({ over: 1 });
  });

  it('that answers 410 is failing at once', async () => {
    await add();
    callbacks.answer(() => 410);
    const { release } = await publish(world, plainContent());
    await tell(release);
    expect(await endpoint()).toMatchObject({ state: 'failing', error: 'answered 410' });
    expect(await receipt(release)).toMatchObject({ state: 'done' });
  });

  it('hears everything again after the publication a replay names, and nothing while it is disabled', async () => {
    for (const mark of ['Ett', 'Två', 'Tre']) await publish(world, plainContent({}, mark));
    await add('/hook', 1);
    await work();
    expect(told()).toEqual(['2 release.published', '3 release.published']);
    await disableEndpoint(world.services, world.maria, 1);
    const { release } = await publish(world, plainContent({}, 'Fyra'));
    await tell(release);
    expect(callbacks.posts()).toHaveLength(2);
    expect(await receipt(release)).toMatchObject({ state: 'done' });
    await replayEndpoint(world.services, world.maria, { id: 1, since: 0 });
    await work();
    expect(told().slice(2)).toEqual([1, 2, 3, 4].map((publication) => `${publication} release.published`));
    await expect(replayEndpoint(world.services, world.maria, { id: 1, since: 5 })).rejects.toThrow('5 is not a publication');
  });

  it('keeps a replay that is asked for while a message is under way', async () => {
    for (const mark of ['Ett', 'Två']) await publish(world, plainContent({}, mark));
    await add('/hook', 1);
    callbacks.answer(async () => {
      callbacks.answer(() => 200);
      await replayEndpoint(world.services, world.maria, { id: 1, since: 0 });
      return 200;
    });
    await work();
    expect(told()).toEqual(['2 release.published', '1 release.published', '2 release.published']);
    expect(await endpoint()).toMatchObject({ told: 2 });
  });

  it('is told again, with the same id, what a killed worker had not noted', async () => {
    await add();
    await publish(world, plainContent());
    await work();
    await run(sql`update webhook_endpoints set told = 0, held_until = clock_timestamp() + interval '1 hour'`);
    await work();
    expect(callbacks.posts()).toHaveLength(1);
    await run(sql`update webhook_endpoints set held_until = clock_timestamp()`);
    await work();
    const [first, second] = callbacks.posts();
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(second!.body).toBe(first!.body);
  });

  it('is told once by jobs that come twice, late or at once', async () => {
    await add();
    const one = await publish(world, plainContent({}, 'Ett'));
    const two = await publish(world, plainContent({}, 'Två'));
    await Promise.all([tell(two.release), tell(one.release), tell(two.release)]);
    await tell(one.release);
    expect(told()).toEqual(['1 release.published', '2 release.published']);
  });
});

describe('an administrator', () => {
  it('replaces a secret; for a day the old one verifies too, then no longer', async () => {
    const { secret } = await add();
    const rotated = await rotateSecret(world.services, world.maria, 1);
    await testEndpoint(world.services, world.maria, 1);
    const verify = (with_: string, { body, headers }: Received) => new Webhook(with_).verify(body, headers as Record<string, string>);
    const [both] = callbacks.posts();
    for (const one of [secret, rotated.secret]) expect(verify(one, both!)).toMatchObject({ type: 'test' });
    await run(sql`update webhook_endpoints set old_secret_until = clock_timestamp()`);
    await testEndpoint(world.services, world.maria, 1);
    const [, alone] = callbacks.posts();
    expect(() => verify(secret, alone!)).toThrow();
    expect(verify(rotated.secret, alone!)).toMatchObject({ type: 'test' });
  });

  it('is told what a test message was answered, and nothing else changes', async () => {
    await add();
    callbacks.answer(() => 301);
    expect((await testEndpoint(world.services, world.maria, 1)).answer).toEqual({ kind: 'not-taken', reason: 'answered 301' });
    await callbacks.close();
    const { answer } = await testEndpoint(world.services, world.maria, 1);
    expect(answer).toMatchObject({ kind: 'not-taken', reason: expect.stringContaining('ECONNREFUSED') });
    expect(await endpoint()).toMatchObject({ attempts: 0, error: null, state: 'active' });
    callbacks = await openCallbacks();
  });

  it('alone sees and changes endpoints; every change leaves a line in the audit, no secret stands in it or in a list', async () => {
    const { secret } = await add();
    await rotateSecret(world.services, world.maria, 1);
    await replayEndpoint(world.services, world.maria, { id: 1, since: 0 });
    await disableEndpoint(world.services, world.maria, 1);
    expect(JSON.stringify(await listEndpoints(world.services, world.maria))).not.toContain('secret');
    await removeEndpoint(world.services, world.maria, 1);
    const lines = await world.services.database
      .selectFrom('audit')
      .select(['action', 'detail'])
      .where('action', 'like', 'webhook.%')
      .orderBy('id')
      .execute();
    expect(lines.map((line) => line.action)).toEqual(
      ['added', 'secret-rotated', 'replayed', 'disabled', 'removed'].map((what) => `webhook.${what}`),
    );
    expect(JSON.stringify(lines)).not.toContain(secret.slice('whsec_'.length));
    for (const actor of [world.elin, world.jonas]) {
      await expect(listEndpoints(world.services, actor)).rejects.toThrow('may not');
      await expect(addEndpoint(world.services, actor, { url: callbacks.url() })).rejects.toThrow('may not');
    }
  });

  it.each([
    ['no address', 'hook', 'is not an http or https address'],
    ['another kind of address', 'ftp://system.example/', 'is not an http or https address'],
    ['a password', 'https://a:b@system.example/', 'holds a name, a password'],
  ])('is told what is wrong with %s', async (_what, url, says) => {
    await expect(addEndpoint(world.services, world.maria, { url })).rejects.toThrow(says);
  });

  it('cannot add the same address twice', async () => {
    await add();
    await expect(add()).rejects.toThrow('has this webhook already');
  });
});
