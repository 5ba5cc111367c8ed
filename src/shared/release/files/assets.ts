import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { sha256Hex } from '../../platform/canonical.ts';
import { wrongInput } from '../../platform/failure.ts';
import { replaceFile } from '../../platform/files.ts';
import type { Connection } from '../../schema/database.ts';
import type { AssetRow, NewRow } from '../../schema/tables.ts';
import { formatBytes } from '../dates.ts';
import type { AssetView } from '../view.ts';
import { attachmentEndings, attachmentKind } from './file-types.ts';
import { prepareImage, UnreadableImage } from './images.ts';

/*
 * Pictures and attachments: bytes under DATA_DIR/assets named after their hash, one row each. What is stored is never changed,
 * so its address may be cached for ever. Whether the public may read it is asked at every request (isPublicAsset).
 */

export type AssetKind = 'image' | 'attachment';
export type AssetLimits = { readonly imageBytes: number; readonly attachmentBytes: number };
export type Upload = {
  readonly dataDir: string;
  readonly data: Buffer;
  readonly name: string;
  readonly kind: AssetKind;
  readonly limits: AssetLimits;
};

type Prepared = { readonly row: NewRow<'assets'>; readonly files: readonly { name: string; data: Buffer }[] };

/**
 * Stores what was uploaded and gives its row; the same bytes again give the same row. Pictures lose their metadata and get their sizes here.
 * Files come before the row, so a row never names bytes that are not there. Throws InvalidInput naming the file.
 */
export async function storeAsset(db: Connection, upload: Upload): Promise<AssetRow> {
  demandTakeable(upload);
  const uploadHash = sha256Hex(upload.data);
  const known = await db.selectFrom('assets').selectAll().where('upload_hash', '=', uploadHash).executeTakeFirst();
  if (known && (upload.kind === 'attachment' || known.kind === 'image') && (await isWhole(upload.dataDir, known))) return known;
  const { row, files } = await prepareAsset(upload, uploadHash);
  for (const file of files) await replaceFile(assetFile(upload.dataDir, file.name), file.data);
  return (
    db
      .insertInto('assets')
      .values(row)
      // A picture that came as an attachment first gets its sizes now; other uploads with the same pixels share the row.
      .onConflict((conflict) =>
        conflict.column('hash').doUpdateSet({
          kind: sql`case when excluded.kind = 'image' then excluded.kind else assets.kind end`,
          variants: sql`case when excluded.kind = 'image' then excluded.variants else assets.variants end`,
        }),
      )
      .returningAll()
      .executeTakeFirstOrThrow()
  );
}

/** Looks at an upload without storing it: for checking a file where there is no newsroom. Throws InvalidInput. */
export async function inspectAsset(upload: Omit<Upload, 'dataDir'>): Promise<{ hash: string; mediaType: string; bytes: number }> {
  demandTakeable(upload);
  const { row } = await prepareAsset(upload, sha256Hex(upload.data), false);
  return { hash: row.hash, mediaType: row.media_type, bytes: row.bytes };
}

/** The file that holds an asset's bytes (its hash) or one of its sizes (the path of a variant). */
export function assetFile(dataDir: string, hashOrVariant: string): string {
  // Two letters of the hash spread a large archive over 256 folders.
  return join(dataDir, 'assets', hashOrVariant.slice(0, 2), hashOrVariant);
}

/** The asset with that hash. */
export async function findAsset(db: Connection, hash: string): Promise<AssetRow | undefined> {
  return db.selectFrom('assets').selectAll().where('hash', '=', hash).executeTakeFirst();
}

/** Several assets as pages need them, by hash. Hashes nobody stored are missing. */
export async function getAssets(db: Connection, hashes: readonly string[]): Promise<Map<string, AssetView>> {
  if (hashes.length === 0) return new Map();
  const rows = await db
    .selectFrom('assets')
    .selectAll()
    .where('hash', 'in', [...new Set(hashes)])
    .execute();
  return new Map(rows.map((row) => [row.hash, assetView(row)]));
}

/** An asset's row as pages need it. */
function assetView(row: AssetRow): AssetView {
  const { hash, bytes, width, height, variants } = row;
  return { hash, mediaType: row.media_type, bytes, width, height, variants };
}

