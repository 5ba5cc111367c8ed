import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeAsset } from '../../../src/shared/release/files/assets.ts';
import type { AssetRow } from '../../../src/shared/schema/tables.ts';
import { approvedDraft, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openWeb, type Web, writeOutput } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let web: Web;
let at = new Date('2026-11-20T10:00Z');
beforeAll(async () => {
  world = await openWorld();
  web = await openWeb(world, () => at);
});
afterAll(async () => {
  await web.close();
  await world.close();
});

/** Pictures differ by their width: a colour may be the same once it is a JPEG. */
async function picture(number: number): Promise<AssetRow> {
  const data = await sharp({ create: { width: 200 + number, height: 150, channels: 3, background: '#3a6' } })
    .jpeg()
    .toBuffer();
  const { limits } = sampleNewsroom();
  return storeAsset(world.services.database, { dataDir: world.dataDir, data, name: 'bild.jpg', kind: 'image', limits });
}

function illustrated(mark: string, ...assets: AssetRow[]) {
  const images = assets.map(({ hash }) => ({
    asset: hash,
    name: 'bild.jpg',
    alt: `En dörr, ${mark}.`,
    credit: 'Mira Alm',
    licence: 'press',
  }));
  return plainContent({ images }, mark);
}

describe('contacts', () => {
  it('name whoever answers at the moment they are read, in each language, with a card to keep', async () => {
    expect((await web.get('/contacts/')).body).toMatch(/Svarar den här veckan[\s\S]{0,200}Elin Sand/);
    at = new Date('2026-11-25T10:00Z');
    expect((await web.get('/en/contacts/')).body).toMatch(/Answering this week[\s\S]{0,200}Jonas Lind/);
    const card = await web.get('/contacts/jonas.vcf');
    expect(card.headers['content-type']).toBe('text/vcard; charset=utf-8');
    expect(card.body).toContain('TEL;TYPE=WORK,VOICE:070-174 06 29');
  });

  it('are nowhere else', async () => {
    for (const path of ['/contacts/nobody.vcf', '/contacts/__proto__.vcf', '/fi/contacts/', '/sv/contacts/']) {
      expect((await web.get(path)).statusCode, path).toBe(404);
    }
    expect((await web.get('/en/contacts')).headers.location).toBe('/en/contacts/');
  });
});

it('what is made on request answers HEAD with the length GET has, and 304 with none', async () => {
  const paths = [
    '/contacts/',
    '/contacts/jonas.vcf',
    '/images/',
    '/search',
    '/embed/sv/',
    '/subscribe',
    '/api/public/releases',
    '/healthz',
  ];
  for (const url of paths) {
    const whole = await web.get(url);
    const head = await web.app.inject({ method: 'HEAD', url });
    expect([head.statusCode, head.headers['content-length'], head.body], url).toEqual([200, whole.headers['content-length'], '']);
    const { etag } = whole.headers;
    if (!etag) continue;
    const known = await web.app.inject({ method: 'HEAD', url, headers: { 'if-none-match': String(etag) } });
    expect([known.statusCode, known.headers['content-length']], url).toEqual([304, undefined]);
  }
});

describe('topics and archive', () => {
  it('are there in each language of the newsroom, with the same releases, and nowhere else', async () => {
    await publish(world, plainContent({ slug: 'nytt-for-foretag' }, 'Företagsjouren'));
    const month = new Date().toISOString().slice(0, 7).replace('-', '/');
    for (const path of ['/topics/naringsliv/', `/archive/${month}/`]) {
      const [first, other] = await Promise.all([web.get(path), web.get(`/en${path}`)]);
      expect(first.body, path).toContain('/releases/nytt-for-foretag/');
      expect(other.body, path).toContain('/releases/nytt-for-foretag/');
      expect(other.body, path).toContain('<html lang="en">');
    }
    expect((await web.get('/en/archive/')).body).toContain(`href="/en/archive/${month}/"`);
    expect((await web.get('/sitemap-1.xml')).body).toContain('/en/topics/naringsliv/</loc>');
    for (const path of ['/sv/topics/', '/sv/topics/naringsliv/', '/fi/archive/', '/en/topics/lokalmedia/', `/fi/archive/${month}/`]) {
      expect((await web.get(path)).statusCode, path).toBe(404);
    }
    expect((await web.get('/en/topics/naringsliv')).headers.location).toBe('/en/topics/naringsliv/');
  });
});

