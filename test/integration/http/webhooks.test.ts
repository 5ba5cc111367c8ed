import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallbackServer, openCallbacks } from '../../support/callbacks.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';
import { openWeb, type Web } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let web: Web;
let callbacks: CallbackServer;
beforeAll(async () => {
  world = await openWorld({ environment: { ALLOW_PRIVATE_CALLBACKS: 'yes' } });
  web = await openWeb(world);
  callbacks = await openCallbacks();
});
afterAll(async () => {
  await callbacks.close();
  await web.close();
  await world.close();
});

describe('/api/webhooks', () => {
  it('adds, shows, tests, replays, rotates, disables and removes an endpoint; its secret is in the first answer alone', async () => {
    await publish(world, plainContent());
    const added = await web.api('maria', 'POST', '/webhooks', { url: callbacks.url('/hook') });
    expect([added.statusCode, added.json()]).toMatchObject([
      201,
      { secret: expect.stringMatching(/^whsec_/), endpoint: { id: 1, state: 'active', told: 1 } },
    ]);
    const listed = await web.api('maria', 'GET', '/webhooks');
    expect(listed.json()).toMatchObject({ items: [{ id: 1, url: callbacks.url('/hook'), createdBy: 'maria' }] });
    expect(listed.body).not.toContain('secret');
    expect((await web.api('maria', 'POST', '/webhooks/1/test', {})).json()).toMatchObject({ answer: { kind: 'taken' } });
    const replayed = await web.api('maria', 'POST', '/webhooks/1/replay', { since: 0 });
    expect([replayed.statusCode, replayed.json()]).toMatchObject([202, { endpoint: { told: 0 } }]);
    const rotated = await web.api('maria', 'POST', '/webhooks/1/rotate', {});
    expect(rotated.json<{ secret: string }>().secret).not.toBe(added.json<{ secret: string }>().secret);
    expect((await web.api('maria', 'POST', '/webhooks/1/disable', {})).json()).toMatchObject({ endpoint: { state: 'disabled' } });
    expect((await web.api('maria', 'DELETE', '/webhooks/1')).json()).toMatchObject({ removed: { id: 1 } });
    expect((await web.api('maria', 'GET', '/webhooks')).json()).toEqual({ items: [] });
  });

  it('says what is wrong by field, what there is not, and who may', async () => {
    const answers = await Promise.all([
      web.api('maria', 'POST', '/webhooks', { url: 'hook' }),
      web.api('maria', 'POST', '/webhooks', { url: callbacks.url(), since: 99 }),
      web.api('maria', 'POST', '/webhooks/7/test', {}),
      web.api('maria', 'POST', '/webhooks/x/test', {}),
      web.api('elin', 'GET', '/webhooks'),
    ]);
    expect(answers.map((answer) => answer.statusCode)).toEqual([422, 422, 404, 422, 403]);
    expect(answers[1]!.json()).toMatchObject({ problems: [{ field: 'since', message: '99 is not a publication.' }] });
  });
});
