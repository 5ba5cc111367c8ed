import type { FastifyReply, FastifyRequest } from 'fastify';
import { sha256Hex } from '../../../shared/platform/canonical.ts';
import { isNotModified } from './conditional.ts';
import { chooseEncoding, type Encoding, encode, LEAST_COMPRESSED_BYTES } from './encodings.ts';
import { isCompressible } from './media-types.ts';
import type { Ready, ReadyAnswers } from './ready-answers.ts';

/** Bytes with their hash, giving their compressed forms on demand. */
export type Encodable = {
  readonly body: Buffer;
  readonly hash: string;
  encoded(encoding: Exclude<Encoding, 'identity'>): Promise<Buffer>;
};

/** An answer to a reader. */
export type Document = Encodable & {
  readonly status: 200 | 404 | 410;
  readonly type: string;
  readonly cacheControl: string;
  readonly modifiedAt: Date | undefined;
  /** One quick look whether this is still what a reader should get. Only with it is the answer kept ready. */
  readonly isCurrent?: () => boolean;
};

/** Hex digits of the hash in an ETag: 128 bits tell documents apart. */
const ETAG_DIGITS = 32;

/** Wraps bytes. A compressed form is made at first wish, once; `grown` hears how many bytes that added. */
export function encodableOf(body: Buffer, grown: (bytes: number) => void = () => undefined): Encodable {
  const forms = new Map<Encoding, Promise<Buffer>>();
  return {
    body,
    hash: sha256Hex(body),
    encoded(encoding) {
      const ready = forms.get(encoding);
      if (ready) return ready;
      const made = encode(body, encoding).then((bytes) => {
        grown(bytes.length);
        return bytes;
      });
      forms.set(encoding, made);
      return made;
    },
  };
}

/**
 * Answers GET or HEAD with a document: strong ETag (one per encoding, RFC 9110 8.8.3.3), 304 when the reader has it already,
 * compressed when that helps. An answer that is no success carries no validators. With `ready` the answer is kept for the next who asks the same.
 */
export async function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  document: Document,
  ready?: ReadyAnswers,
): Promise<FastifyReply> {
  const compressible = isCompressible(document.type) && document.body.length >= LEAST_COMPRESSED_BYTES;
  const accepted = chooseEncoding(headerOf(request, 'accept-encoding'));
  const encoding = compressible ? accepted : 'identity';
  reply.header('cache-control', document.cacheControl);
  if (compressible) reply.header('vary', 'Accept-Encoding');
  const etag = etagOf(document.hash, encoding);
  let headNotModified: string[] = [];
  const keep = (answer: Pick<Ready, 'head' | 'body'>) => {
    const { isCurrent, status, hash } = document;
    // Compressing took its time: an older answer never takes a newer one's place.
    if (!ready || !isCurrent?.() || status !== 200 || request.method !== 'GET') return;
    ready.keep(request.raw.url!, accepted, { file: hash, etag, headNotModified, isCurrent, ...answer });
  };
  if (document.status === 200) {
    reply.header('etag', etag);
    if (document.modifiedAt) reply.header('last-modified', document.modifiedAt.toUTCString());
    headNotModified = headOf(reply);
    if (isNotModified(conditionsOf(request), { etag, lastModified: document.modifiedAt })) {
      keep({ head: [], body: undefined });
      return reply.code(304).send();
    }
  }
  const body = encoding === 'identity' ? document.body : await document.encoded(encoding);
  if (encoding !== 'identity') reply.header('content-encoding', encoding);
  reply.code(document.status).header('content-type', document.type).header('content-length', body.length);
  if (request.method === 'HEAD') return reply.send();
  keep({ head: headOf(reply), body });
  return reply.send(body);
}

/** The headers set so far, names and values in turn. */
function headOf(reply: FastifyReply): string[] {
  return Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().flatMap((one) => [name, String(one)]),
  );
}

function etagOf(hash: string, encoding: Encoding): string {
  return encoding === 'identity' ? `"${hash.slice(0, ETAG_DIGITS)}"` : `"${hash.slice(0, ETAG_DIGITS)}-${encoding}"`;
}

/** What the client remembers, as the preconditions want it. */
export function conditionsOf(request: FastifyRequest) {
  return { ifNoneMatch: headerOf(request, 'if-none-match'), ifModifiedSince: headerOf(request, 'if-modified-since') };
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
