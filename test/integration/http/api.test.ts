import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWeb, type Web } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let web: Web;
beforeAll(async () => {
  world = await openWorld();
  web = await openWeb(world);
});
afterAll(async () => {
  await web.close();
  await world.close();
});

let number = 0;
function newRelease(overrides: object = {}) {
  number += 1;
  return {
    language: 'sv',
    title: `Nyhet ${number} om vägen`,
    lead: `Vägen ${number} öppnar.`,
    body: 'Den öppnar i dag.',
    topics: ['naringsliv'],
    ...overrides,
  };
}

type Draft = { release: string; slug: string; hash: string; lockVersion: number; state: string };

async function draft(overrides: object = {}): Promise<Draft> {
  const answer = await web.api('elin', 'POST', '/releases', newRelease(overrides));
  expect(answer.statusCode).toBe(201);
  return answer.json();
}
async function approved(overrides: object = {}): Promise<Draft> {
  const { release } = await draft(overrides);
  const { hash } = (await web.api('elin', 'POST', `/releases/${release}/submit`, {})).json<Draft>();
  return (await web.api('jonas', 'POST', `/releases/${release}/approve`, { hash })).json();
}
async function published(): Promise<Draft> {
  const made = await approved();
  await web.api('jonas', 'POST', `/releases/${made.release}/publish`, { hash: made.hash });
  return made;
}

describe('a release', () => {
  it('goes from draft to public, each step answering with what the next one needs', async () => {
    const created = await web.api('elin', 'POST', '/releases', newRelease());
    const { release, slug } = created.json<Draft>();
    expect(created.headers.location).toBe(`/api/releases/${release}`);
    const submitted = await web.api('elin', 'POST', `/releases/${slug}/submit`, {});
    const { hash } = submitted.json<Draft>();
    expect((await web.api('jonas', 'POST', `/releases/${slug}/approve`, { hash })).json()).toMatchObject({
      state: 'approved',
      approvedHash: hash,
    });
    const answer = await web.api('jonas', 'POST', `/releases/${slug}/publish`, { hash });
    expect(answer.statusCode).toBe(202);
    expect(answer.headers.location).toBe(`/api/releases/${release}/status`);
    expect(answer.json()).toMatchObject({ slug, revision: 1, repeated: false });
    const status = await web.api('elin', 'GET', `/releases/${release}/status`);
    expect(status.json()).toMatchObject({ state: 'public', revision: 1, hash, overall: 'behind' });
    expect(status.json<{ channels: object[] }>().channels).toHaveLength(6);
    expect((await web.api('elin', 'GET', `/releases/${slug}`)).json()).toMatchObject({
      draft: null,
      public: { revision: 1, kind: 'first', hash },
    });
  });

  it('published twice gets the same answer twice', async () => {
    const { release, hash } = await approved();
    const first = (await web.api('jonas', 'POST', `/releases/${release}/publish`, { hash })).json<object>();
    const again = await web.api('jonas', 'POST', `/releases/${release}/publish`, { hash });
    expect(again.statusCode).toBe(202);
    expect(again.json()).toEqual({ ...first, repeated: true });
  });

  it('comes as the file people write too', async () => {
    const file = '---\nlanguage: sv\ntitle: >-\n  Klart: ny bro\nlead: Bron öppnar.\n---\nBron öppnar i dag.\n';
    const answer = await web.app.inject({
      method: 'POST',
      url: '/api/releases',
      payload: file,
      headers: { authorization: `Bearer ${web.tokens.elin}`, 'content-type': 'text/markdown' },
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ content: { title: 'Klart: ny bro' } });
  });

  it('is corrected and withdrawn; what was taken back is not told again', async () => {
    const { release, slug } = await published();
    const opened = await web.api('elin', 'PUT', `/releases/${slug}`, { ...newRelease({ body: 'Den öppnar i morgon.' }), lockVersion: 0 });
    expect(opened.json()).toMatchObject({ state: 'editing', slug });
    const { hash } = (await web.api('elin', 'POST', `/releases/${slug}/submit`, {})).json<Draft>();
    await web.api('jonas', 'POST', `/releases/${slug}/approve`, { hash });
    const noNote = await web.api('jonas', 'POST', `/releases/${slug}/correct`, { hash, kind: 'major' });
    expect([noNote.statusCode, noNote.json<{ problems: object[] }>().problems]).toMatchObject([422, [{ field: 'note' }]]);
    const corrected = await web.api('jonas', 'POST', `/releases/${slug}/correct`, { hash, kind: 'major', note: 'Dagen var fel.' });
    expect([corrected.statusCode, corrected.json<{ revision: number }>().revision]).toEqual([202, 2]);
    const withdrawn = await web.api('jonas', 'POST', `/releases/${slug}/withdraw`, { reason: 'Beslutet var inte fattat.' });
    expect([withdrawn.statusCode, withdrawn.headers.location]).toEqual([202, `/api/releases/${release}/status`]);
    const shown = await web.api('elin', 'GET', `/releases/${slug}`);
    expect(shown.json()).toMatchObject({ public: { kind: 'withdrawal', reason: 'Beslutet var inte fattat.' } });
    expect(shown.body).not.toContain('Den öppnar');
  });

  it('is sent back with a reason, scheduled, and taken off the clock', async () => {
    const made = await approved();
    const scheduled = await web.api('jonas', 'POST', `/releases/${made.release}/schedule`, {
      hash: made.hash,
      publishAt: '2099-11-19 9.30',
    });
    expect(scheduled.json()).toMatchObject({ state: 'scheduled', publishAt: '2099-11-19T08:30:00.000Z' });
    expect((await web.api('jonas', 'POST', `/releases/${made.release}/unschedule`, {})).json()).toMatchObject({
      state: 'approved',
      publishAt: null,
    });
    const rejected = await web.api('jonas', 'POST', `/releases/${made.release}/reject`, { reason: 'Summan är fel.' });
    expect(rejected.json()).toMatchObject({ state: 'editing', rejection: 'Summan är fel.' });
  });
});

