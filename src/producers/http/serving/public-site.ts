import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NotFound } from '../../../shared/platform/failure.ts';
import { notFoundPath, publicFile, publicFolder, readAssetPath } from '../../../shared/release/addresses.ts';
import type { Services } from '../../../shared/services.ts';
import { pageMarks } from '../../../shared/site/layout.ts';
import { CACHE_BYTES } from '../limits.ts';
import { FOR_OTHER_SITES, isForPrograms, PREFLIGHT } from '../other-sites.ts';
import { openBehind } from './behind.ts';
import { cacheControlOf, PAGE_CACHE_CONTROL } from './cache-control.ts';
import { type Document, sendDocument } from './document.ts';
import { FileCache } from './file-cache.ts';
import { openInstead } from './instead.ts';
import { linkHeader } from './link-header.ts';
import { type Made, openMaking } from './making.ts';
import { mediaTypeOf } from './media-types.ts';
import { openPagesOfToday } from './pages-of-today.ts';
import { openPublicAssets } from './public-assets.ts';
import { parsePublicPath, queryOf } from './public-path.ts';
import type { ReadyAnswers } from './ready-answers.ts';

/** Whether this request comes from somebody who may see what is not public yet. */
export type SeesDrafts = (request: FastifyRequest) => Promise<boolean>;

export type PublicSiteParts = {
  readonly seesDrafts?: SeesDrafts | undefined;
  /** The clock that decides who answers today and what has been. */
  readonly now?: (() => Date) | undefined;
  /** Where answers are kept for the next reader; nowhere when left out. */
  readonly ready?: ReadyAnswers | undefined;
};

/** What the file of a page is called in its folder (addresses.ts). */
const INDEX = 'index.html';

const METHODS = 'GET, HEAD, OPTIONS';

/**
 * Everything readers see: files that workers wrote, else the same page made on request, else 404.
 * Reads `revisions` and their output only, so what is not public cannot be reached; sets no cookie.
 */
export function publicSite(app: FastifyInstance, services: Services, parts: PublicSiteParts = {}): void {
  const { seesDrafts = async () => false, now = () => new Date(), ready } = parts;
  const site = openSite(services, now, ready);
  app.addHook('onReady', async () => site.known);
  app.addHook('onClose', async () => site.close());
  const assets = openPublicAssets(services, seesDrafts);
  app.route({
    method: ['GET', 'HEAD'],
    url: '/*',
    handler: async (request, reply) => {
      const path = parsePublicPath(request.raw.url ?? '/');
      if (path === undefined) return site.sendMissing(request, reply, '/');
      // A page has one address: by its file's name nobody gets what was taken back.
      if (path.endsWith(`/${INDEX}`)) return sendAway(reply, `${encodeURI(path.slice(0, -INDEX.length))}${queryOf(request.raw.url ?? '')}`);
      const asset = readAssetPath(path);
      if (asset) return (await assets.send(request, reply, asset)) ? reply : site.sendMissing(request, reply, path);
      return site.send(request, reply, path);
    },
  });
  app.route({
    method: 'OPTIONS',
    url: '/*',
    handler: async (request, reply) => {
      if (isForPrograms(mediaTypeOf(parsePublicPath(request.raw.url ?? '/') ?? '/').type)) reply.headers(PREFLIGHT);
      return reply.code(204).header('allow', METHODS).send();
    },
  });
  app.route({
    method: ['POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/*',
    handler: async (_request, reply) =>
      reply.code(405).header('allow', METHODS).type('text/plain; charset=utf-8').send('This address is only read.\n'),
  });
}

function openSite(services: Services, now: () => Date, ready: ReadyAnswers | undefined) {
  const cache = new FileCache(CACHE_BYTES);
  const folder = publicFolder(services.config.dataDir);
  const make = openMaking(services, now);
  const behind = openBehind(services);
  const instead = openInstead({ behind, make, log: services.log });
  const fileOf = (path: string) => join(folder, publicFile(path));
  const ofToday = openPagesOfToday(services, async (path) => {
    const page = await make(path);
    return page && 'location' in page ? undefined : page;
  });

  async function find(path: string): Promise<Made | undefined> {
    const why = behind.of(path);
    if (!why) return findWritten(path);
    try {
      return (await instead.of(path, why)) ?? (await findWritten(path));
    } catch (error) {
      if (why === 'takenBack') throw error;
      return instead.lastOf(path, (await cache.read(fileOf(path)))?.modifiedAt) ?? findWritten(path);
    }
  }

  async function findWritten(path: string): Promise<Made | undefined> {
    const file = await cache.read(fileOf(path));
    if (!file) return make(path);
    const { status, until } = pageMarks(file.body);
    const isCurrent = () => file.isCurrent() && !behind.of(path) && !(until && until <= now());
    const document: Document = { ...file, isCurrent, status, type: mediaTypeOf(publicFile(path)).type, cacheControl: cacheControlOf(path) };
    return until && until <= now() ? ofToday.find(path, document, now()) : document;
  }

  async function sendMissing(request: FastifyRequest, reply: FastifyReply, path: string): Promise<FastifyReply> {
    const page = await find(notFoundPath());
    if (!page || 'location' in page) throw new NotFound('page', path);
    return sendDocument(request, reply, { ...page, status: 404, cacheControl: cacheControlOf(notFoundPath()) });
  }

  return {
    sendMissing,
    known: behind.known,
    close: () => behind.close(),
    async send(request: FastifyRequest, reply: FastifyReply, path: string): Promise<FastifyReply> {
      const document = path === notFoundPath() ? undefined : await find(path);
      if (document && 'location' in document) return sendAway(reply, document.location);
      if (document) {
        if (isForPrograms(document.type)) reply.headers(FOR_OTHER_SITES);
        const links = document.status === 200 ? await linkHeader(services, path) : undefined;
        if (links !== undefined) reply.header('link', links);
        return sendDocument(request, reply, document, ready);
      }
      const other = path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
      if (other !== '' && (await find(other))) {
        return sendAway(reply, `${encodeURI(other)}${queryOf(request.raw.url ?? '')}`);
      }
      return sendMissing(request, reply, path);
    },
  };
}

function sendAway(reply: FastifyReply, location: string): FastifyReply {
  // An address may be used again, also one that is named after its bytes: nobody may remember a way for long.
  return reply.header('cache-control', PAGE_CACHE_CONTROL).redirect(location, 301);
}
