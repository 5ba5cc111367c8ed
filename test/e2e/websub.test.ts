import { afterAll, beforeAll, expect, test } from 'vitest';
import { addEndpoint } from '../../src/shared/webhooks/endpoints.ts';
import { type CallbackServer, openCallbacks } from '../support/callbacks.ts';
import { plainContent, publish } from '../support/newsdesk.ts';
import { openTestHouse, type TestHouse, until } from '../support/newsroom-house.ts';

/* A house whose publications other machines hear of: a subscriber of our hub, and a system with a webhook. */

let town: TestHouse;
let callbacks: CallbackServer;
beforeAll(async () => {
  callbacks = await openCallbacks();
  town = await openTestHouse({
    subscribers: 0,
    without: ['email', 'delivery', 'archive', 'html'],
    environment: { ALLOW_PRIVATE_CALLBACKS: 'yes', SHUTDOWN_MS: '2000' },
  });
  const maria = { account: 'maria', name: 'Maria Ek', email: 'maria@alvmark.example', roles: ['admin'] as const };
  await addEndpoint(town.services, maria, { url: callbacks.url('/hook') });
});
afterAll(async () => {
  await town.close();
  await callbacks.close();
});

const channels = async (release: string) =>
  (await town.services.database.selectFrom('receipts').select(['channel', 'state']).where('release', '=', release).execute()).filter(
    ({ channel, state }) => state === 'done' && (channel === 'websub' || channel === 'webhooks'),
  );

test('a subscriber asks the hub, confirms, and is pushed the next publication; the webhook hears of it too', async () => {
  const form = { 'hub.mode': 'subscribe', 'hub.topic': 'https://press.alvmark.example/rss.xml', 'hub.callback': callbacks.url('/push') };
  const answer = await fetch(`${town.address()}/hub`, { method: 'POST', body: new URLSearchParams(form) });
  expect(answer.status).toBe(202);
  await until('the subscription holds', async () =>
    town.services.database.selectFrom('hub_subscriptions').select('id').where('expires_at', 'is not', null).executeTakeFirst(),
  );
  const { release } = await publish(town, plainContent({}, 'Badhuset'));
  await until('it was pushed', () => callbacks.posts('/push').length === 1 && callbacks.posts('/hook').length === 1);
  expect(callbacks.posts('/push')[0]!.body).toContain('Badhuset');
  await until('both receipts are done', async () => (await channels(release)).length === 2);
});

test('a worker that is killed with both in hand loses neither: its successor tells them again', async () => {
  let held = 0;
  // The first of each is taken and never answered, as when the worker dies before it has noted the answer.
  callbacks.answer(() => (held++ < 2 ? new Promise(() => undefined) : 204));
  const { release } = await publish(town, plainContent({}, 'Arenan'));
  await until('both are under way', () => held === 2);
  const worker = await town.services.database
    .selectFrom('workers')
    .select('pid')
    .where('channel', '=', 'websub')
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  process.kill(worker.pid, 'SIGKILL');
  await until('both receipts are done', async () => (await channels(release)).length === 2);
  const [push, again] = callbacks.posts('/push').slice(1);
  expect(again!.body).toBe(push!.body);
  const [message, repeated] = callbacks.posts('/hook').slice(1);
  expect(repeated!.headers['webhook-id']).toBe(message!.headers['webhook-id']);
});
