import { readFile, rm, writeFile } from 'node:fs/promises';
import { sql } from 'kysely';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/shared/platform/canonical.ts';
import { type AssetKind, assetFile, findAsset, getAssets, isPublicAsset, storeAsset } from '../../../src/shared/release/files/assets.ts';
import { saveNewsroom } from '../../../src/shared/release/newsroom/newsroom-store.ts';
import type { Database } from '../../../src/shared/schema/database.ts';
import type { AssetRow } from '../../../src/shared/schema/tables.ts';
import { approvedDraft, correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { drawing, photo } from '../../support/pictures.ts';
import { openWorld, type World } from '../../support/world.ts';

const PDF = Buffer.from('%PDF-1.7\nBeslut § 84\n');

let world: World;
let db: Database;
beforeAll(async () => {
  world = await openWorld();
  db = world.services.database;
});
afterAll(() => world?.close());

const store = (data: Buffer, kind: AssetKind = 'image', name = kind === 'image' ? 'hus.jpg' : 'beslut.pdf'): Promise<AssetRow> =>
  storeAsset(db, { dataDir: world.dataDir, data, name, kind, limits: sampleNewsroom().limits });
const bytesOf = (name: string) => readFile(assetFile(world.dataDir, name));

describe('an uploaded picture', () => {
  it('stands upright and has lost its metadata', async () => {
    const data = await photo();
    expect((await sharp(data).metadata()).exif?.toString('latin1')).toContain('Telefon');
    const row = await store(data);
    expect(row).toMatchObject({ kind: 'image', media_type: 'image/jpeg', width: 1_200, height: 800, upload_hash: sha256Hex(data) });
    const kept = await bytesOf(row.hash);
    const metadata = await sharp(kept).metadata();
    expect(sha256Hex(kept)).toBe(row.hash);
    expect(kept.length).toBe(row.bytes);
    expect([metadata.exif, metadata.xmp, metadata.iptc, metadata.orientation]).toEqual([undefined, undefined, undefined, undefined]);
    for (const secret of ['Telefon', 'Mira Alm', 'Exif']) expect(kept.toString('latin1')).not.toContain(secret);
  });

  it('has its sizes in three formats, none larger than itself', async () => {
    const row = await store(await photo());
    expect(row.variants.map((variant) => `${variant.width} ${variant.format}`)).toEqual([
      '480 avif',
      '480 webp',
      '480 jpeg',
      '960 avif',
      '960 webp',
      '960 jpeg',
      '1200 avif',
      '1200 webp',
      '1200 jpeg',
    ]);
    for (const variant of row.variants) {
      const data = await bytesOf(variant.path);
      const metadata = await sharp(data).metadata();
      expect(data.length).toBe(variant.bytes);
      expect(metadata).toMatchObject({ width: variant.width, height: variant.height });
      expect(metadata.format).toBe(variant.format === 'avif' ? 'heif' : variant.format);
      expect(metadata.exif).toBeUndefined();
    }
  });

  it('stays transparent', async () => {
    const row = await store(await drawing());
    expect(row.media_type).toBe('image/png');
    expect(row.variants.map((variant) => `${variant.width} ${variant.format}`)).toEqual(['300 avif', '300 webp', '300 png']);
  });

  it('that was drawn keeps every pixel, with sizes for every reader', async () => {
    const data = await sharp(await drawing(700, 300))
      .removeAlpha()
      .png()
      .toBuffer();
    const row = await store(data, 'image', 'diagram.png');
    expect(row.media_type).toBe('image/png');
    expect(
      await sharp(await bytesOf(row.hash))
        .raw()
        .toBuffer(),
    ).toEqual(await sharp(data).raw().toBuffer());
    expect(row.variants.map((variant) => variant.format)).toContain('jpeg');
  });

  it('is the same asset when it comes again, also at the same moment', async () => {
    const data = await photo({ width: 500, height: 400 });
    const rows = await Promise.all([store(data), store(data), store(data)]);
    expect(new Set(rows.map((row) => row.hash)).size).toBe(1);
    expect(await store(data)).toEqual(rows[0]);
  });

  it('is written again when its files were lost', async () => {
    const data = await photo({ width: 520, height: 400 });
    const row = await store(data);
    const lost = assetFile(world.dataDir, row.variants[0]!.path);
    await rm(lost);
    expect((await store(data)).hash).toBe(row.hash);
    expect((await readFile(lost)).length).toBe(row.variants[0]!.bytes);
  });

  it('that came as an attachment first gets its sizes when it comes as a picture', async () => {
    const data = await photo({ width: 540, height: 400 });
    const attached = await store(data, 'attachment', 'karta.jpg');
    expect(attached).toMatchObject({ kind: 'attachment', variants: [], media_type: 'image/jpeg' });
    const shown = await store(data);
    expect(shown.hash).toBe(attached.hash);
    expect(shown.variants.length).toBeGreaterThan(0);
    expect(await store(data, 'attachment', 'karta.jpg')).toEqual(shown);
  });
});

describe('an attachment', () => {
  it('is kept byte for byte under its hash', async () => {
    const row = await store(PDF, 'attachment');
    expect(row).toMatchObject({
      hash: sha256Hex(PDF),
      upload_hash: sha256Hex(PDF),
      media_type: 'application/pdf',
      bytes: PDF.length,
      variants: [],
      width: null,
    });
    expect(await bytesOf(row.hash)).toEqual(PDF);
    expect(await findAsset(db, row.hash)).toEqual(row);
  });

  it('that is a picture loses its metadata as well', async () => {
    const row = await store(await photo({ width: 560, height: 400 }), 'attachment', 'affisch.jpg');
    expect((await bytesOf(row.hash)).toString('latin1')).not.toContain('Telefon');
  });
});

it.each([
  ['image', 'hus.jpg', Buffer.from('inte en bild'), 'is not a picture.'],
  ['image', 'IMG_1.HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 'is of a kind we cannot take (HEIC).'],
  ['image', 'hus.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'is a drawing (SVG), which can carry scripts.'],
  ['image', 'hus.jpg', Buffer.alloc(0), 'is empty.'],
  ['image', 'hus.jpg', Buffer.alloc(20_000_001), 'is 20\u00a0MB, more than 20\u00a0MB.'],
  ['attachment', 'sida.html', Buffer.from('<script>'), 'is of a kind that is not handed out (.html).'],
  ['attachment', 'beslut.pdf', Buffer.from('MZ'), 'is called .pdf, but its content is something else.'],
  ['attachment', 'lista.csv', Buffer.from([0xff, 0xfe, 0x41]), 'is called .csv, but is not text in UTF-8.'],
  ['attachment', 'beslut', PDF, 'has no ending that says what it is.'],
] as const)('an %s called %s is refused: case %#', async (kind, name, data, message) => {
  await expect(store(data, kind, name)).rejects.toMatchObject({ problems: [{ field: name, message }] });
});

describe('whether the public may read a stored file', () => {
  const withImage = (row: AssetRow) => ({ images: [{ asset: row.hash, name: 'hus.jpg', alt: 'Ett hus.', credit: 'Mira Alm' }] });

  it('follows the newest revision that names it, from publication to withdrawal (promises 4 and 9)', async () => {
    const picture = await store(await photo({ width: 600, height: 400 }));
    const paper = await store(Buffer.concat([PDF, Buffer.from('public')]), 'attachment');
    const attachments = [{ asset: paper.hash, name: 'beslut.pdf', title: 'Beslut', mediaType: 'application/pdf', bytes: 10 }];
    const draft = await approvedDraft(world, plainContent({ ...withImage(picture), attachments }, 'Utkastet'));
    expect(draft.state).toBe('approved');
    expect(await isPublicAsset(db, picture.hash)).toBe(false);
    const { release } = await publish(world, plainContent({ ...withImage(picture), attachments }, 'Beslutet'));
    expect(await isPublicAsset(db, picture.hash)).toBe(true);
    expect(await isPublicAsset(db, paper.hash)).toBe(true);
    await correct(world, release, plainContent(withImage(picture), 'Beslutet'), { kind: 'minor' });
    expect(await isPublicAsset(db, paper.hash)).toBe(false);
    await withdraw(world, release);
    expect(await isPublicAsset(db, picture.hash)).toBe(false);
  });

  it('costs the same for ever: an index answers it', async () => {
    await db.transaction().execute(async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      const { rows } = await sql<{
        'QUERY PLAN': string;
      }>`explain select 1 from revisions r join releases m on m.id = r.release and m.newest_n = r.n
        where jsonb_path_query_array(r.content, '$.*[*].asset') ? ${'a'.repeat(64)} and r.kind <> 'withdrawal'`.execute(tx);
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('revisions_assets');
    });
  });

  it('is yes for the newsroom’s logo', async () => {
    const logo = await store(await drawing(200, 100));
    expect(await isPublicAsset(db, logo.hash)).toBe(false);
    await saveNewsroom(db, sampleNewsroom({ logo: logo.hash }));
    expect(await isPublicAsset(db, logo.hash)).toBe(true);
    await saveNewsroom(db, sampleNewsroom());
  });
});

it('several assets are read at once, unknown ones are missing', async () => {
  const row = await store(PDF, 'attachment');
  const assets = await getAssets(db, [row.hash, 'f'.repeat(64), row.hash]);
  expect([...assets.keys()]).toEqual([row.hash]);
  expect(assets.get(row.hash)).toEqual({
    hash: row.hash,
    mediaType: 'application/pdf',
    bytes: PDF.length,
    width: null,
    height: null,
    variants: [],
  });
  expect(await getAssets(db, [])).toEqual(new Map());
});

it('a broken write leaves no half file under an asset’s name', async () => {
  const row = await store(PDF, 'attachment');
  await writeFile(`${assetFile(world.dataDir, row.hash)}.aside`, 'half');
  expect(await bytesOf(row.hash)).toEqual(PDF);
});
