import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublicReleaseAnswer, WithdrawnAnswer } from '../../../src/producers/http/api/public-answer.ts';
import { approvedCorrection, approvedDraft, correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
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

type Page = { items: Record<string, unknown>[]; next?: string };

const list = async (query = ''): Promise<Page> => (await web.get(`/api/public/releases${query}`)).json();

describe('the public API', () => {
  it('shows a release whole, without a token, in the documented shape', async () => {
    const content = plainContent({
      slug: 'biblioteket',
      body: '– Det blir bra, säger Karin Ekholm.\n\nLäs [mer](https://www.alvmark.example/om).',
      speakers: [{ name: 'Karin Ekholm', title: 'ordförande' }],
      topics: ['naringsliv', 'lokalmedia'],
      contacts: [{ name: 'Jon Dahl', phones: ['070-174 06 05'] }],
      event: { title: 'Öppet hus', start: '2026-12-03T09:00', end: '2026-12-03T15:30', place: 'Arenan' },
      decisions: { by: 'Nämnden', date: '2026-11-18', items: [{ title: 'Lokal', amount: '1 240 000 kr' }] },
    });
    await publish(world, content);
    const answer = await web.get('/api/public/releases/biblioteket');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers['cache-control']).toMatch(/^public/);
    const shown = PublicReleaseAnswer.strict().parse(answer.json());
    expect(shown).toMatchObject({
      slug: 'biblioteket',
      title: 'Bibliotek får nya öppettider',
      quotes: [{ speaker: { name: 'Karin Ekholm', title: 'ordförande' } }],
      event: { start: '2026-12-03T08:00:00.000Z', timezone: 'Europe/Stockholm' },
      decisions: { items: [{ amount: 1_240_000 }] },
      contacts: [{ name: 'Jon Dahl' }],
      corrections: [],
      revision: 1,
    });
    expect(shown.topics.map(({ slug }) => slug)).toEqual(['naringsliv']);
    expect(shown.html).toContain('<a href="https://www.alvmark.example/om"');
    expect(shown.urn).toBe(`urn:uuid:${shown.id}`);
  });

  it('answers 304 to whoever has it, and preflights of other sites', async () => {
    const first = await web.get('/api/public/releases');
    const again = await web.get('/api/public/releases', { 'if-none-match': String(first.headers.etag) });
    expect(again.statusCode).toBe(304);
    const preflight = await web.app.inject({ method: 'OPTIONS', url: '/api/public/releases' });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers['access-control-allow-headers']).toContain('If-None-Match');
    expect((await web.app.inject({ method: 'HEAD', url: '/api/public/releases' })).statusCode).toBe(200);
  });

  it('keeps drafts, earlier texts and withdrawn releases to itself', async () => {
    const draft = await approvedDraft(world, plainContent({ slug: 'hemligt' }, 'Hemligheten'));
    expect((await web.get('/api/public/releases/hemligt')).statusCode).toBe(404);
    const { release } = await publish(world, plainContent({ slug: 'ordet' }, 'Felskrivningen'));
    await correct(world, release, plainContent({ slug: 'ordet' }, 'Rättningen'), { kind: 'major', conceal: true });
    expect((await web.get('/api/public/releases/ordet')).json()).toMatchObject({
      revision: 2,
      corrections: [{ revision: 2, kind: 'major', note: 'Tiden var fel.' }],
    });
    await withdraw(world, release, 'Beslutet var inte justerat.');
    const gone = await web.get('/api/public/releases/ordet');
    expect(gone.statusCode).toBe(410);
    WithdrawnAnswer.strict().parse(gone.json());
    const text = JSON.stringify(await list());
    expect(text).not.toMatch(new RegExp(`Hemligheten|Felskrivningen|Rättningen|ordet|${draft.release}`));
    expect((await list()).items).toContainEqual(
      expect.objectContaining({ id: release, withdrawn: true, reason: 'Beslutet var inte justerat.' }),
    );
  });

  it('goes on page after page, each release once, while more are published', async () => {
    for (let number = 0; number < 7; number += 1) await publish(world, plainContent({}, `Nummer ${number}`));
    const ids: unknown[] = [];
    const all = (await list('?limit=50')).items.map(({ id }) => id);
    let next: string | undefined;
    do {
      const page: Page = await list(`?limit=3${next === undefined ? '' : `&before=${next}`}`);
      ids.push(...page.items.map(({ id }) => id));
      next = page.next;
      await publish(world, plainContent({}, `Mellan ${ids.length}`));
    } while (next);
    expect(ids).toEqual(all);
  });

  it('filters by language, listed topic and what changed since', async () => {
    await publish(world, plainContent({ language: 'en', topics: ['kollektivtrafik'] }, 'Timetable'));
    expect((await list('?language=en')).items).toHaveLength(1);
    expect((await list('?topic=kollektivtrafik')).items).toHaveLength(1);
    expect((await web.get('/api/public/releases?topic=lokalmedia')).statusCode).toBe(404);
    const { items } = await list('?limit=1');
    const since = new Date(String(items[0]!.updatedAt));
    expect((await list(`?since=${since.toISOString()}`)).items).toHaveLength(1);
    expect((await list(`?since=${new Date(since.getTime() + 1).toISOString()}`)).items).toHaveLength(0);
  });

  it('says nothing of a correction that is being written to whoever asks what changed since', async () => {
    const { release } = await publish(world, plainContent({}, 'Rättelsen'));
    const [newest] = (await list('?limit=1')).items;
    const since = new Date(Date.parse(String(newest!.updatedAt)) + 1).toISOString();
    await approvedCorrection(world, release, plainContent({}, 'Rättat'));
    expect((await list(`?since=${since}`)).items).toEqual([]);
  });

  it('refuses what it cannot read by name', async () => {
    for (const [query, field] of [
      ['since=yesterday', 'since'],
      ['limit=51', 'limit'],
      ['before=zzz', 'before'],
      ['colour=red', 'colour'],
    ]) {
      const answer = await web.get(`/api/public/releases?${query}`);
      expect(answer.statusCode, query).toBe(422);
      expect(answer.json<{ problems: { field: string }[] }>().problems[0]!.field, query).toContain(field);
      expect(answer.headers['access-control-allow-origin']).toBe('*');
    }
  });

  it('is only read, and says where releases are written', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const answer = await web.app.inject({ method, url: '/api/public/releases' });
      expect([answer.statusCode, answer.headers.allow, answer.json().code], method).toEqual([405, 'GET, HEAD, OPTIONS', 'only_read']);
    }
    expect((await web.get('/api/public/nothing')).statusCode).toBe(404);
  });

  it('costs whoever asks for whole pages more of what one address may ask', async () => {
    const limitOf = async (path: string) => (await web.get(`/api/public/releases${path}`)).headers['x-ratelimit-limit'];
    expect([await limitOf(''), await limitOf('/biblioteket')]).toEqual(['120', '600']);
  });

  it('stands in the OpenAPI document without a token; everything else keeps its own', async () => {
    const description = await web.get('/api/openapi.json');
    expect(description.headers['access-control-allow-origin']).toBe('*');
    const { paths } = description.json();
    expect(paths['/api/public/releases'].get.security).toEqual([]);
    expect(paths['/api/public/releases/{slug}'].get.security).toEqual([]);
    expect(paths['/api/releases'].get.security).toBeUndefined();
    expect((await web.get('/api/releases')).statusCode).toBe(401);
    expect((await web.get('/api/public/nothing')).statusCode).toBe(404);
  });
});
