import { sql } from 'kysely';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Transport } from '../../../src/shared/mail/transport.ts';
import { forget } from '../../../src/shared/publishing/forgetting.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import type { SuppressionReason } from '../../../src/shared/schema/tables.ts';
import { leave } from '../../../src/shared/subscribers/leave.ts';
import { findProof } from '../../../src/shared/subscribers/proof.ts';
import { addressHash, findSuppression, suppress } from '../../../src/shared/subscribers/suppressions.ts';
import { handler as notices } from '../../../src/workers/notices.ts';
import { type LetterWorld, openLetterWorld } from '../../support/letters.ts';
import { openWeb, rawRequest, type Web } from '../../support/web.ts';

let world: LetterWorld;
let web: Web;
let transport: Transport;
let address: string;
let mark = 0;
beforeAll(async () => {
  world = await openLetterWorld();
  transport = await notices.open(world.services);
});
beforeEach(async () => {
  await web?.close();
  // A fresh one each time: its count of requests by this machine begins anew.
  web = await openWeb(world);
  mark += 1;
  address = `person${mark}@lillan.example`;
  world.smtp.letters.length = 0;
});
afterAll(async () => {
  await transport.close();
  await web.close();
  await world.close();
});

const db = () => world.services.database;

async function raw(method: string, path: string, body = ''): Promise<string> {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close'];
  if (method === 'POST') lines.push('Content-Type: application/x-www-form-urlencoded', `Content-Length: ${Buffer.byteLength(body)}`);
  const answer = await rawRequest(await web.port(), `${lines.join('\r\n')}\r\n\r\n${body}`);
  return Buffer.from(answer, 'latin1').toString();
}

/** What does not depend on the moment. */
const still = (answer: string) => answer.replace(/^(date|x-ratelimit-[a-z]+):.*\r\n/gim, '');

type Wish = { topics?: string[]; frequency?: string; language?: string; page?: string; website?: string; to?: string; wording?: string };

/** Fills in the form as the page shows it and sends it. */
async function ask({
  topics = ['naringsliv'],
  frequency = 'at-once',
  language = 'sv',
  page = 'sv',
  website = '',
  to = address,
  wording,
}: Wish = {}): Promise<string> {
  const shown = /name="wording" value="([^"]+)"/.exec((await web.get(`/subscribe?language=${page}`)).body)![1]!;
  const form = new URLSearchParams({ address: to, language, frequency, page, website, wording: wording ?? shown });
  for (const topic of topics) form.append('topics', topic);
  return raw('POST', '/subscribe', form.toString());
}

/** Sends every confirmation letter that is owed, as its worker would. */
async function deliver(): Promise<void> {
  const owed = await db().selectFrom('notices').select('id').where('kind', '=', 'confirmation').where('state', '=', 'owed').execute();
  for (const { id } of owed)
    await notices.handle({ noticeId: id }, { services: world.services, signal: new AbortController().signal, state: transport });
}

/** What came to this test's address. */
const letters = () => world.smtp.letters.filter((letter) => String(letter.to) === address);

/** The link of the newest letter. */
async function linkInLetter(): Promise<string> {
  await deliver();
  const letter = await PostalMime.parse(letters().at(-1)!.raw);
  return /\/confirm\/[\w-]+/.exec(letter.text!)![0];
}

const person = (to = address) => db().selectFrom('subscribers').selectAll().where('address', '=', to).executeTakeFirst();
async function topics(): Promise<string[]> {
  const rows = await db()
    .selectFrom('subscriptions')
    .select('topic')
    .where('subscriber', '=', (await person())!.id)
    .orderBy('topic')
    .execute();
  return rows.map((row) => row.topic);
}
async function hash(): Promise<Buffer> {
  return addressHash(await getKey(db(), 'address'), address);
}
async function bar(reason: SuppressionReason, daysAgo: number): Promise<void> {
  await suppress(db(), [{ hash: await hash(), reason, evidence: {} }]);
  await sql`update suppressions set created_at = now() - make_interval(days => ${daysAgo}) where address_hash = ${await hash()}`.execute(
    db(),
  );
}

