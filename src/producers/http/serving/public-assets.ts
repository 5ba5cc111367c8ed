import { open } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { readAssetPath } from '../../../shared/release/addresses.ts';
import { assetFile, findAsset, isPublicAsset } from '../../../shared/release/files/assets.ts';
import type { Services } from '../../../shared/services.ts';
import { ASSET_CACHE_CONTROL } from './cache-control.ts';
import { isNotModified } from './conditional.ts';
import { conditionsOf } from './document.ts';
import { KnownPublic } from './known-public.ts';
import { mediaTypeOf } from './media-types.ts';
import { readRange } from './ranges.ts';

export type AssetRequest = NonNullable<ReturnType<typeof readAssetPath>>;

/** Shown by the browser itself; everything else is saved, so that nothing uploaded can run on our address. */
const SHOWN = /^(image\/(avif|gif|jpeg|png|webp)|application\/pdf)$/;

/** Serves images and attachments that a public revision names. `send` gives undefined when this one may not be seen or is not there. */
export function openPublicAssets(services: Services, seesDrafts: (request: FastifyRequest) => Promise<boolean>) {
  const { database } = services;
  const known = new KnownPublic(async (hash) => ((await isPublicAsset(database, hash)) ? typeIn(database, hash) : undefined));

  return {
    /** False when there is nothing for this reader. Never waits for the reply itself: a reply is a thenable that ends as undefined. */
    async send(request: FastifyRequest, reply: FastifyReply, asked: AssetRequest): Promise<boolean> {
      const exchange = { request, reply };
      const type = await known.typeOf(asked.hash);
      if (type !== undefined) return sendAsset(services, exchange, { ...asked, type, cacheControl: ASSET_CACHE_CONTROL });
      // The desk's preview shows a draft's page byte for byte, so its pictures have the addresses they will have.
      if (!(await seesDrafts(request))) return false;
      const own = await typeIn(database, asked.hash);
      return own === undefined ? false : sendAsset(services, exchange, { ...asked, type: own, cacheControl: 'private, no-store' });
    },
  };
}

async function typeIn(database: Services['database'], hash: string): Promise<string | undefined> {
  return (await findAsset(database, hash))?.media_type;
}

/** Streams a stored file from one open descriptor. Its name is the hash of its bytes, so that is its ETag. */
async function sendAsset(
  services: Services,
  exchange: { request: FastifyRequest; reply: FastifyReply },
  asked: AssetRequest & { type: string; cacheControl: string },
): Promise<boolean> {
  const { request, reply } = exchange;
  // The stored bytes, or a size of them in another format.
  const type = asked.file === asked.hash ? asked.type : mediaTypeOf(asked.file).type;
  const handle = await open(assetFile(services.config.dataDir, asked.file)).catch(() => undefined);
  if (!handle) return false;
  const etag = `"${asked.file}"`;
  reply.header('cache-control', asked.cacheControl).header('etag', etag);
  if (isNotModified(conditionsOf(request), { etag, lastModified: undefined })) {
    await handle.close();
    reply.code(304).send();
    return true;
  }
  const { size } = await handle.stat();
  const part = request.method === 'HEAD' ? undefined : readRange(rangeOf(request), { size, etag });
  reply.header('accept-ranges', 'bytes').header('content-type', type).header('content-disposition', dispositionOf(type, asked.name));
  if (part?.kind === 'whole') {
    reply.header('content-length', size).send(handle.createReadStream());
    return true;
  }
  if (part?.kind === 'part') {
    const { start, end } = part;
    reply
      .code(206)
      .header('content-range', `bytes ${start}-${end}/${size}`)
      .header('content-length', end - start + 1);
    reply.send(handle.createReadStream({ start, end }));
    return true;
  }
  await handle.close();
  if (part) reply.code(416).header('content-range', `bytes */${size}`).removeHeader('content-disposition').type('text/plain');
  else reply.header('content-length', size);
  reply.send();
  return true;
}

function rangeOf({ headers }: FastifyRequest) {
  const ifRange = headers['if-range'];
  return { range: headers.range, ifRange: Array.isArray(ifRange) ? ifRange.join() : ifRange };
}

/** RFC 6266: the name in ASCII for old programs, and as it is for the others. */
function dispositionOf(type: string, name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  return `${SHOWN.test(type) ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, escapeByte)}`;
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
