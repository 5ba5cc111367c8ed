import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../shared/services.ts';
import type { Visitor } from './context.ts';
import type { Form } from './perform.ts';
import { contextOf, findVisitor, sendPage } from './session.ts';
import { renderEnded } from './session-ended.ts';

/** Who made this request; only routes behind `guard` may ask. */
export type VisitorOf = (request: FastifyRequest) => Visitor;

/**
 * Lets only people with a session in; everybody else is shown the door (a page) or gets 401 (a stream of events). What somebody typed while the
 * session ended is given back.
 */
export function guard(app: FastifyInstance, services: Services): VisitorOf {
  const visitors = new WeakMap<FastifyRequest, Visitor>();
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const visitor = await findVisitor(services, request);
    if (visitor) {
      visitors.set(request, visitor);
      return;
    }
    if (request.headers.accept === 'text/event-stream') return reply.code(401).send();
    if (request.method === 'GET' || request.method === 'HEAD') return reply.redirect('/desk/sign-in', 303);
  });
  // What was posted is read by now.
  app.addHook('preHandler', async (request: FastifyRequest, reply: FastifyReply) => {
    if (visitors.has(request)) return;
    const page = renderEnded(await contextOf(services, request, undefined), request.url, (request.body ?? {}) as Form);
    return page === undefined ? reply.redirect('/desk/sign-in', 303) : sendPage(reply, page, 401);
  });
  return (request) => {
    const visitor = visitors.get(request);
    if (!visitor) throw new Error('this route is not behind the guard');
    return visitor;
  };
}
