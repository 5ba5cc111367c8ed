import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NotFound } from '../../shared/platform/failure.ts';
import type { Services } from '../../shared/services.ts';
import { editingRoutes } from './editing/routes.ts';
import { eventRoutes } from './events.ts';
import { DESK_FILES } from './files.ts';
import { houseRoutes } from './house/routes.ts';
import { letterRoutes } from './letters/routes.ts';
import { listRoutes } from './list-routes.ts';
import { bounceRoutes } from './people/bounce-routes.ts';
import { peopleRoutes } from './people/people-routes.ts';
import { suppressionRoutes } from './people/suppression-routes.ts';
import { previewRoutes } from './preview-bytes.ts';
import { releaseRoutes } from './release-routes.ts';
import { findVisitor } from './session.ts';
import { signInRoutes } from './sign-in.ts';
import { guard } from './visitors.ts';

/** The desk: everything under /desk. Cookies and forms exist only here. */
export async function deskRoutes(app: FastifyInstance, services: Services): Promise<void> {
  await app.register(cookie);
  await app.register(formbody);
  // Nothing of the desk is for other sites, and its addresses are nobody else's business.
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cross-origin-resource-policy', 'same-origin').header('referrer-policy', 'same-origin');
  });
  fileRoutes(app);
  signInRoutes(app, services);
  await app.register(async (inner) => {
    const visitorOf = guard(inner, services);
    listRoutes(inner, services, visitorOf);
    eventRoutes(inner, services, visitorOf);
    previewRoutes(inner, services);
    await inner.register(async (editing) => editingRoutes(editing, services, visitorOf));
    releaseRoutes(inner, services, visitorOf);
    letterRoutes(inner, services, visitorOf);
    peopleRoutes(inner, services, visitorOf);
    suppressionRoutes(inner, services, visitorOf);
    bounceRoutes(inner, services, visitorOf);
    houseRoutes(inner, services, visitorOf);
    inner.get('/desk/*', async (request) => {
      throw new NotFound('page', request.url.split('?', 1)[0]!);
    });
  });
}

/** True when an editor asks: pictures of drafts are shown to the desk alone. */
export async function isEditor(services: Services, request: FastifyRequest): Promise<boolean> {
  return (await findVisitor(services, request)) !== undefined;
}

/** The desk's stylesheet and script; no secret, and named after their bytes. */
function fileRoutes(app: FastifyInstance): void {
  for (const file of DESK_FILES) {
    app.get(file.path, async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=31536000, immutable').type(file.type).send(file.text),
    );
  }
}
