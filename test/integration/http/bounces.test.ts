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

describe('mail that came back, over the API', () => {
  type Page = { items: { id: number; state: string; detail: object }[]; next?: string };

  it('is listed without the mail and without addresses, page by page; the mail itself leaves a line in the audit', async () => {
    const seen: number[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const answer = await web.api('maria', 'GET', `/bounces?limit=2&state=unparsed${next && `&before=${next}`}`);
      expect(answer.body).not.toMatch(/raw|kim@/);
      const page: Page = answer.json<Page>();
      seen.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual([...seen].sort((a, b) => b - a));
    const one = await web.api('maria', 'POST', `/bounces/${seen[0]}/look-up`);
    expect([one.statusCode, one.json()]).toMatchObject([200, { id: seen[0], address: null, raw: expect.stringContaining('not a mail') }]);
    expect(await audited('bounce.looked-up')).toMatchObject([{ bounce: seen[0] }]);
  });

  it('is judged once by a person, who may have to say whose it is', async () => {
    const [bounce] = (await web.api('maria', 'GET', '/bounces?state=unparsed&limit=1')).json<Page>().items;
    const path = `/bounces/${bounce!.id}/judge`;
    expect((await web.api('maria', 'POST', path, { verdict: 'hard' })).json()).toMatchObject({ problems: [{ field: 'address' }] });
    expect((await web.api('maria', 'POST', path, { verdict: 'soft' })).statusCode).toBe(422);
    expect((await web.api('maria', 'POST', path, { verdict: 'ignored' })).json()).toEqual({ bounce: bounce!.id, verdict: 'ignored' });
    expect((await web.api('maria', 'POST', path, { verdict: 'ignored' })).statusCode).toBe(409);
    expect((await web.api('maria', 'POST', '/bounces/nonsense/judge', { verdict: 'ignored' })).statusCode).toBe(404);
    for (const [method, to] of [
      ['GET', '/bounces'],
      ['POST', `/bounces/${bounce!.id}/look-up`],
      ['POST', path],
    ] as const)
      expect((await web.api('elin', method, to, to === path ? { verdict: 'ignored' } : undefined)).statusCode).toBe(403);
  });
});

describe('POST /api/subscribers/look-up', () => {
  it('tells the story of one address and leaves a line in the audit without it', async () => {
    const before = (await audited('subscriber.looked-up')).length;
    const story = (await web.api('maria', 'POST', '/subscribers/look-up', { address: ADDRESS })).json();
    expect(story).toMatchObject({
      address: ADDRESS,
      subscriber: { state: 'active', language: 'sv', consents: [{ event: 'imported' }] },
      suppression: { reason: 'complaint' },
      letters: [],
      olderLetters: null,
      bounces: [{ verdict: 'complaint' }],
    });
    const nobody = await web.api('maria', 'POST', '/subscribers/look-up', { address: 'nobody@granback.example' });
    expect(nobody.json()).toMatchObject({ subscriber: null, suppression: null, letters: [] });
    const lines = await audited('subscriber.looked-up');
    expect(lines).toHaveLength(before + 2);
    expect(JSON.stringify(lines)).not.toContain('@');
    expect((await web.api('jonas', 'POST', '/subscribers/look-up', { address: ADDRESS })).statusCode).toBe(403);
    expect((await web.api('maria', 'POST', '/subscribers/look-up', { address: 'nobody' })).statusCode).toBe(422);
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
