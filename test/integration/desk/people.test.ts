import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeBounces, storeBounce } from '../../../src/shared/delivery/bounces.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import { importSubscribers } from '../../../src/shared/subscribers/import.ts';
import { signUp } from '../../../src/shared/subscribers/sign-up.ts';
import { addressHash } from '../../../src/shared/subscribers/suppressions.ts';
import { openDesk, standing, type TestDesk } from '../../support/desk.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';
import { mailOf } from '../../support/returned-mail.ts';
import type { Web } from '../../support/web.ts';
import type { World } from '../../support/world.ts';

let desk: TestDesk;
let world: World;
let web: Web;
let cookies: TestDesk['cookies'];
let slug: string;
let release: string;
const KIM = 'kim@lillan.example';
beforeAll(async () => {
  desk = await openDesk();
  ({ world, web, cookies } = desk);
  const { newsroom } = await world.services.newsroom();
  const rows = [KIM, ...Array.from({ length: 60 }, (_, index) => `n${index}@storforsa.example`)];
  const csv = ['address;name;topics;legal basis;source', ...rows.map((address) => `${address};;*;consent;webbformulär`)].join('\n');
  await importSubscribers(world.services.database, { csv, newsroom });
  ({ slug, release } = await publish(world, plainContent()));
  const { database } = world.services;
  const people = await database.selectFrom('subscribers').select(['id', 'address']).orderBy('address').execute();
  await database
    .insertInto('deliveries')
    .values(people.map(({ id, address }, seq) => ({ release, n: 1, subscriber: id, seq, ...letterOf(address!) })))
    .execute();
  await database.updateTable('mailings').set({ frozen_at: new Date(), audience: people.length }).where('release', '=', release).execute();
});
afterAll(() => desk?.close());

/** Kim's letter was put off once and taken, n1's is unknown, n2's waits for its third try. */
function letterOf(address: string) {
  const answered = { at: new Date('2026-11-19T08:31:00Z'), relay: 'mail.alvmark.example:587', attempts: 1, carried_n: 1 };
  if (address === KIM) return { ...answered, state: 'accepted' as const, attempts: 2, code: '250', reply: '250 2.0.0 Ok: queued as 4XyZ' };
  if (address.startsWith('n1@'))
    return { ...answered, state: 'unknown' as const, code: 'line-lost', reply: 'the line was lost after the final dot' };
  if (address.startsWith('n2@'))
    return {
      ...answered,
      state: 'deferred' as const,
      attempts: 2,
      code: '450',
      reply: '450 4.7.1 rate limit',
      due_at: new Date('2030-01-01T10:00:00Z'),
    };
  return {};
}

type Account = keyof TestDesk['cookies'];
const page = (path: string, account: Account = 'maria') => web.get(`/desk/${path}`, { cookie: cookies[account], accept: 'text/html' });
async function post(path: string, fields: Record<string, string>, account: Account = 'maria') {
  const csrf = standing((await page('', account)).body).csrf!;
  return desk.send(`/desk/${path}`, cookies[account], { csrf, ...fields }, { accept: 'text/html' });
}
const audits = async (action: string) =>
  (await world.services.database.selectFrom('audit').selectAll().where('action', '=', action).orderBy('id').execute()).map(
    ({ account, detail }) => ({ account, detail }),
  );

