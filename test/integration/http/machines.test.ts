import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeAsset } from '../../../src/shared/release/files/assets.ts';
import type { AssetRow } from '../../../src/shared/schema/tables.ts';
import { approvedDraft, correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { photo } from '../../support/pictures.ts';
import { openWeb, type Web, writeOutput } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';
import { parseXml } from '../../support/xml.ts';

const DAY_MS = 86_400_000;

let world: World;
let web: Web;
let later = 0;
beforeAll(async () => {
  world = await openWorld();
  web = await openWeb(world, () => new Date(Date.now() + later));
});
afterAll(async () => {
  await web.close();
  await world.close();
});

const store = (data: Buffer, name: string, kind: 'image' | 'attachment'): Promise<AssetRow> =>
  storeAsset(world.services.database, { dataDir: world.dataDir, data, name, kind, limits: sampleNewsroom().limits });

/** The path of the card a release's page names. */
async function cardOf(slug: string): Promise<string> {
  const { body } = await web.get(`/releases/${slug}/`);
  return new URL(/<meta property="og:image" content="([^"]+)">/.exec(body)![1]!).pathname;
}

describe('the card of a release', () => {
  it('is a JPEG of 1200 × 630 below 100 kB, with its lead picture, kept by whoever fetched it', async () => {
    const picture = await store(await photo(), 'bild.jpg', 'image');
    const images = [{ asset: picture.hash, name: 'bild.jpg', alt: 'En dörr.', credit: 'Mira Alm', licence: 'press' }];
    const { slug } = await publish(world, plainContent({ images }, 'Den nya bron'));
    const answer = await web.get(await cardOf(slug));
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ 'content-type': 'image/jpeg', 'cache-control': expect.stringContaining('max-age=3600') });
    expect(answer.rawPayload.length).toBeLessThanOrEqual(100_000);
    const { data, info } = await sharp(answer.rawPayload).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([1_200, 630]);
    // The blue of the photo, in the middle of its place at the right.
    const at = (300 * info.width + 1_000) * info.channels;
    expect(Math.abs(data[at]! - 0x4a) + Math.abs(data[at + 1]! - 0x7a) + Math.abs(data[at + 2]! - 0x9c)).toBeLessThan(20);
    const again = await web.get(await cardOf(slug), { 'if-none-match': answer.headers.etag as string });
    expect(again.statusCode).toBe(304);
  });

  it('is not there before its time, follows a correction, and goes with a withdrawal (promises 4 and 9)', async () => {
    const draft = await approvedDraft(world, plainContent({}, 'Hemligheten'));
    expect((await web.get(`/releases/${draft.slug}/card.${'0'.repeat(16)}.jpg`)).statusCode).toBe(404);
    const { release, slug } = await publish(world, plainContent({ title: 'Priset blir fyra kronor' }, 'Priset'));
    const first = await cardOf(slug);
    await correct(world, release, plainContent({ title: 'Priset blir fem kronor' }, 'Priset'), { kind: 'major' });
    const second = await cardOf(slug);
    expect(second).not.toBe(first);
    const old = await web.get(first);
    expect([old.statusCode, old.headers.location]).toEqual([301, second]);
    expect((await web.get(second)).statusCode).toBe(200);
    await withdraw(world, release);
    expect((await web.get(second)).statusCode).toBe(410);
    expect((await web.get(first)).statusCode).toBe(410);
  });
});

describe('the newsroom’s own pictures', () => {
  it('are given to programs that ask by a fixed name for a day, by a name of their own for ever', async () => {
    for (const [path, type, keep] of [
      ['/favicon.ico', 'image/x-icon', 'max-age=86400'],
      ['/apple-touch-icon.png', 'image/png', 'max-age=86400'],
      [/"(\/icon-192[^"]+)"/.exec((await web.get('/site.webmanifest')).body)![1]!, 'image/png', 'immutable'],
    ] as const) {
      const answer = await web.get(path);
      expect([answer.statusCode, answer.headers['content-type']], path).toEqual([200, type]);
      expect(answer.headers['cache-control']).toContain(keep);
      expect((await web.get(path, { 'if-none-match': answer.headers.etag as string })).statusCode).toBe(304);
    }
  });

  it('are written about in a manifest for each language, the same bytes as a file and on request', async () => {
    const asked = await web.get('/en/site.webmanifest');
    expect(asked.headers['content-type']).toBe('application/manifest+json; charset=utf-8');
    await writeOutput(world);
    expect((await web.get('/en/site.webmanifest')).body).toBe(asked.body);
    expect((await web.get('/fi/site.webmanifest')).statusCode).toBe(404);
  });

  it('stand on the cards of lists; a month has one once something was published in it', async () => {
    const { body } = await web.get('/topics/');
    const card = new URL(/<meta property="og:image" content="([^"]+)">/.exec(body)![1]!).pathname;
    expect((await web.get(card)).headers).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': expect.stringContaining('max-age=3600'),
    });
    const old = await web.get(`/topics/card.${'0'.repeat(16)}.jpg`);
    // Two newsrooms that take turns must not send a browser round in circles.
    expect([old.statusCode, old.headers.location, old.headers['cache-control']]).toEqual([
      301,
      card,
      expect.stringContaining('max-age=15'),
    ]);
    expect((await web.get(`/archive/1999/01/card.${'0'.repeat(16)}.jpg`)).statusCode).toBe(404);
  });
});