/**
 * True while the newest revision of a public release names the asset, or the newsroom shows it as its logo.
 * A draft's picture, an embargoed one, and one that was taken back with its text are not public (promises 4 and 9).
 */
export async function isPublicAsset(db: Connection, hash: string): Promise<boolean> {
  // The index revisions_assets holds the hashes of each revision; the expression must read as it does there.
  const { rows } = await sql`
    select 1 from revisions r join releases m on m.id = r.release and m.newest_n = r.n
    where jsonb_path_query_array(r.content, '$.*[*].asset') ? ${hash} and r.kind <> 'withdrawal'
    union all select 1 from newsroom where ${hash} in (content ->> 'logo', content ->> 'logoDark') limit 1`.execute(db);
  return rows.length > 0;
}

async function isWhole(dataDir: string, row: AssetRow): Promise<boolean> {
  const names = [row.hash, ...row.variants.map((variant) => variant.path)];
  const found = await Promise.all(
    names.map((name) =>
      access(assetFile(dataDir, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}

/** Refuses a file larger than the newsroom takes; nobody needs to have read it. Throws InvalidInput naming the file. */
export function demandSize(file: {
  readonly name: string;
  readonly bytes: number;
  readonly kind: AssetKind;
  readonly limits: AssetLimits;
}): void {
  const { name, bytes, kind, limits } = file;
  const most = kind === 'image' ? limits.imageBytes : limits.attachmentBytes;
  if (bytes > most) refuseFile(name, `is ${formatBytes(bytes, 'en')}, more than ${formatBytes(most, 'en')}.`, 'Make it smaller.');
}

/** Refuses what is too large, empty, or of a kind that is not handed out. Known bytes under another name are looked at again. */
function demandTakeable({ data, name, kind, limits }: Omit<Upload, 'dataDir'>): void {
  demandSize({ name, bytes: data.length, kind, limits });
  if (data.length === 0) refuseFile(name, 'is empty.', 'Save the file again.');
  const found = kind === 'image' ? undefined : attachmentKind(name, data);
  if (found?.kind === 'refused') refuseFile(name, found.message, `Possible are ${attachmentEndings()}.`);
}

async function prepareAsset({ data, name, kind }: Omit<Upload, 'dataDir'>, uploadHash: string, sizes = true): Promise<Prepared> {
  const found = attachmentKind(name, data);
  if (kind === 'image' || found.kind !== 'file') return picture({ data, name, kind, uploadHash, sizes: sizes && kind === 'image' });
  const row = {
    hash: uploadHash,
    upload_hash: uploadHash,
    kind,
    media_type: found.mediaType,
    bytes: data.length,
    width: null,
    height: null,
  };
  return { row, files: [{ name: uploadHash, data }] };
}

async function picture(input: { data: Buffer; name: string; kind: AssetKind; uploadHash: string; sizes: boolean }): Promise<Prepared> {
  try {
    const made = await prepareImage(input.data, { sizes: input.sizes });
    const { hash, width, height } = made;
    const variants = made.sizes.map(({ data: _, ...variant }) => variant);
    const row = {
      hash,
      upload_hash: input.uploadHash,
      kind: input.kind,
      media_type: made.mediaType,
      bytes: made.data.length,
      width,
      height,
    };
    const files = [{ name: hash, data: made.data }, ...made.sizes.map((size) => ({ name: size.path, data: size.data }))];
    return { row: { ...row, variants: JSON.stringify(variants) }, files };
  } catch (error) {
    if (error instanceof UnreadableImage) return refuseFile(input.name, error.message, error.remedy);
    throw error;
  }
}

function refuseFile(name: string, message: string, remedy: string): never {
  throw wrongInput(name, message, remedy);
}

const ENDINGS: Record<string, string> = { 'image/jpeg': 'jpg', 'image/png': 'png' };

/** The name readers get when they download an asset: the uploaded file's, with the ending of what we keep of it. */
export function assetName(name: string, mediaType: string): string {
  const ending = ENDINGS[mediaType];
  if (!ending || name.toLowerCase().endsWith(`.${ending}`) || (ending === 'jpg' && /\.jpeg$/i.test(name))) return name;
  return `${name.replace(/\.[A-Za-z0-9]{1,5}$/, '')}.${ending}`;
}
