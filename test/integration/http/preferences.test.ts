import { sql } from 'kysely';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { passingToken, personalToken } from '../../../src/shared/mail/links.ts';
import type { Transport } from '../../../src/shared/mail/transport.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import { importSubscribers } from '../../../src/shared/subscribers/import.ts';
import { handler as notices } from '../../../src/workers/notices.ts';
import { type LetterWorld, openLetterWorld } from '../../support/letters.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';
import { openWeb, type Web } from '../../support/web.ts';

let world: LetterWorld;
let web: Web;
let transport: Transport;
let mark = 0;
let address: string;
let id: string;
let owner: { subscriber: string; tokenKey: Buffer; key: Buffer };
let path: string;
const FORGED = '/preferences/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

beforeAll(async () => {
  world = await openLetterWorld();
  web = await openWeb(world);
  transport = await notices.open(world.services);
});
afterAll(async () => {
  await transport.close();
  await web.close();
  await world.close();
});
beforeEach(async () => {
  mark += 1;
  address = `kim${mark}@lillan.example`;
  world.smtp.letters.length = 0;
  await newWeb();
  await person('naringsliv,halsa-och-vard');
});

/** A fresh one: its count of requests by this machine begins anew. */
async function newWeb(): Promise<void> {
  await web.close();
  web = await openWeb(world);
}

async function person(topics: string): Promise<void> {
  const csv = `address,name,language,topics,legal basis,source,date\n${address},Kim Åberg,sv,"${topics}",consent,mässan,2026-01-01\n`;
  const { newsroom } = await world.services.newsroom();
  await importSubscribers(db(), { csv, newsroom });
  const row = await db().selectFrom('subscribers').select(['id', 'token_key']).where('address', '=', address).executeTakeFirstOrThrow();
  id = row.id;
  owner = { subscriber: row.id, tokenKey: row.token_key, key: await getKey(db(), 'links') };
  path = `/preferences/${personalToken(owner, 'preferences')}`;
}

const db = () => world.services.database;
const get = (where: string, language = 'en') => web.get(where, { 'accept-language': language });
async function post(where: string, fields: Record<string, string | string[]> = {}) {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one);
  return web.app.inject({
    method: 'POST',
    url: where,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en' },
    payload: form.toString(),
  });
}
/** The form as the page shows it, with some answers changed. */
const save = (fields: Record<string, string | string[]>) =>
  post(path, { topics: ['naringsliv', 'halsa-och-vard'], language: 'sv', frequency: 'at-once', pause: 'keep', save: '1', ...fields });
