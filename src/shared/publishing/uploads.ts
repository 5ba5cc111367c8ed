import { type Actor, demandRole } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { type AssetKind, assetName, storeAsset } from '../release/files/assets.ts';
import type { Services } from '../services.ts';

/** A file as it is kept; a draft names it by `asset`. */
export type StoredFile = {
  readonly asset: string;
  /** What readers get when they download it. */
  readonly name: string;
  readonly kind: AssetKind;
  readonly mediaType: string;
  readonly bytes: number;
  readonly width: number | null;
  readonly height: number | null;
};

/** Says, before anything is read, whether this person may store files. Throws Forbidden. */
export function demandMayUpload(actor: Actor): void {
  demandRole(actor, ['author', 'approver'], 'store files');
}

/**
 * Keeps a picture or an attachment for drafts to name; the same bytes again are the same file. No reader sees it before a public revision names it.
 * Throws InvalidInput naming the file, Forbidden.
 */
export async function storeUpload(
  services: Services,
  actor: Actor,
  { data, name, kind }: { readonly data: Buffer; readonly name: string; readonly kind: AssetKind },
): Promise<StoredFile> {
  demandMayUpload(actor);
  const { newsroom } = await services.newsroom();
  const row = await storeAsset(services.database, { dataDir: services.config.dataDir, data, name, kind, limits: newsroom.limits });
  await recordAudit(services.database, { account: actor.account, action: 'asset.stored', detail: { asset: row.hash, name } });
  const { hash: asset, media_type: mediaType, bytes, width, height } = row;
  return { asset, name: assetName(name, mediaType), kind: row.kind, mediaType, bytes, width, height };
}