describe('a list', () => {
  it('comes in pages that meet without gap or repetition', async () => {
    for (let count = 0; count < 5; count += 1) await draft();
    const seen: string[] = [];
    let before = '';
    do {
      const page = (await web.api('elin', 'GET', `/releases?state=editing&limit=2${before}`)).json<{ items: Draft[]; next?: string }>();
      seen.push(...page.items.map((item) => item.release));
      before = page.next ? `&before=${page.next}` : '';
    } while (before);
    const all = (await web.api('elin', 'GET', '/releases?state=editing&limit=200')).json<{ items: Draft[] }>();
    expect(seen).toEqual(all.items.map((item) => item.release));
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('a preview', () => {
  it('is what each channel would write, for people with a token', async () => {
    const { slug } = await draft({ title: 'Ett utkast om bron' });
    const typeOf = async (path: string) => {
      const answer = await web.api('elin', 'GET', `/releases/${slug}/preview/${path}`);
      expect(answer.body, path).toContain('Ett utkast om bron');
      return answer.headers['content-type'];
    };
    expect(await typeOf('html')).toBe('text/html; charset=utf-8');
    expect(await typeOf('feeds')).toBe('application/rss+xml; charset=utf-8');
    expect(await typeOf('feeds?as=json')).toBe('application/feed+json; charset=utf-8');
    expect(await typeOf('email?as=text')).toBe('text/plain; charset=utf-8');
    expect((await web.api('elin', 'GET', `/releases/${slug}/preview/archive`)).statusCode).toBe(404);
  });
});

describe('files', () => {
  it('are stored from a raw body or a form, the same bytes once', async () => {
    const data = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#337755' } })
      .png()
      .toBuffer();
    const authorization = `Bearer ${web.tokens.elin}`;
    const raw = await web.app.inject({
      method: 'POST',
      url: '/api/assets?name=dörr.png',
      payload: data,
      headers: { authorization, 'content-type': 'image/png' },
    });
    expect(raw.statusCode).toBe(201);
    expect(raw.json()).toMatchObject({ kind: 'image', name: 'dörr.png', width: 900, height: 600 });
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(data)], { type: 'image/png' }), 'dörr.png');
    const encoded = new Response(form);
    const multipart = await web.app.inject({
      method: 'POST',
      url: '/api/assets',
      payload: Buffer.from(await encoded.arrayBuffer()),
      headers: { authorization, 'content-type': encoded.headers.get('content-type')! },
    });
    expect(multipart.json<{ asset: string }>().asset).toBe(raw.json<{ asset: string }>().asset);
    const cut = await web.app.inject({
      method: 'POST',
      url: '/api/assets',
      payload: '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc',
      headers: { authorization, 'content-type': 'multipart/form-data; boundary=x' },
    });
    expect([cut.statusCode, cut.json<{ code: string }>().code]).toEqual([400, 'form_broken']);
    const unnamed = await web.app.inject({
      method: 'POST',
      url: '/api/assets',
      payload: data,
      headers: { authorization, 'content-type': 'image/png' },
    });
    expect(unnamed.statusCode).toBe(422);
    const broken = await web.app.inject({
      method: 'POST',
      url: '/api/assets?name=a.png',
      payload: Buffer.from('no picture'),
      headers: { authorization, 'content-type': 'image/png' },
    });
    expect([broken.statusCode, broken.headers['content-type']]).toEqual([422, 'application/problem+json; charset=utf-8']);
  });
});

describe('subscribers', () => {
  it('are imported by an administrator; a dry run keeps nothing', async () => {
    const csv =
      'address,language,topics,legal basis,source,date\na@lillan.example,sv,*,consent,test,2026-01-01\nno-address,sv,*,consent,test,2026-01-01\n';
    const send = (account: 'elin' | 'maria', query: string) =>
      web.app.inject({
        method: 'POST',
        url: `/api/subscribers/import${query}`,
        payload: csv,
        headers: { authorization: `Bearer ${web.tokens[account]}`, 'content-type': 'text/csv' },
      });
    expect((await send('elin', '')).statusCode).toBe(403);
    expect((await send('maria', '?dryRun=true')).json()).toMatchObject({
      added: 1,
      refused: 1,
      dryRun: true,
      rows: [{ line: 3, outcome: 'refused' }],
    });
    expect((await send('maria', '?dryRun=true&frequency=yearly')).json()).toMatchObject({ added: 0, refused: 2 });
    expect((await send('maria', '')).json()).toMatchObject({ added: 1, dryRun: false });
    expect((await send('maria', '')).json()).toMatchObject({ added: 0, unchanged: 1 });
  });
});

describe('letters', () => {
  it('are paused, resumed and stopped by whoever may, and listed without addresses', async () => {
    const { release } = await published();
    expect((await web.api('elin', 'POST', `/releases/${release}/letters/pause`, { reason: 'Vänta.' })).json()).toMatchObject({
      changed: 1,
    });
    expect((await web.api('elin', 'POST', `/releases/${release}/letters/resume`, {})).json()).toMatchObject({ changed: 1 });
    expect((await web.api('elin', 'POST', `/releases/${release}/letters/stop`, {})).json()).toMatchObject({ changed: 1 });
    expect((await web.api('elin', 'GET', `/releases/${release}/deliveries`)).json()).toEqual({ items: [] });
    expect((await web.api('elin', 'GET', `/releases/${release}/status`)).json()).toMatchObject({ letters: [{ state: 'stopped' }] });
  });
});

describe('the OpenAPI document', () => {
  it('names every operation, its body and the problem every one may answer with', async () => {
    const document = (await web.get('/api/openapi.json')).json<{
      openapi: string;
      paths: Record<string, Record<string, { operationId: string; requestBody?: { content: object }; responses: object }>>;
    }>();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toMatchInlineSnapshot(`
      [
        "/api/assets",
        "/api/bounces",
        "/api/bounces/{bounce}/judge",
        "/api/bounces/{bounce}/look-up",
        "/api/hub-subscriptions",
        "/api/hub-subscriptions/{subscription}",
        "/api/public/releases",
        "/api/public/releases/{slug}",
        "/api/releases",
        "/api/releases/{release}",
        "/api/releases/{release}/approve",
        "/api/releases/{release}/channels/{channel}/retry",
        "/api/releases/{release}/correct",
        "/api/releases/{release}/deliveries",
        "/api/releases/{release}/letters/pause",
        "/api/releases/{release}/letters/resume",
        "/api/releases/{release}/letters/retry",
        "/api/releases/{release}/letters/stop",
        "/api/releases/{release}/preview/{channel}",
        "/api/releases/{release}/publish",
        "/api/releases/{release}/reject",
        "/api/releases/{release}/schedule",
        "/api/releases/{release}/status",
        "/api/releases/{release}/submit",
        "/api/releases/{release}/test",
        "/api/releases/{release}/unschedule",
        "/api/releases/{release}/withdraw",
        "/api/subscribers/erase",
        "/api/subscribers/import",
        "/api/subscribers/look-up",
        "/api/suppressions",
        "/api/suppressions/look-up",
        "/api/suppressions/{hash}",
        "/api/webhooks",
        "/api/webhooks/{webhook}",
        "/api/webhooks/{webhook}/disable",
        "/api/webhooks/{webhook}/replay",
        "/api/webhooks/{webhook}/rotate",
        "/api/webhooks/{webhook}/test",
      ]
    `);
    expect(document.paths['/api/releases']!.post!.requestBody!.content).toHaveProperty('application/json');
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    expect(document.paths['/api/releases']!.post!.responses).toMatchObject({
      default: { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    });
  });
});