async function kept() {
  const row = await db()
    .selectFrom('subscribers')
    .select(['state', 'language', 'paused_until'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const rows = await db()
    .selectFrom('subscriptions')
    .select(['topic', 'frequency'])
    .where('subscriber', '=', id)
    .orderBy('topic')
    .execute();
  return { ...row, topics: rows.map(({ topic, frequency }) => `${topic} ${frequency}`) };
}
const proofs = () => db().selectFrom('consents').select(['event', 'detail']).where('subscriber', '=', id).orderBy('id').execute();
/** Sends the notices that are owed to this person, as their worker would. */
async function deliver(): Promise<void> {
  const owed = await db().selectFrom('notices').select('id').where('to', '=', address).where('state', '=', 'owed').execute();
  for (const { id: noticeId } of owed)
    await notices.handle({ noticeId }, { services: world.services, signal: new AbortController().signal, state: transport });
}

describe('the page behind a preferences link', () => {
  it('shows topics, language, frequency and pause, but neither address nor name', async () => {
    const page = (await get(path)).body;
    expect(page).toMatch(/value="naringsliv" checked/);
    expect(page).not.toMatch(/value="kollektivtrafik" checked/);
    expect(page).toMatch(/name="frequency" value="at-once" checked/);
    expect(page).toMatch(/name="language" value="sv" checked/);
    expect(page).not.toMatch(/lillan\.example|Kim|Åberg/);
    expect(page).not.toContain('value="lokalmedia"');
  });

  it('shows an unlisted topic to those who have it', async () => {
    await sql`insert into subscriptions (subscriber, topic) values (${id}, 'lokalmedia')`.execute(db());
    expect((await get(path)).body).toMatch(/value="lokalmedia" checked/);
  });

  it('changes nothing when it is only looked at', async () => {
    const before = [await kept(), await proofs()];
    for (const method of ['GET', 'HEAD'] as const) await web.app.inject({ method, url: path });
    await post(path);
    expect([await kept(), await proofs()]).toEqual(before);
  });

  it('saves everything at once, says what holds now, and keeps what was before and after', async () => {
    const answer = await save({ topics: 'kollektivtrafik', language: 'en', frequency: 'weekly', pause: 'month' });
    expect(answer.body).toMatch(/You get letters once a week about Public transport, in English\. The letters rest until/);
    expect(await kept()).toMatchObject({ language: 'en', topics: ['kollektivtrafik weekly'], paused_until: expect.any(Date) });
    expect((await proofs()).slice(1)).toMatchObject([
      { event: 'left', detail: { topics: ['halsa-och-vard', 'naringsliv'] } },
      {
        event: 'changed',
        detail: {
          before: { language: 'sv', topics: { 'halsa-och-vard': 'at-once', naringsliv: 'at-once' }, pausedUntil: null },
          after: { language: 'en', topics: { kollektivtrafik: 'weekly' }, pausedUntil: expect.any(String) },
        },
      },
    ]);
    const shown = (await get(path)).body;
    expect(shown).toContain('Pause until');
    await save({ topics: 'kollektivtrafik', language: 'en', frequency: 'weekly', pause: 'resume' });
    expect((await kept()).paused_until).toBeNull();
  });

  it('writes no proof when nothing differs, and one when the form is sent twice', async () => {
    await save({});
    expect(await proofs()).toHaveLength(1);
    await Promise.all([save({ frequency: 'daily' }), save({ frequency: 'daily' })]);
    expect((await proofs()).map((row) => row.event)).toEqual(['imported', 'changed']);
  });

  it('keeps different frequencies of an import until the person chooses one', async () => {
    await sql`update subscriptions set frequency = 'weekly' where subscriber = ${id} and topic = 'naringsliv'`.execute(db());
    expect((await get(path)).body).toMatch(/name="frequency" value="keep" checked/);
    await save({ topics: ['naringsliv', 'halsa-och-vard', 'kollektivtrafik'], frequency: 'keep' });
    expect((await kept()).topics).toEqual(['halsa-och-vard at-once', 'kollektivtrafik at-once', 'naringsliv weekly']);
  });

  it('takes a change back once, with everything it changed', async () => {
    const before = await kept();
    const answer = await save({ topics: 'kollektivtrafik', language: 'en', frequency: 'daily', pause: 'week' });
    expect(answer.body).toContain(`action="${path}/undo"`);
    await post(`${path}/undo`);
    expect(await kept()).toEqual(before);
    await post(`${path}/undo`);
    expect(await kept()).toEqual(before);
  });

  it('ends everything with one button, and takes that back too, frequencies and all', async () => {
    await save({ frequency: 'weekly' });
    const before = await kept();
    expect((await post(path, { leave: '1' })).body).toContain('You get no more letters');
    expect(await kept()).toMatchObject({ state: 'unsubscribed', topics: [] });
    const page = (await get(path)).body;
    expect(page).toContain('You get no letters from us.');
    expect(page).toContain(`action="${path}/undo"`);
    await post(`${path}/undo`);
    expect(await kept()).toEqual(before);
  });

  it('asks for a topic instead of guessing, and takes neither strange topics nor languages', async () => {
    const before = await kept();
    const answer = await save({ topics: [], frequency: 'weekly', pause: 'month' });
    expect([answer.statusCode, answer.body]).toEqual([422, expect.stringContaining('Choose at least one topic')]);
    // What was chosen beside it still stands.
    expect(answer.body).toMatch(/value="weekly" checked/);
    expect(answer.body).toMatch(/value="month" checked/);
    expect(answer.body).not.toMatch(/name="topics" value="[^"]*" checked/);
    expect((await save({ topics: 'lokalmedia' })).statusCode).toBe(422);
    expect((await save({ language: 'fi' })).statusCode).toBe(422);
    expect(await kept()).toEqual(before);
  });

  it('shows a forged link what it shows somebody who gets nothing', async () => {
    await post(path, { leave: '1' });
    const still = (body: string, where: string) => body.replaceAll(where, '');
    for (const [suffix, fields] of [
      ['', { save: '1', topics: 'naringsliv' }],
      ['', { leave: '1' }],
      ['/own-data', { ask: '1' }],
    ] as const) {
      const [mine, forged] = [await post(`${path}${suffix}`, { ...fields }), await post(`${FORGED}${suffix}`, { ...fields })];
      expect(still(forged.body, FORGED)).toBe(still(mine.body, path));
      expect(forged.statusCode).toBe(mine.statusCode);
    }
    expect(still((await get(FORGED)).body, FORGED)).toBe(still((await get(path)).body, path));
  });
});

describe('letters that wait', () => {
  it('move with the person: a release held for the weekly digest leaves at once when its reader wants that', async () => {
    await save({ frequency: 'weekly' });
    const { release } = await publish(world, plainContent({ topics: ['naringsliv'] }));
    await world.emailJob(release, 1);
    const row = async () => (await world.rows(release)).find((one) => one.address === address)!;
    expect(await row()).toMatchObject({ state: 'pending', frequency: 'weekly' });
    expect((await row()).due_at.getTime()).toBeGreaterThan(Date.now());
    await save({ frequency: 'at-once' });
    expect(await row()).toMatchObject({ state: 'pending', frequency: 'at-once' });
    expect((await row()).due_at.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
  });
});

describe('the own data', () => {
  async function link(): Promise<string> {
    await post(`${path}/own-data`, { ask: '1' });
    await deliver();
    const letter = await PostalMime.parse(world.smtp.letters.at(-1)!.raw);
    return /\/my-data\/[\w-]+/.exec(letter.text!)![0];
  }

  it('take a second link, mailed to the address itself, in a letter that belongs to no list', async () => {
    const where = await link();
    expect(String(world.smtp.letters[0]!.to)).toBe(address);
    const letter = await PostalMime.parse(world.smtp.letters[0]!.raw);
    expect(letter.headers.map((header) => header.key)).not.toContain('list-unsubscribe');
    const page = await get(where);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain(address);
    expect(page.body).toContain('Kim Åberg');
    expect(page.body).toContain('mässan');
    expect(page.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex', 'cache-control': 'no-store' });
    const file = await get(`${where}/data.json`);
    expect(file.headers['content-disposition']).toContain('attachment');
    expect(file.json()).toMatchObject({ address, consents: [{ event: 'imported' }], letters: [], notices: [{ kind: 'own-data' }] });
  });

  it('come three times a day at most, and the answer says nothing of it', async () => {
    const answers = [];
    for (let n = 0; n < 5; n += 1) answers.push((await post(`${path}/own-data`, { ask: '1' })).body);
    await deliver();
    expect(world.smtp.letters).toHaveLength(3);
    expect(new Set(answers).size).toBe(1);
  });

  it('are shown for one hour, and to nobody with another link', async () => {
    const until = (ms: number) => `/my-data/${passingToken(owner, 'own-data', new Date(Date.now() + ms))}`;
    expect((await get(until(60_000))).statusCode).toBe(200);
    expect((await get(until(-2_000))).statusCode).toBe(404);
    expect((await get(path.replace('preferences', 'my-data'))).statusCode).toBe(404);
    expect((await get(until(60_000).slice(0, -1))).statusCode).toBe(404);
    expect(
      (await get(`/my-data/${passingToken({ ...owner, tokenKey: Buffer.alloc(16) }, 'own-data', new Date(Date.now() + 60_000))}`))
        .statusCode,
    ).toBe(404);
  });

  it('show letters page by page, with when, by which relay and what it answered', async () => {
    const { release } = await publish(world, plainContent({ topics: ['naringsliv'] }));
    await world.emailJob(release, 1);
    await world.send(await world.sender(), release, 1);
    const where = await link();
    const row = (await world.rows(release)).find((one) => one.address === address)!;
    const page = (await get(where)).body;
    expect(page).toContain('taken by your mail server');
    expect(page).toContain(row.relay!);
    expect((await get(`${where}?before=1`)).body).toContain('No letters.');
  });

  it('are erased by a button behind a question, and then the links are dead', async () => {
    const where = await link();
    const question = await get(`${where}/erase`);
    expect(question.body).toContain(`<form method="post" action="${where}/erase">`);
    expect((await kept()).state).toBe('active');
    expect((await post(`${where}/erase`, { erase: '1' })).body).toContain('Everything is erased');
    expect((await kept()).state).toBe('erased');
    for (const after of [where, `${where}/data.json`, `${where}/erase`]) expect((await get(after)).statusCode).toBe(404);
    expect((await post(`${where}/erase`, { erase: '1' })).statusCode).toBe(404);
    expect((await get(path)).body.replaceAll(path, '')).toBe((await get(FORGED)).body.replaceAll(FORGED, ''));
  });

  it('are erased over the API by an administrator alone', async () => {
    expect((await web.api('elin', 'POST', '/subscribers/erase', { address })).statusCode).toBe(403);
    const answer = await web.api('maria', 'POST', '/subscribers/erase', { address: ` ${address.toUpperCase()}` });
    expect(answer.json()).toMatchObject({ subscriber: true, topics: 2, proofs: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await kept()).state).toBe('erased');
    expect((await web.api('maria', 'POST', '/subscribers/erase', { address })).statusCode).toBe(404);
  });
});
