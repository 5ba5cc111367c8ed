import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../shared/services.ts';
import type { Visitor } from './context.ts';
import { findVisitor } from './session.ts';

/** Who made this request; only routes behind `guard` may ask. */
export type VisitorOf = (request: FastifyRequest) => Visitor;

/** Lets only people with a session in; everybody else is shown the door (a page) or gets 401 (a stream of events). */
export function guard(app: FastifyInstance, services: Services): VisitorOf {
  const visitors = new WeakMap<FastifyRequest, Visitor>();
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const visitor = await findVisitor(services, request);
    if (visitor) {
      visitors.set(request, visitor);
      return;
    }
    if (request.headers.accept === 'text/event-stream') return reply.code(401).send();
    return reply.redirect('/desk/sign-in', 303);
  });
  return (request) => {
    const visitor = visitors.get(request);
    if (!visitor) throw new Error('this route is not behind the guard');
    return visitor;
  };
}