it('the page is found however its address is typed, and is one page for search engines whatever is chosen in its link', async () => {
  expect((await web.get('/subscribe/?language=en')).headers.location).toBe('/subscribe?language=en');
  expect((await web.get('/prenumerera/')).headers.location).toBe('/subscribe?language=sv');
  for (const link of ['/subscribe?language=sv', '/subscribe?language=sv&topic=naringsliv']) {
    expect((await web.get(link)).body).toMatch(/<link rel="canonical" href="[^"?]+\/subscribe\?language=sv">/);
  }
});

describe('while PostgreSQL does not answer', () => {
  it('the form comes back as it was filled in, and says that the fault is ours', async () => {
    await sql`alter table sign_ups rename to sign_ups_away`.execute(db());
    const answer = await ask({ topics: ['halsa-och-vard'], frequency: 'weekly' });
    await sql`alter table sign_ups_away rename to sign_ups`.execute(db());
    expect(answer).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: \d+/i);
    expect(answer).toContain('felet är vårt');
    expect(answer).toContain(`value="${address}"`);
    expect(answer).toMatch(/value="halsa-och-vard" checked/);
    expect(answer).toMatch(/value="weekly" checked/);
  });
});

describe('the page /subscribe', () => {
  it('speaks Swedish and English, offers listed topics alone, and says when digests come', async () => {
    const { newsroom } = await world.services.newsroom();
    const [sv, en] = [(await web.get('/subscribe?language=sv')).body, (await web.get('/subscribe?language=en')).body];
    expect(sv).toContain('<html lang="sv"');
    expect(en).toContain('In which language?');
    for (const [topic, { unlisted }] of Object.entries(newsroom.topics)) expect(sv.includes(`value="${topic}"`), topic).toBe(!unlisted);
    expect(sv).toMatch(
      /value="at-once" checked> Direkt[\s\S]*value="daily"> Varje dag kl. 07.00[\s\S]*value="weekly"> Varje måndag kl. 07.00/,
    );
    expect(en).toContain('value="weekly"> Each Monday at 07:00');
    expect(sv).not.toMatch(/<script|checked[^>]*name="topics"/);
  });

  it('ticks the topic whose link led there, and nothing for an unknown one', async () => {
    expect((await web.get('/subscribe?language=sv&topic=naringsliv')).body).toContain('value="naringsliv" checked');
    expect((await web.get('/subscribe?language=sv&topic=%22%3E')).body).not.toMatch(/checkbox"[^>]*checked/);
  });

  it('is found at /prenumerera too', async () => {
    expect((await web.get('/prenumerera')).headers.location).toBe('/subscribe?language=sv');
  });

  it('says what is missing and keeps what was filled in', async () => {
    const answer = await ask({ topics: [], to: 'inte <en> adress' });
    expect(answer).toMatch(/^HTTP\/1\.1 422 /);
    expect(answer).toContain('Välj minst ett ämne.');
    expect(answer).toContain('value="inte &lt;en&gt; adress"');
    expect(await ask({ wording: 'sv-000000000000' })).toContain('har ändrats');
    expect(await db().selectFrom('sign_ups').selectAll().where('address', '=', address).execute()).toEqual([]);
  });
});

describe('signing up', () => {
  it('begins when the owner of the address presses the button, and keeps the proof', async () => {
    expect(await ask()).toMatch(/^HTTP\/1\.1 200 /);
    expect(await person()).toBeUndefined();
    const link = await linkInLetter();
    expect(letters()).toHaveLength(1);
    for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS']) await raw(method, link);
    expect(await person()).toBeUndefined();
    expect(await raw('GET', link)).toContain(`<form method="post" action="${link}">`);
    expect(await raw('POST', link)).toContain('Prenumerationen är bekräftad');
    expect(await person()).toMatchObject({ state: 'active', language: 'sv' });
    expect(await topics()).toEqual(['naringsliv']);
    const proof = await db()
      .selectFrom('consents')
      .selectAll()
      .where('subscriber', '=', (await person())!.id)
      .orderBy('id')
      .execute();
    expect(proof.map((row) => row.event)).toEqual(['signed-up', 'confirmed']);
    expect(proof[1]).toMatchObject({ legal_basis: 'consent', source: `${world.config.baseUrl}/subscribe`, confirmed_at: expect.any(Date) });
    expect(proof[0]!.wording).toContain('samtycker jag till');
    expect(proof[0]!.wording_version).toMatch(/^sv-[0-9a-f]{12}$/);
    expect(await findProof(db(), address)).toMatchObject({
      subscriber: (await person())!.id,
      topics: ['naringsliv'],
      events: [
        { event: 'signed-up' },
        { event: 'confirmed', wording: proof[0]!.wording, confirmedAt: proof[1]!.confirmed_at!.toISOString() },
      ],
    });
    expect(proof[0]!.at.getTime()).toBeLessThan(proof[1]!.at.getTime());
  });

  it('is confirmed once: a second press, or one after the person has left, changes nothing', async () => {
    await ask();
    const link = await linkInLetter();
    await Promise.all([raw('POST', link), raw('POST', link)]);
    const { id } = (await person())!;
    const count = () => db().selectFrom('consents').select('id').where('subscriber', '=', id).execute();
    expect(await count()).toHaveLength(2);
    await leave(db(), { subscriber: id, way: 'page' });
    expect(await raw('POST', link)).toMatch(/^HTTP\/1\.1 200 /);
    expect((await person())!.state).toBe('unsubscribed');
  });

  it('keeps how often letters are wanted, says it in the letter and in the proof, and takes anything unknown for at once', async () => {
    const frequencies = () =>
      db()
        .selectFrom('subscriptions')
        .innerJoin('subscribers', 'subscribers.id', 'subscriber')
        .select(['topic', 'frequency'])
        .where('address', '=', address)
        .orderBy('topic')
        .execute();
    await ask({ topics: ['naringsliv', 'kollektivtrafik'], frequency: 'weekly' });
    const link = await linkInLetter();
    expect((await PostalMime.parse(letters().at(-1)!.raw)).text).toContain('Varje måndag kl. 07.00, allt i ett brev');
    await raw('POST', link);
    expect(await frequencies()).toEqual([
      { topic: 'kollektivtrafik', frequency: 'weekly' },
      { topic: 'naringsliv', frequency: 'weekly' },
    ]);
    const proof = await db()
      .selectFrom('consents')
      .selectAll()
      .where('subscriber', '=', (await person())!.id)
      .execute();
    expect(proof.map(({ detail }) => detail.frequency)).toEqual(['weekly', 'weekly']);
    expect(proof[0]!.wording).toContain('hur ofta');
    await ask({ topics: ['naringsliv'], frequency: 'varje timme' });
    await raw('POST', await linkInLetter());
    expect(await frequencies()).toContainEqual({ topic: 'naringsliv', frequency: 'at-once' });
  });

  it('works anew after leaving, and ends a pause', async () => {
    await ask();
    await raw('POST', await linkInLetter());
    await sql`update subscribers set paused_until = now() + interval '1 week' where address = ${address}`.execute(db());
    await leave(db(), { subscriber: (await person())!.id, way: 'page' });
    await ask({ topics: ['*'], language: 'en', page: 'en' });
    await raw('POST', await linkInLetter());
    expect(await person()).toMatchObject({ state: 'active', language: 'en', paused_until: null });
    expect(await topics()).toEqual(['*']);
    expect(await findSuppression(db(), await hash())).toBeUndefined();
  });

  it('has a letter of its own that belongs to no list and holds nothing the visitor wrote', async () => {
    await ask({ topics: ['naringsliv', '<b>köp</b>'], website: '' });
    await deliver();
    const { raw: bytes } = letters()[0]!;
    const letter = await PostalMime.parse(bytes);
    expect(letter.subject).toContain('Bekräfta');
    expect(letter.headers.map((header) => header.key)).not.toContain('list-unsubscribe');
    expect(letter.headers.find((header) => header.key === 'auto-submitted')?.value).toBe('auto-generated');
    expect(letter.html).not.toContain('/unsubscribe/');
    expect(letter.html! + letter.text!).not.toContain('köp');
  });

  it('answers the same whether the address is known, new, barred, caught in the trap or asked too often', async () => {
    await ask();
    await raw('POST', await linkInLetter());
    const known = still(await ask());
    const first = still(await ask({ to: `ny${mark}@lillan.example` }));
    await suppress(db(), [
      { hash: addressHash(await getKey(db(), 'address'), `sparr${mark}@lillan.example`), reason: 'complaint', evidence: {} },
    ]);
    const barred = still(await ask({ to: `sparr${mark}@lillan.example` }));
    const trapped = still(await ask({ website: 'https://a.example/' }));
    for (let more = 0; more < 4; more += 1) await ask();
    const often = still(await ask());
    expect(new Set([known, first, barred, trapped, often]).size).toBe(1);
  });
});

describe('limits', () => {
  it('send an address three letters a day, however often it is typed in', async () => {
    await Promise.all(Array.from({ length: 5 }, () => ask()));
    await deliver();
    expect(letters()).toHaveLength(3);
  });

  it('hold for one visitor over all addresses', async () => {
    const answers = [];
    for (let n = 0; n < 32; n += 1) answers.push(await ask({ website: 'x' }));
    expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 429'))).toHaveLength(2);
  });

  it('keep nothing of a program that fills in the field no person sees', async () => {
    await ask({ website: 'https://a.example/' });
    expect(await db().selectFrom('sign_ups').selectAll().where('address', '=', address).execute()).toEqual([]);
  });

  it.each([
    ['complaint', 29, false],
    ['complaint', 31, true],
    ['hard-bounce', 29, false],
    ['hard-bounce', 31, true],
    ['soft-bounces', 0, true],
    ['erased', 0, true],
    ['unsubscribed', 0, true],
    ['manual', 400, false],
  ] as const)('after %s %d days ago: letter %s', async (reason, days, letter) => {
    await bar(reason, days);
    await ask();
    await deliver();
    expect(letters()).toHaveLength(letter ? 1 : 0);
    const name = (await hash()).toString('hex');
    const told = await db().selectFrom('audit').select('detail').where('action', '=', 'sign-up.barred').execute();
    expect(told.filter(({ detail }) => detail.suppression === name)).toHaveLength(letter ? 0 : 1);
  });
});

describe('a link to confirm', () => {
  it('that is forged or another’s changes nothing', async () => {
    await ask();
    const link = await linkInLetter();
    const forged = `${link.slice(0, -2)}${link.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const wrong of [forged, '/confirm/x', `/confirm/${'A'.repeat(43)}`]) {
      expect(await raw('GET', wrong)).toMatch(/^HTTP\/1\.1 404 /);
      expect(await raw('POST', wrong)).toMatch(/^HTTP\/1\.1 404 /);
    }
    expect(await person()).toBeUndefined();
    await raw('POST', link.replace('/confirm/', '/unsubscribe/'));
    await raw('POST', link.replace('/confirm/', '/preferences/'));
    expect(await person()).toBeUndefined();
  });

  it('expires after 72 hours', async () => {
    await ask();
    const link = await linkInLetter();
    await sql`update sign_ups set signed_at = now() - interval '73 hours' where address = ${address}`.execute(db());
    expect(await raw('GET', link)).toContain('Länken gäller inte längre');
    expect(await raw('POST', link)).toMatch(/^HTTP\/1\.1 404 /);
    expect(await person()).toBeUndefined();
  });

  it('confirms nothing for an address that complained since', async () => {
    await ask();
    const link = await linkInLetter();
    await bar('complaint', 0);
    expect(await raw('POST', link)).toMatch(/^HTTP\/1\.1 404 /);
    expect(await person()).toBeUndefined();
  });
});

it('forgets a sign-up after seven days, and the address with it', async () => {
  await ask();
  await deliver();
  await sql`update sign_ups set signed_at = now() - interval '169 hours' where address = ${address}`.execute(db());
  await sql`update notices set created_at = now() - interval '169 hours' where "to" = ${address}`.execute(db());
  await forget(world.services);
  expect(await db().selectFrom('sign_ups').select('id').where('address', '=', address).execute()).toEqual([]);
  expect(await db().selectFrom('notices').select('id').where('to', '=', address).execute()).toEqual([]);
});
