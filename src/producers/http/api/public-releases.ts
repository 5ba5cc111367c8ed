import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { NotFound } from '../../../shared/platform/failure.ts';
import { listPublicReleases } from '../../../shared/release/lists/public-releases.ts';
import { findPublicBySlug } from '../../../shared/release/store.ts';
import { PUBLIC_LISTS, PUBLIC_READS } from '../limits.ts';
import { FOR_OTHER_SITES, PREFLIGHT } from '../other-sites.ts';
import { cacheControlOf } from '../serving/cache-control.ts';
import { encodableOf, sendDocument } from '../serving/document.ts';
import { pageOf } from './answers.ts';
import { type Call, operation } from './operation.ts';
import { readCursor, writeCursor } from './paging.ts';
import { PublicReleaseAnswer, WithdrawnAnswer } from './public-answer.ts';
import { showPublic } from './public-release.ts';

/** Whole texts with every picture: a page of twenty is some 200 kB, which compresses to a quarter. */
const USUAL = 20;
const MOST = 50;

const list = operation({
  method: 'GET',
  path: '/public/releases',
  summary: 'Public releases, the newest first publication first. No token.',
  description:
    'A release keeps its place in this order, so going on with `next` as `before` meets none twice. To keep a copy: ask with `since` a few minutes ' +
    'before your last answer, for clocks differ, which also gives what was corrected or withdrawn meanwhile; what you have already comes with the same ' +
    '`id` and `revision`. A withdrawn release is only that, with the moment and the reason: take it out.',
  query: z.strictObject({
    language: z.string().max(10).optional().describe('As in a release: sv, en.'),
    topic: z.string().max(60).optional().describe('Slug of a topic.'),
    since: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('Published, corrected or withdrawn at this time or later: 2026-11-19T09:30:00Z.'),
    limit: z.coerce.number().int().min(1).max(MOST).default(USUAL),
    before: z.string().max(200).optional().describe('`next` of the page before.'),
  }),
  open: PUBLIC_LISTS,
  status: 200,
  answer: pageOf(z.union([PublicReleaseAnswer, WithdrawnAnswer])),
  handle: async (call) => {
    const { services, query } = call;
    const { newsroom } = await services.newsroom();
    if (query.topic !== undefined && newsroom.topics[query.topic]?.unlisted !== false) throw new NotFound('topic', query.topic);
    const [before] = readCursor(query.before, 1) ?? [];
    const { views, next } = await listPublicReleases(services.database, {
      language: query.language,
      topic: query.topic,
      since: query.since === undefined ? undefined : new Date(query.since),
      before,
      limit: query.limit,
    });
    const publisher = { newsroom, baseUrl: services.config.baseUrl };
    const items = views.map((view) => showPublic(view, publisher, new Date()));
    return send(call, 200, { items, next: next === undefined ? undefined : writeCursor([next]) });
  },
});

const show = operation({
  method: 'GET',
  path: '/public/releases/:slug',
  summary: 'One public release by its address. No token.',
  description: 'A withdrawn release gives 410 with the moment and the reason.',
  open: PUBLIC_READS,
  status: 200,
  answer: PublicReleaseAnswer,
  handle: async (call) => {
    const { services, params } = call;
    const view = await findPublicBySlug(services.database, params.slug!);
    if (!view) throw new NotFound('release', params.slug!);
    const { newsroom } = await services.newsroom();
    const shown = showPublic(view, { newsroom, baseUrl: services.config.baseUrl }, new Date());
    return send(call, view.kind === 'withdrawal' ? 410 : 200, shown);
  },
});

export const publicOperations = [list, show];

/** JSON with an ETag: whoever has it already gets 304, and every page of every site may read it. */
async function send({ request, reply }: Pick<Call<unknown, unknown>, 'request' | 'reply'>, status: 200 | 410, value: unknown) {
  return sendDocument(request, reply, {
    ...encodableOf(Buffer.from(JSON.stringify(value))),
    status,
    type: 'application/json; charset=utf-8',
    cacheControl: cacheControlOf('/api/public/'),
    modifiedAt: undefined,
  });
}

/** Answers and refusals alike may be read from other sites; nothing personal rides along. */
export function allowOtherSites(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => void reply.headers(FOR_OTHER_SITES));
  app.get('/public/*', { schema: { hide: true } }, async (request) => {
    throw new NotFound('address', request.url.split('?', 1)[0]!);
  });
  app.route({
    method: ['POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/public/*',
    schema: { hide: true },
    handler: async (_request, reply) => {
      reply.header('allow', 'GET, HEAD, OPTIONS');
      throw Object.assign(new Error('this address is only read; with a token, releases are written at /api/releases'), { statusCode: 405 });
    },
  });
  app.options('/public/*', { schema: { hide: true } }, async (_request, reply) => reply.code(204).headers(PREFLIGHT).send());
}