describe('who sees what', () => {
  it('everybody at the desk sees releases and their letters; people, suppressions, bounces and the house are the administrator’s', async () => {
    const places = ['people', 'suppressions', 'bounces', 'house'];
    const admin = (await page('')).body;
    for (const place of places) {
      expect((await page(place)).statusCode, place).toBe(200);
      expect((await page(place)).headers['cache-control'], place).toBe('no-store');
      expect(admin).toContain(`href="/desk/${place}"`);
      for (const account of ['elin', 'jonas'] as const) {
        expect((await page(place, account)).statusCode, `${place} ${account}`).toBe(403);
        expect((await page('', account)).body).not.toContain(`href="/desk/${place}"`);
      }
    }
    expect((await page(`releases/${slug}/letters`, 'elin')).statusCode).toBe(200);
    expect((await post('people', { address: KIM }, 'jonas')).statusCode).toBe(403);
    expect((await page('house')).body).toMatch(/href="\/desk\/house" aria-current="page"/);
  });

  it('a form that is not of this session does nothing', async () => {
    for (const path of [
      'people',
      'people/bar',
      'suppressions',
      'house/resume',
      'house/relays',
      'house/preflight',
      `releases/${slug}/letters/settle`,
    ]) {
      expect((await post(path, { csrf: 'x'.repeat(43), address: KIM, sure: 'yes' })).statusCode, path).toBe(403);
    }
    expect((await world.services.database.selectFrom('suppressions').selectAll().execute()).length).toBe(0);
  });
});

describe('the letters of a release', () => {
  it('are told one by one with what the server said, page by page, and never with an address', async () => {
    const first = (await page(`releases/${slug}/letters`, 'elin')).body;
    expect(first).toContain('250 2.0.0 Ok: queued as 4XyZ');
    expect(first).toContain('lillan.example');
    expect(first).not.toContain('kim@');
    expect(first.match(/<th scope="row"><span>Nr /g)).toHaveLength(50);
    const more = /rel="next" href="([^"]+)"/.exec(first)![1]!.replaceAll('&amp;', '&');
    const second = (await web.get(more, { cookie: cookies.elin! })).body;
    expect(second.match(/<th scope="row"><span>Nr /g)).toHaveLength(11);
    expect((await page(`releases/${slug}`, 'elin')).body).toContain(`href="/desk/releases/${slug}/letters"`);
  });

  it('can be read by their state: a deferred one says when it is tried again', async () => {
    const deferred = (await page(`releases/${slug}/letters?state=deferred`)).body;
    expect(deferred.match(/<th scope="row"><span>Nr /g)).toHaveLength(1);
    expect(deferred).toMatch(/2 försök[\s\S]*nästa 1 januari 2030 kl\.\u00a011\.00/);
  });

  it('that are unknown wait for a person, who is told what each decision means', async () => {
    expect((await page(`releases/${slug}/letters?state=unknown`, 'elin')).body).toContain('Ett brev är okänt');
    const question = (await page(`releases/${slug}/letters/settle`, 'elin')).body;
    expect(question).toContain('Inget skickas.');
    const done = await post(`releases/${slug}/letters/settle`, {}, 'elin');
    expect(done.headers.location).toBe(`/desk/releases/${slug}/letters?done=settle`);
    expect((await page(`releases/${slug}/letters?done=settle`, 'elin')).body).toContain('räknat som mottaget efter beslut');
  });
});

