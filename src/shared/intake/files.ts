import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { wrongInput } from '../platform/failure.ts';
import { type AssetKind, type AssetLimits, assetName, demandSize, inspectAsset, storeAsset } from '../release/files/assets.ts';
import { nearMiss } from '../release/problems.ts';
import type { Connection } from '../release/surroundings.ts';

/** What a `file:` of a release becomes. */
export type ResolvedFile = { readonly asset: string; readonly name: string; readonly mediaType: string; readonly bytes: number };
/** Turns a file's path into an asset. Throws InvalidInput saying what is wrong with the file. */
export type Resolve = (path: string, kind: AssetKind) => Promise<ResolvedFile>;

/** Stores the files a release names. */
export function storingFiles(db: Connection, options: { dataDir: string; limits: AssetLimits }): Resolve {
  return async (path, kind) => {
    const upload = { ...(await readBytes(path, kind, options.limits)), kind, limits: options.limits, dataDir: options.dataDir };
    const row = await storeAsset(db, upload);
    return { asset: row.hash, name: assetName(upload.name, row.media_type), mediaType: row.media_type, bytes: row.bytes };
  };
}

/** Looks at the files a release names, and keeps nothing. */
export function checkingFiles(options: { limits: AssetLimits }): Resolve {
  return async (path, kind) => {
    const upload = { ...(await readBytes(path, kind, options.limits)), kind, limits: options.limits };
    const found = await inspectAsset(upload);
    return { asset: found.hash, name: assetName(upload.name, found.mediaType), mediaType: found.mediaType, bytes: found.bytes };
  };
}

async function readBytes(path: string, kind: AssetKind, limits: AssetLimits): Promise<{ data: Buffer; name: string }> {
  const name = basename(path);
  const refuse = (message: string, remedy: string): never => {
    throw wrongInput(name, message, remedy);
  };
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    const beside = await readdir(dirname(path)).catch(() => []);
    return refuse('does not exist.', nearMiss(name, beside, 'Paths are read from the release file.'));
  }
  if (!found.isFile()) return refuse('is not a file.', 'Name the file in it.');
  demandSize({ name, bytes: found.size, kind, limits });
  return { data: await readFile(path), name };
}