describe('search engines', () => {
  const locations = async (path: string) => parseXml((await web.get(path)).body).children.map((url) => url.children[0]!.text);

  it('find what is new for two days in the news sitemap, and nothing that was withdrawn or is not public', async () => {
    const { slug } = await publish(world, plainContent({}, 'Ny färja'));
    const { release, slug: gone } = await publish(world, plainContent({}, 'Fel färja'));
    await withdraw(world, release);
    const draft = await approvedDraft(world, plainContent({}, 'Hemlig färja'));
    const news = (await locations('/news-sitemap.xml')).join(' ');
    expect(news).toContain(`/releases/${slug}/`);
    expect(news).not.toContain(gone);
    expect(news).not.toContain(draft.slug);
    later = 3 * DAY_MS;
    try {
      expect(await locations('/news-sitemap.xml')).toEqual([]);
    } finally {
      later = 0;
    }
  });

  it('find a release and its translation beside each other, in the shard that was written before the translation came', async () => {
    const { slug } = await publish(world, plainContent({}, 'Ny buss'));
    await writeOutput(world);
    const translated = plainContent({ language: 'en', title: 'A new bus for the coast', translationOf: slug }, 'New bus');
    const { slug: english } = await publish(world, translated);
    await writeOutput(world);
    const shard = parseXml((await web.get('/sitemap-1.xml')).body);
    const entry = shard.children.find((url) => url.children[0]!.text.endsWith(`/releases/${slug}/`))!;
    expect(entry.children.slice(2).map(({ attributes }) => `${attributes.hreflang} ${new URL(attributes.href!).pathname}`)).toEqual([
      `sv /releases/${slug}/`,
      `en /releases/${english}/`,
      `x-default /releases/${slug}/`,
    ]);
  });

  it('learn from robots.txt where the sitemaps are; who finds a weakness, from security.txt whom to tell', async () => {
    await writeOutput(world);
    const robots = await web.get('/robots.txt');
    for (const [, address] of robots.body.matchAll(/^Sitemap: (.*)$/gm))
      expect((await web.get(new URL(address!).pathname)).statusCode).toBe(200);
    const security = await web.get('/.well-known/security.txt');
    expect(security.headers['content-type']).toBe('text/plain; charset=utf-8');
    const expires = Date.parse(/^Expires: (.*)$/m.exec(security.body)![1]!);
    expect(expires).toBeGreaterThan(Date.now() + 30 * DAY_MS);
    expect(expires).toBeLessThan(Date.now() + 365 * DAY_MS);
  });
});

describe('an attachment', () => {
  const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(100_000, 7), Buffer.from('end')]);

  it('is given in parts to whoever asks for one: 206, or 416 beyond its end (RFC 9110 14)', async () => {
    const paper = await store(PDF, 'beslut.pdf', 'attachment');
    const attachments = [{ asset: paper.hash, name: 'beslut.pdf', title: 'Beslut', mediaType: 'application/pdf', bytes: PDF.length }];
    await publish(world, plainContent({ attachments }, 'Beslutet'));
    const path = `/assets/${paper.hash}/beslut.pdf`;
    const whole = await web.get(path);
    expect([whole.statusCode, whole.headers['accept-ranges']]).toEqual([200, 'bytes']);
    const part = await web.get(path, { range: 'bytes=-3' });
    expect([part.statusCode, part.body]).toEqual([206, 'end']);
    expect(part.headers).toMatchObject({
      'content-range': `bytes ${PDF.length - 3}-${PDF.length - 1}/${PDF.length}`,
      'content-length': '3',
      etag: whole.headers.etag,
    });
    expect((await web.get(path, { range: 'bytes=0-4', 'if-range': '"other"' })).statusCode).toBe(200);
    const beyond = await web.get(path, { range: `bytes=${PDF.length}-` });
    expect([beyond.statusCode, beyond.headers['content-range'], beyond.body]).toEqual([416, `bytes */${PDF.length}`, '']);
    const head = await web.app.inject({ method: 'HEAD', url: path, headers: { range: 'bytes=0-4' } });
    expect([head.statusCode, head.headers['content-length']]).toEqual([200, String(PDF.length)]);
  });
});