describe('looking somebody up', () => {
  it('answers by a form whether they got it, and leaves a line in the audit', async () => {
    const before = (await audits('subscriber.looked-up')).length;
    const shown = await post('people', { address: ` ${KIM.toUpperCase()} ` });
    expect(shown.statusCode).toBe(200);
    for (const said of [
      KIM,
      'Får brev.',
      'Mottaget',
      '250 2.0.0 Ok: queued as 4XyZ',
      '2 försök',
      'alla ämnen, direkt',
      'webbformulär',
      'samtycke',
    ])
      expect(shown.body, said).toContain(said);
    const lines = await audits('subscriber.looked-up');
    expect(lines).toHaveLength(before + 1);
    expect(lines.at(-1)).toMatchObject({ account: 'maria', detail: { subscriber: expect.any(String) } });
    expect(JSON.stringify(lines)).not.toContain('kim@');
  });

  it('finds the person behind a letter by a button, without an address in the address line', async () => {
    const list = (await page(`releases/${slug}/letters`)).body;
    const subscriber = /name="subscriber" value="([^"]+)"/.exec(list)![1]!;
    expect((await post('people', { subscriber })).body).toContain(KIM);
    expect((await page('people/bar')).headers.location).toBe('/desk/people');
  });

  it('says when nobody has the address, and keeps what was typed when it is none', async () => {
    expect((await post('people', { address: 'ingen@lillan.example' })).body).toContain('Ingen har den adressen här.');
    const wrong = await post('people', { address: 'kim at "lillan"' });
    expect([wrong.statusCode, wrong.body.includes('role="alert"')]).toEqual([422, true]);
    expect(wrong.body).toContain('value="kim at &quot;lillan&quot;"');
    expect((await post('people', { subscriber: 'ingen' })).statusCode).toBe(404);
  });

  it('bars and lifts after a question, each with its line in the audit', async () => {
    const asked = await post('people/bar', { address: KIM });
    expect(asked.body).toContain('Inget brev går dit från nu');
    expect((await post('people', { address: KIM })).body).toContain('Får brev.');
    const barred = await post('people/bar', { address: KIM, sure: 'yes', note: 'ringde och bad om det' });
    expect(barred.body).toContain('Adressen är spärrad.');
    expect(barred.body).toMatch(/Spärrad: spärrad för hand\. Får inga brev\.[\s\S]*ringde och bad om det/);
    const again = await post('people/bar', { address: KIM, sure: 'yes' });
    expect(again.body).toContain('var redan spärrad');
    expect((await post('people/lift', { address: KIM, sure: 'yes' })).body).toContain('Spärren är borta');
    expect((await post('people/lift', { address: KIM, sure: 'yes' })).statusCode).toBe(404);
    expect(await audits('suppression.added')).toMatchObject([{ account: 'maria' }]);
    expect(await audits('suppression.removed')).toMatchObject([{ account: 'maria', detail: { reason: 'manual' } }]);
    expect((await post('people/bar', { address: KIM, sure: 'yes' }, 'jonas')).statusCode).toBe(403);
  });

  it('erases after a question; nobody of that address is left', async () => {
    expect((await post('people', { address: 'n5@storforsa.example' })).body).toContain('Radera …');
    expect((await post('people/erase', { address: 'n5@storforsa.example' })).body).toContain('kan inte göras ogjord');
    expect((await post('people/erase', { address: 'n5@storforsa.example', sure: 'yes' }, 'jonas')).statusCode).toBe(403);
    const erased = await post('people/erase', { address: 'n5@storforsa.example', sure: 'yes' });
    expect([erased.statusCode, erased.body.includes('Uppgifterna är raderade.'), erased.body.includes('n5@')]).toEqual([200, true, false]);
    expect((await post('people', { address: 'n5@storforsa.example' })).body).toContain('adressen är spärrad');
    expect((await post('people/erase', { address: 'n5@storforsa.example', sure: 'yes' })).statusCode).toBe(404);
  });

  it('counts subscribers and sign-ups, and names who was barred by the hash', async () => {
    const barred = 'bo@lillan.example';
    await post('suppressions', { address: barred });
    const wish = {
      language: 'sv',
      topics: ['*'],
      source: 'https://press.example/subscribe',
      wording: 'Ja',
      wordingVersion: '1',
      frequency: 'at-once' as const,
    };
    await signUp(world.services, { ...wish, address: barred });
    await signUp(world.services, { ...wish, address: 'mo@lillan.example' });
    const front = (await page('people')).body;
    expect(front).toMatch(/<strong>60<\/strong> får brev/);
    expect(front).toMatch(/<strong>1<\/strong> väntar på svar[\s\S]*<strong>1<\/strong> hindrade/);
    const hash = addressHash(await getKey(world.services.database, 'address'), barred).toString('hex');
    expect(front).toContain(`href="/desk/suppressions/${hash}"`);
    expect(front).not.toContain(barred);
  });
});

