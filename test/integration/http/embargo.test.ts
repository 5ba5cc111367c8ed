import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DraftView } from '../../../src/shared/publishing/draft-view.ts';
import { createDraft } from '../../../src/shared/publishing/drafts.ts';
import { storeAsset } from '../../../src/shared/release/files/assets.ts';
import type { AssetRow } from '../../../src/shared/schema/tables.ts';
import { approvedDraft, correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openWeb, signIn, type Web, writeOutput } from '../../support/web.ts';
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

async function picture(red: number): Promise<AssetRow> {
  const data = await sharp({ create: { width: 1200, height: 800, channels: 3, background: { r: red, g: 90, b: 60 } } })
    .jpeg()
    .toBuffer();
  return store(data, 'bild.jpg', 'image');
}

function store(data: Buffer, name: string, kind: 'image' | 'attachment'): Promise<AssetRow> {
  return storeAsset(world.services.database, { dataDir: world.dataDir, data, name, kind, limits: sampleNewsroom().limits });
}

function illustrated(asset: AssetRow, mark: string) {
  return plainContent({ images: [{ asset: asset.hash, name: 'bild.jpg', alt: 'En dörr.', credit: 'Mira Alm', licence: 'press' }] }, mark);
}

/** Every address of a picture. */
function addresses(asset: AssetRow): string[] {
  return [`/assets/${asset.hash}/bild.jpg`, ...asset.variants.map((variant) => `/assets/${variant.path}`)];
}

async function statuses(paths: string[], headers: Record<string, string> = {}): Promise<number[]> {
  return Promise.all(paths.map(async (path) => (await web.get(path, headers)).statusCode));
}

describe('before its time', () => {
  let asset: AssetRow;
  let draft: DraftView;
  beforeAll(async () => {
    asset = await picture(10);
    draft = await approvedDraft(world, illustrated(asset, 'Hemligheten'));
    await writeOutput(world);
  });

  it('no byte of a release is on any page, feed or list', async () => {
    const paths = [
      '/',
      '/en/',
      '/topics/naringsliv/',
      '/archive/',
      '/rss.xml',
      '/atom.xml',
      '/feed.json',
      '/topics/naringsliv/rss.xml',
      '/ninjs.json',
      '/sv/topics/naringsliv/atom.xml',
      '/feeds/',
      '/sitemap.xml',
      '/sitemap-1.xml',
    ];
    for (const path of paths) expect((await web.get(path)).body, path).not.toContain('Hemligheten');
    expect(await statuses([`/releases/${draft.slug}/`, `/releases/${draft.slug}`])).toEqual([404, 404]);
  });

  it('its pictures are not reachable under any of their addresses, nor its preview', async () => {
    expect(asset.variants.length).toBeGreaterThan(2);
    for (const status of await statuses(addresses(asset))) expect(status).toBe(404);
    const preview = await web.get(`/desk/releases/${draft.slug}/preview/page`);
    expect([preview.statusCode, preview.headers.location]).toEqual([303, '/desk/sign-in']);
    expect((await web.get(`/api/releases/${draft.slug}/preview/html`)).statusCode).toBe(401);
  });

  it('an editor’s preview shows page and pictures, which no cache may keep', async () => {
    const cookie = await signIn(world, web, 'jonas');
    const preview = await web.get(`/desk/releases/${draft.slug}/preview/page`, { cookie });
    expect(preview.body).toContain('Hemligheten');
    expect(preview.headers['cache-control']).toBe('no-store');
    const shown = await web.get(addresses(asset)[1]!, { cookie });
    expect([shown.statusCode, shown.headers['cache-control']]).toEqual([200, 'private, no-store']);
    expect((await web.get(addresses(asset)[1]!)).statusCode).toBe(404);
  });

  it('a corrected text and its new picture stay unseen until they are published', async () => {
    const before = await picture(20);
    const after = await picture(30);
    const { release, slug } = await publish(world, illustrated(before, 'Bron'));
    const draftOf = await createDraft(world.services, world.elin, { content: illustrated(after, 'Annat') });
    expect(draftOf.slug).not.toBe(slug);
    expect(await statuses([addresses(before)[0]!, addresses(after)[0]!])).toEqual([200, 404]);
    await correct(world, release, illustrated(after, 'Bron'), { kind: 'minor' });
    expect(await statuses([addresses(after)[0]!])).toEqual([200]);
  });
});

describe('a public file', () => {
  it('is streamed with its type, an ETag that is its name, and 304 to whoever has it', async () => {
    const asset = await picture(40);
    await publish(world, illustrated(asset, 'Färjan'));
    const variant = asset.variants.find(({ format }) => format === 'webp')!;
    const answer = await web.get(`/assets/${variant.path}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload.length).toBe(variant.bytes);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/webp',
      'content-length': String(variant.bytes),
      etag: `"${variant.path}"`,
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect((await web.get(`/assets/${variant.path}`, { 'if-none-match': `"${variant.path}"` })).statusCode).toBe(304);
    const head = await web.app.inject({ method: 'HEAD', url: `/assets/${variant.path}` });
    expect([head.statusCode, head.headers['content-length'], head.rawPayload.length]).toEqual([200, String(variant.bytes), 0]);
  });

  it('keeps its readable name, and is saved rather than shown unless browsers show it safely', async () => {
    const text = await store(Buffer.from('rad;belopp\r\n1;2\r\n'), 'bilaga ett – å.csv', 'attachment');
    const content = plainContent(
      { attachments: [{ asset: text.hash, name: 'bilaga ett – å.csv', title: 'Bilaga', mediaType: text.media_type, bytes: text.bytes }] },
      'Torget',
    );
    await publish(world, content);
    const answer = await web.get(`/assets/${text.hash}/${encodeURIComponent('bilaga ett – å.csv')}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-disposition']).toBe(
      `attachment; filename="bilaga ett _ _.csv"; filename*=UTF-8''bilaga%20ett%20%E2%80%93%20%C3%A5.csv`,
    );
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it('whose reader goes away half-way is no fault of ours', async () => {
    const large = await store(Buffer.from('rad;belopp\r\n'.repeat(700_000)), 'stor.csv', 'attachment');
    const attachments = [{ asset: large.hash, name: 'stor.csv', title: 'Bilaga', mediaType: large.media_type, bytes: large.bytes }];
    await publish(world, plainContent({ attachments }, 'Ladan'));
    const faults = vi.spyOn(world.services.log, 'error');
    const accepted = once(web.app.server, 'connection') as Promise<[Socket]>;
    const reader = connect(await web.port(), '127.0.0.1', () =>
      reader.write(`GET /assets/${large.hash}/stor.csv HTTP/1.1\r\nHost: x\r\n\r\n`),
    );
    await once(reader, 'data');
    const [connection] = await accepted;
    const closed = new Promise((resolve) => connection.once('close', resolve));
    reader.resetAndDestroy();
    await closed;
    // Another whole answer: what the first one left to do has been done by then.
    expect((await web.get('/nowhere')).statusCode).toBe(404);
    expect(faults.mock.calls).toEqual([]);
  });

  it('is gone again with the release that showed it', async () => {
    const asset = await picture(50);
    const { release } = await publish(world, illustrated(asset, 'Kajen'));
    expect(await statuses([addresses(asset)[0]!])).toEqual([200]);
    await withdraw(world, release);
    const fresh = await openWeb(world);
    expect((await fresh.get(addresses(asset)[0]!)).statusCode).toBe(404);
    await fresh.close();
  });
});
