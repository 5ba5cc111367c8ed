import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personalToken } from '../../../src/shared/mail/links.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import { importSubscribers } from '../../../src/shared/subscribers/import.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { dsn, failed, feedback } from '../../support/returned-mail.ts';
import { openWeb, type Web } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

const ADDRESS = 'kim@lillan.example';

let world: World;
let web: Web;
let token: string;
beforeAll(async () => {
  world = await openWorld({ environment: { BOUNCE_DOMAIN: 'bounces.alvmark.example' } });
  web = await openWeb(world);
  const { database } = world.services;
  const csv = `address,language,topics,legal basis,source\n${ADDRESS},sv,*,consent,test\n`;
  await importSubscribers(database, { csv, newsroom: sampleNewsroom() });
  const row = await database.selectFrom('subscribers').select(['id', 'token_key']).where('address', '=', ADDRESS).executeTakeFirstOrThrow();
  token = personalToken({ subscriber: row.id, tokenKey: row.token_key, key: await getKey(database, 'links') }, 'unsubscribe');
});
afterAll(async () => {
  await web.close();
  await world.close();
});

function hand(mail: string, path = '/bounces', account: 'elin' | 'maria' = 'maria', type = 'message/rfc822') {
  const headers = { authorization: `Bearer ${web.tokens[account]}`, 'content-type': type };
  return web.app.inject({ method: 'POST', url: `/api${path}`, headers, payload: mail });
}

async function audited(action: string): Promise<unknown[]> {
  return (await world.services.database.selectFrom('audit').select('detail').where('action', '=', action).execute()).map(
    ({ detail }) => detail,
  );
}

describe('POST /api/bounces', () => {
  it('stores and judges; the same mail again is said to be known', async () => {
    const complaint = feedback('abuse', [`List-Unsubscribe: <https://press.alvmark.example/unsubscribe/${token}>`]);
    const first = await hand(complaint);
    expect([first.statusCode, first.json()]).toMatchObject([202, { repeated: false, state: 'judged', verdict: 'complaint' }]);
    expect((await hand(complaint)).json()).toEqual({ ...first.json<object>(), repeated: true });
    const found = await web.api('maria', 'POST', '/suppressions/look-up', { address: ADDRESS.toUpperCase() });
    expect(found.json()).toMatchObject({ suppression: { reason: 'complaint', evidence: { reply: 'feedback report: abuse' } } });
    expect(found.body).not.toContain('kim@');
  });

  it('keeps what proves nothing for a person, whatever recipient is claimed', async () => {
    const mail = dsn({ status: failed('5.1.1', '550 5.1.1 unknown') });
    const forged = encodeURIComponent(`b+${'a'.repeat(48)}@bounces.alvmark.example`);
    for (const path of ['/bounces', `/bounces?recipient=${forged}`, '/bounces?recipient=nonsense'])
      expect((await hand(mail, path)).json()).toMatchObject({ state: 'unparsed', verdict: null });
    expect((await hand('\0\0 not a mail \u{1f4a3}')).json()).toMatchObject({ state: 'unparsed' });
  });

  it('is for administrators, for mail, and for mail of a size reports have', async () => {
    expect((await hand('x', '/bounces', 'elin')).statusCode).toBe(403);
    expect((await hand('{}', '/bounces', 'maria', 'application/json')).json()).toMatchObject({ status: 400, code: 'no_mail' });
    expect((await hand('x'.repeat(1_048_577))).statusCode).toBe(413);
    expect((await web.app.inject({ method: 'POST', url: '/api/bounces', payload: 'x' })).statusCode).toBe(401);
  });
});

describe('/api/suppressions', () => {
  type Page = { items: { hash: string; reason: string }[]; next?: string };

  it('are added, listed page by page, newest first, and lifted, each with a line in the audit', async () => {
    const hashes: string[] = [];
    for (let number = 0; number < 5; number += 1) {
      const answer = await web.api('maria', 'POST', '/suppressions', { address: `sam${number}@granback.example`, note: 'asked by phone' });
      expect(answer.statusCode).toBe(201);
      const { added, suppression } = answer.json<{ added: boolean; suppression: { hash: string } }>();
      expect([added, suppression]).toMatchObject([true, { reason: 'manual', evidence: { account: 'maria', note: 'asked by phone' } }]);
      hashes.unshift(suppression.hash);
    }
    const again = await web.api('maria', 'POST', '/suppressions', { address: 'SAM0@granback.example', note: 'once more' });
    expect(again.json()).toMatchObject({ added: false, suppression: { evidence: { note: 'asked by phone' } } });
    const seen: string[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page: Page = (await web.api('maria', 'GET', `/suppressions?limit=2&reason=manual${next && `&before=${next}`}`)).json<Page>();
      seen.push(...page.items.map(({ hash }) => hash));
      next = page.next;
    }
    expect(seen).toEqual(hashes);
    expect((await web.api('maria', 'DELETE', `/suppressions/${hashes[0]}`)).json()).toMatchObject({ removed: { reason: 'manual' } });
    expect((await web.api('maria', 'DELETE', `/suppressions/${hashes[0]}`)).statusCode).toBe(404);
    expect([(await audited('suppression.added')).length, await audited('suppression.removed')]).toEqual([
      5,
      [{ hash: hashes[0], reason: 'manual' }],
    ]);
  });

  it('say what is wrong with a request', async () => {
    expect((await web.api('maria', 'POST', '/suppressions', { address: 'nobody' })).json()).toMatchObject({
      status: 422,
      problems: [{ field: 'address' }],
    });
    expect((await web.api('maria', 'GET', '/suppressions?before=x')).statusCode).toBe(422);
    expect((await web.api('maria', 'DELETE', '/suppressions/kim@lillan.example')).statusCode).toBe(404);
    for (const [method, path] of [
      ['GET', '/suppressions'],
      ['POST', '/suppressions'],
      ['DELETE', `/suppressions/${'0'.repeat(64)}`],
    ] as const)
      expect((await web.api('elin', method, path, method === 'POST' ? { address: ADDRESS } : undefined)).statusCode).toBe(403);
  });
});