describe('suppressions at the desk', () => {
  it('are listed by reason with their evidence, one of them leads to the question of lifting it', async () => {
    const list = (await page('suppressions?reason=manual')).body;
    const path = /href="\/desk\/(suppressions\/[0-9a-f]{64})"/.exec(list)![1]!;
    expect((await page('suppressions?reason=complaint')).body).toContain('Ingen adress är spärrad av det skälet.');
    const one = (await page(path)).body;
    expect(one).toMatch(/spärrad för hand[\s\S]*maria[\s\S]*Häv spärren\?/);
    expect((await post(path, {})).headers.location).toBe('/desk/suppressions?done=lifted');
    expect((await page(path)).statusCode).toBe(404);
    expect((await post(path, {})).statusCode).toBe(404);
    expect((await page('suppressions?before=nonsense')).statusCode).toBe(422);
  });
});

describe('bounces at the desk', () => {
  it('that nobody could read wait first, are shown as harmless text, and are judged once', async () => {
    const raw = Buffer.from(mailOf('text/plain', 'Who <b>are</b> you?\u001b[2J', { from: 'kim@lillan.example', subject: 'Hello' }));
    const { id } = await storeBounce(world.services, { via: 'api', raw });
    await judgeBounces(world.services);
    expect((await page('')).body).toContain('En studs väntar på att en människa läser den');
    expect((await page('', 'jonas')).body).not.toContain('En studs väntar');
    expect((await page('house')).body).toContain('En studs väntar');
    const list = (await page('bounces')).body;
    expect(list).toMatch(/aria-current="page">Väntar på en människa \(1\)/);
    expect(list).toContain(`/desk/bounces/${id}`);
    const shown = (await page(`bounces/${id}`)).body;
    expect(shown).toContain('Who &lt;b&gt;are&lt;/b&gt; you?\u00b7[2J');
    expect((await audits('bounce.looked-up')).at(-1)).toMatchObject({ account: 'maria', detail: { bounce: id } });
    expect((await post(`bounces/${id}`, {})).statusCode).toBe(422);
    expect((await post(`bounces/${id}`, { verdict: 'complaint' })).statusCode).toBe(422);
    const judged = await post(`bounces/${id}`, { verdict: 'complaint', address: 'kim@lillan.example' });
    expect(judged.headers.location).toBe('/desk/bounces?done=judged');
    expect((await post(`bounces/${id}`, { verdict: 'ignored' })).statusCode).toBe(409);
    const story = (await post('people', { address: KIM })).body;
    expect(story).toMatch(/Spärrad: anmälde brev som skräppost[\s\S]*Anmält som skräppost/);
    expect((await page('bounces/999999')).statusCode).toBe(404);
    expect((await page('bounces')).body).toMatch(/aria-current="page">Alla/);
  });
});

describe('the house at the desk', () => {
  it('says what waits and lets a paused run go on', async () => {
    await world.services.database
      .updateTable('mailings')
      .set({ state: 'paused', reason: 'too many rejected' })
      .where('release', '=', release)
      .execute();
    const paused = (await page('house')).body;
    expect(paused).toMatch(/Utskicket är pausat för[\s\S]*too many rejected/);
    const done = await post('house/resume', { release: slug });
    expect(done.headers.location).toBe('/desk/house?done=resumed');
    expect((await page('house')).body).not.toContain('Utskicket är pausat');
    expect((await audits('letters.resumed')).at(-1)).toMatchObject({ account: 'maria' });
  });

  it('tries a resting mail server at once when asked', async () => {
    await world.services.database
      .insertInto('relays')
      .values({
        name: 'mail.alvmark.example:587',
        reason: '535 5.7.8',
        tries: 3,
        paused_until: new Date(Date.now() + 600_000),
        since: new Date(),
      })
      .execute();
    expect((await page('house')).body).toContain('535 5.7.8');
    expect((await post('house/relays', {})).headers.location).toBe('/desk/house?done=tried');
    expect((await page('house')).body).not.toContain('535 5.7.8');
  });

  it('shows what DNS says of the sender’s domain', async () => {
    expect((await post('house/preflight', {})).body).toContain('MAIL_FROM is not set');
    expect((await page('house/preflight')).headers.location).toBe('/desk/house');
  });
});