describe('the image bank', () => {
  it('has each picture of public releases once, and none that is not public or was taken back', async () => {
    const [first, shared, secret] = [await picture(1), await picture(2), await picture(3)];
    const older = await publish(world, illustrated('Dammen', first, shared));
    await publish(world, illustrated('Bron', shared));
    await approvedDraft(world, illustrated('Hemligheten', secret));
    const page = (await web.get('/images/')).body;
    expect(page.match(/<figure>/g)).toHaveLength(2);
    expect(page).toContain('Foto: Mira Alm · Licens: Fri att använda vid publicering om regionen');
    expect(page).toContain(`href="/assets/${shared.hash}/bild.jpg" download`);
    expect(page).not.toContain(secret.hash);
    // The shared one belongs to the newest release that shows it.
    expect(page.indexOf(shared.hash)).toBeLessThan(page.indexOf(first.hash));
    await withdraw(world, older.release);
    const after = (await web.get('/images/')).body;
    expect(after).not.toContain(first.hash);
    expect(after).not.toContain('Dammen');
    expect(after).toContain(shared.hash);
  });

  it('says of a picture of several languages what the release in the reader’s says', async () => {
    const shared = await picture(4);
    await publish(world, illustrated('Kajen', shared));
    await publish(world, { ...illustrated('Quay', shared), language: 'en' });
    const [swedish, english] = [(await web.get('/images/')).body, (await web.get('/en/images/')).body];
    for (const body of [swedish, english]) expect(body.match(new RegExp(`<img src="/assets/${shared.hash}`, 'g'))).toHaveLength(1);
    expect(swedish).toContain('alt="En dörr, Kajen."');
    expect(english).toContain('alt="En dörr, Quay."');
  });

  it('goes on page after page, each picture once, while more are published', async () => {
    const before = (await web.get('/images/')).body.match(/<figure>/g)!.length;
    for (let number = 0; number < 30; number += 1) await publish(world, illustrated(`Bild ${number}`, await picture(100 + number)));
    const shown: string[] = [];
    let path: string | undefined = '/images/';
    while (path) {
      const { body } = await web.get(path);
      shown.push(...[...body.matchAll(/<img src="\/assets\/([0-9a-f]{64})/g)].map((match) => match[1]!));
      path = /href="(\/images\/\?before=[\d.]+)" rel="next"/.exec(body)?.[1];
      await publish(world, illustrated(`Ny ${shown.length}`, await picture(200 + shown.length)));
    }
    expect(shown).toHaveLength(30 + before);
    expect(new Set(shown).size).toBe(shown.length);
    expect((await web.get('/images/?before=0.0')).headers.location).toBe('/images/');
    expect((await web.get("/images/?before=' or 1=1")).statusCode).toBe(200);
  });
});

describe('lists for other sites', () => {
  it('may be framed anywhere; no other page may', async () => {
    const framed = await web.get('/embed/sv/?count=3');
    expect(framed.headers['content-security-policy']).toContain('frame-ancestors *');
    expect(framed.headers['x-frame-options']).toBeUndefined();
    expect(framed.body.match(/<li>/g)).toHaveLength(3);
    expect(framed.body.match(/target="_top"/g)).toHaveLength(4);
    expect(framed.headers['set-cookie']).toBeUndefined();
    for (const path of ['/', '/embed/', '/contacts/', '/images/', '/search']) {
      const other = await web.get(path);
      expect(other.headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
      expect(other.headers['x-frame-options'], path).toBe('DENY');
    }
  });

  it('hold what is public and nothing else, of topics the public may see', async () => {
    await approvedDraft(world, plainContent({}, 'Tystnaden'));
    const { release } = await publish(world, plainContent({}, 'Larmet'));
    expect((await web.get('/embed/topics/naringsliv/')).body).toContain('Larmet');
    await withdraw(world, release);
    for (const path of ['/embed/', '/embed/sv/', '/embed/en/', '/embed/topics/naringsliv/?count=10']) {
      const { body, statusCode } = await web.get(path);
      expect(statusCode, path).toBe(200);
      expect(body, path).not.toMatch(/Tystnaden|Larmet/);
    }
    for (const path of ['/embed/fi/', '/embed/topics/lokalmedia/', '/embed/topics/none/'])
      expect((await web.get(path)).statusCode, path).toBe(404);
  });
});

describe('somebody who is lost', () => {
  it('finds a search field and what is newest, which changes with each publication', async () => {
    await publish(world, plainContent({}, 'Vilsenheten'));
    await writeOutput(world);
    const page = await web.get('/nowhere');
    expect(page.statusCode).toBe(404);
    expect(page.body).toContain('role="search"');
    expect(page.body).toContain('Vilsenheten');
  });

  it('is told so in the newsroom’s look also while PostgreSQL is away', async () => {
    const away = { ...world.services, newsroom: () => Promise.reject(new Error('Connection terminated unexpectedly')) };
    await world.services.newsroom();
    const without = await openWeb({ ...world, services: away });
    const answer = await without.get('/contacts/', { accept: 'text/html' });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBeDefined();
    expect(answer.body).toContain('Region Älvmark');
    await without.close();
    const never = await openWeb({ ...world, services: { ...away, lastNewsroom: () => undefined } });
    const bare = await never.get('/contacts/', { accept: 'text/html' });
    expect(bare.statusCode).toBe(503);
    expect(bare.body).toMatch(/^<!DOCTYPE html>[\s\S]*Försök igen[\s\S]*lang="en"[\s\S]*Try again/);
    await never.close();
  });

  it('is told where browsers can search', async () => {
    expect((await web.get('/')).body).toContain('<link rel="search" type="application/opensearchdescription+xml"');
    const description = await web.get('/opensearch.xml');
    expect(description.headers['content-type']).toBe('application/opensearchdescription+xml; charset=utf-8');
  });
});
