import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { personalToken } from '../../../src/shared/mail/links.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import { importSubscribers } from '../../../src/shared/subscribers/import.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openWeb, rawRequest, type Web } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let web: Web;
let person = 0;
let id: string;
let token: string;
let preferences: string;
beforeAll(async () => {
  world = await openWorld();
  web = await openWeb(world);
});
afterAll(async () => {
  await web.close();
  await world.close();
});
beforeEach(async () => {
  person += 1;
  const address = `n${person}@lillan.example`;
  const csv = `address,language,topics,legal basis,source,date\n${address},sv,"naringsliv,halsa-och-vard",consent,test,2026-01-01\n`;
  await importSubscribers(world.services.database, { csv, newsroom: sampleNewsroom() });
  const row = await world.services.database
    .selectFrom('subscribers')
    .select(['id', 'token_key'])
    .where('address', '=', address)
    .executeTakeFirstOrThrow();
  const owner = { subscriber: row.id, tokenKey: row.token_key, key: await getKey(world.services.database, 'links') };
  id = row.id;
  token = personalToken(owner, 'unsubscribe');
  preferences = personalToken(owner, 'preferences');
});

async function state(): Promise<string> {
  return (await world.services.database.selectFrom('subscribers').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;
}
async function topics(): Promise<string[]> {
  const rows = await world.services.database
    .selectFrom('subscriptions')
    .select('topic')
    .where('subscriber', '=', id)
    .orderBy('topic')
    .execute();
  return rows.map((row) => row.topic);
}
async function proofs(): Promise<{ event: string; detail: unknown }[]> {
  return world.services.database.selectFrom('consents').select(['event', 'detail']).where('subscriber', '=', id).orderBy('id').execute();
}
/** A request as mail providers send it: written byte by byte, no cookie, no Accept. */
async function raw(method: string, path: string, body = '', type = 'application/x-www-form-urlencoded'): Promise<string> {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close'];
  if (body !== '') lines.push(`Content-Type: ${type}`, `Content-Length: ${body.length}`);
  return rawRequest(await web.port(), `${lines.join('\r\n')}\r\n\r\n${body}`);
}
const ONE_CLICK = 'List-Unsubscribe=One-Click';

describe('an unsubscribe link', () => {
  it('changes nothing when it is followed: GET and HEAD show a button', async () => {
    const page = await raw('GET', `/unsubscribe/${token}`);
    expect(page).toMatch(/^HTTP\/1\.1 200 /);
    expect(page).toContain('<form method="post"');
    await raw('HEAD', `/unsubscribe/${token}`);
    await raw('OPTIONS', `/unsubscribe/${token}`);
    expect(await state()).toBe('active');
  });

  it('leaves at one click, without a cookie, and as often as it is pressed', async () => {
    const first = await raw('POST', `/unsubscribe/${token}`, ONE_CLICK);
    expect(first).toMatch(/^HTTP\/1\.1 200 /);
    expect(first).not.toMatch(/^set-cookie:/im);
    expect(await state()).toBe('unsubscribed');
    expect(await topics()).toEqual([]);
    expect((await proofs()).at(-1)).toMatchObject({ event: 'left', detail: { way: 'one-click' } });
    const count = (await proofs()).length;
    expect(await raw('POST', `/unsubscribe/${token}`, ONE_CLICK)).toMatch(/^HTTP\/1\.1 200 /);
    expect((await proofs()).length).toBe(count);
  });

  it('leaves whatever form the provider sends', async () => {
    const boundary = 'grans';
    const multipart = `--${boundary}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--${boundary}--\r\n`;
    expect(await raw('POST', `/unsubscribe/${token}`, multipart, `multipart/form-data; boundary=${boundary}`)).toMatch(/^HTTP\/1\.1 200 /);
    expect((await proofs()).at(-1)).toMatchObject({ detail: { way: 'one-click' } });
  });

  it('leaves with an empty body too, as somebody pressing the page’s button', async () => {
    expect(await raw('POST', `/unsubscribe/${token}`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await state()).toBe('unsubscribed');
    expect((await proofs()).at(-1)).toMatchObject({ detail: { way: 'page' } });
  });

  it('tells nothing about anybody: an unknown token gets the very same answers', async () => {
    const wrong = `${token.slice(0, -2)}xx`;
    const strip = (answer: string, used: string) =>
      answer
        .replaceAll(used, 'TOKEN')
        .replace(/^date:.*$/im, '')
        .replace(/^x-ratelimit.*$/gim, '');
    expect(strip(await raw('GET', `/unsubscribe/${wrong}`), wrong)).toBe(strip(await raw('GET', `/unsubscribe/${token}`), token));
    expect(strip(await raw('POST', `/unsubscribe/${wrong}`, ONE_CLICK), wrong)).toBe(
      strip(await raw('POST', `/unsubscribe/${token}`, ONE_CLICK), token),
    );
    expect(await raw('GET', '/unsubscribe/x')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await raw('POST', '/unsubscribe/x', ONE_CLICK)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('is not one for preferences, nor the other way round', async () => {
    await raw('POST', `/unsubscribe/${preferences}`, ONE_CLICK);
    expect(await state()).toBe('active');
  });

  it('offers the way back: everything is as it was, with the proof of it', async () => {
    const left = await raw('POST', `/unsubscribe/${token}`, ONE_CLICK);
    expect(left).toContain(`action="/unsubscribe/${token}/undo"`);
    await raw('POST', `/unsubscribe/${token}/undo`);
    expect([await state(), await topics()]).toEqual(['active', ['halsa-och-vard', 'naringsliv']]);
    expect((await proofs()).at(-1)).toMatchObject({
      event: 'changed',
      detail: { takenBack: true, topics: ['halsa-och-vard', 'naringsliv'] },
    });
    await raw('POST', `/unsubscribe/${token}/undo`);
    expect((await proofs()).length).toBe(3);
    const { count } = await world.services.database
      .selectFrom('suppressions')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('reason', '=', 'unsubscribed')
      .executeTakeFirstOrThrow();
    const gone = await world.services.database.selectFrom('subscribers').selectAll().where('state', '=', 'unsubscribed').execute();
    expect(Number(count)).toBe(gone.length);
  });

  it('is in nobody’s log, search engine or referrer', async () => {
    const answer = await web.get(`/unsubscribe/${token}`);
    expect(answer.headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });
});
