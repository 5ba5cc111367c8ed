import type { FastifyInstance } from 'fastify';
import { countUnparsed } from '../../shared/delivery/bounce-list.ts';
import { listReleases, RELEASE_STATES, type ReleaseState } from '../../shared/publishing/releases.ts';
import type { Services } from '../../shared/services.ts';
import { isAdmin } from './context.ts';
import { renderList } from './list.ts';
import { loadNames } from './load-page.ts';
import { contextOf, sendPage } from './session.ts';
import type { VisitorOf } from './visitors.ts';

/** A screen and a half: more is a page away. */
const LINES = 30;

/** The desk's front page: every release and whose turn it is. */
export function listRoutes(app: FastifyInstance, services: Services, visitorOf: VisitorOf): void {
  app.get('/desk', async (_request, reply) => reply.redirect('/desk/', 301));

  app.get<{ Querystring: { state?: string; find?: unknown; before?: string } }>('/desk/', async (request, reply) => {
    const { state: wanted, before } = request.query;
    const find = typeof request.query.find === 'string' && request.query.find.trim() !== '' ? request.query.find : undefined;
    const state = RELEASE_STATES.find((name) => name === wanted) as ReleaseState | undefined;
    const visitor = visitorOf(request);
    const [{ items, next }, names, unparsed, context] = await Promise.all([
      listReleases(services.database, { state, find, before, limit: LINES }),
      loadNames(services),
      isAdmin(visitor) ? countUnparsed(services.database) : 0,
      contextOf(services, request, visitor),
    ]);
    return sendPage(reply, renderList(context, { items, state, find, next, first: before === undefined, unparsed, names }));
  });
}
