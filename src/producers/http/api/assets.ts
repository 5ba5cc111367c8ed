import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { wrongInput } from '../../../shared/platform/failure.ts';
import { demandMayUpload, storeUpload } from '../../../shared/publishing/uploads.ts';
import { LONG_ANSWER_MS, UPLOAD_BYTES } from '../limits.ts';
import { BadRequest } from '../problem.ts';
import { AssetAnswer } from './answers.ts';
import { operation } from './operation.ts';

const AssetQuery = z.strictObject({
  name: z.string().trim().min(1).max(200).optional().describe('File name; with multipart the part says it.'),
  kind: z.enum(['image', 'attachment']).optional().describe('Default: image for pictures, attachment for the rest.'),
});

const upload = operation({
  method: 'POST',
  path: '/assets',
  summary: 'Store a picture or an attachment; a draft names it by `asset`.',
  description:
    'Send the file as the body (with ?name=) or as multipart/form-data. The same bytes again give the same answer. Readers see it once a public revision names it.',
  query: AssetQuery,
  rawBody: { 'application/octet-stream': z.string().describe('The bytes.'), 'multipart/form-data': z.object({ file: z.string() }) },
  bodyLimit: UPLOAD_BYTES,
  limitMs: LONG_ANSWER_MS,
  status: 201,
  answer: AssetAnswer,
  handle: async ({ services, actor, query, request }) => {
    demandMayUpload(actor);
    const { data, name, mediaType } = await readUpload(request, query.name);
    const kind = query.kind ?? (mediaType.startsWith('image/') ? 'image' : 'attachment');
    return storeUpload(services, actor, { data, name, kind });
  },
});

export const assetOperations = [upload];

/** Bodies that are files, whole in memory: sizes are made of them. Their own limits are the newsroom's, checked in storeAsset. */
export async function acceptFiles(app: FastifyInstance): Promise<void> {
  await app.register(multipart, { limits: { files: 1, fields: 4, fileSize: UPLOAD_BYTES } });
  const types = /^(image|application|text)\/(?!json$|.*\+json$|markdown$|csv$|x-www-form-urlencoded$)/;
  app.addContentTypeParser(types, { parseAs: 'buffer', bodyLimit: UPLOAD_BYTES }, (_request, body, done) => done(null, body));
}

/** What is cut off, or no form at all, is the sender's fault; the parser leaves that open. */
function unreadable(error: Error & { statusCode?: number }): never {
  throw error.statusCode === undefined ? new BadRequest('form_broken', 'the form is cut off, or is none') : error;
}

async function readUpload(request: FastifyRequest, named: string | undefined): Promise<{ data: Buffer; name: string; mediaType: string }> {
  if (request.isMultipart()) {
    const part = await request.file().catch(unreadable);
    if (!part) throw new BadRequest('no_file', 'the form holds no file');
    return { data: await part.toBuffer().catch(unreadable), name: named ?? part.filename, mediaType: part.mimetype };
  }
  if (!Buffer.isBuffer(request.body)) throw new BadRequest('no_file', 'the body holds no file');
  if (named === undefined) {
    throw wrongInput('name', 'is missing.', 'Say what the file is called: /api/assets?name=arena.jpg');
  }
  return { data: request.body, name: named, mediaType: request.headers['content-type'] ?? '' };
}
