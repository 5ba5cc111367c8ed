import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { messageOf, NotFound } from '../../shared/platform/failure.ts';
import { html } from '../../shared/platform/markup.ts';
import type { Services } from '../../shared/services.ts';
import type { DeskContext, Visitor } from './context.ts';
import { renderKeptForm, wasTyped } from './kept-form.ts';
import { statusOf } from './messages.ts';
import type { Form } from './perform.ts';
import { contextIn, contextOf, findVisitor, isOfOtherSite, sendPage } from './session.ts';
import { renderDesk } from './shell.ts';

/** Who made this request; only routes behind `guard` may ask. */
export type VisitorOf = (request: FastifyRequest) => Visitor;

/** PostgreSQL is back before somebody has read the page. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Lets only people with a session in; everybody else is shown the door (a page) or gets 401 (a stream of events). What somebody typed while the
 * session ended, or while PostgreSQL did not answer, is given back.
 */
export function guard(app: FastifyInstance, services: Services): VisitorOf {
  const visitors = new WeakMap<FastifyRequest, Visitor>();
  // A form is read first, so that nothing in it is lost.
  const known = async (request: FastifyRequest) => {
    const visitor = await findVisitor(services, request);
    if (visitor) visitors.set(request, visitor);
    return visitor !== undefined;
  };
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.method === 'POST' || (await known(request))) return;
    if (request.headers.accept === 'text/event-stream') return reply.code(401).send();
    return reply.redirect('/desk/sign-in', 303);
  });
  app.addHook('preHandler', async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.method !== 'POST' || (await known(request))) return;
    const form = typedForm(request);
    if (form === undefined) return reply.redirect('/desk/sign-in', 303);
    const context = await contextOf(services, request, undefined);
    return sendPage(reply, renderKeptForm(context, { why: 'ended', action: request.url, form }), 401);
  });
  app.setErrorHandler(async (error, request, reply) => {
    if (error instanceof NotFound && visitors.has(request) && (request.headers.accept ?? '').includes('text/html'))
      return sendPage(reply, renderNotFound(await contextOf(services, request, visitors.get(request))), 404);
    const form = isOurs(error) ? typedForm(request) : undefined;
    const newsroom = services.lastNewsroom();
    // What is no fault of ours, and what nobody typed, is answered like everywhere.
    if (form === undefined || newsroom === undefined) throw error;
    services.log.error({ route: request.routeOptions.url, reason: messageOf(error) }, 'desk.failed');
    const context = contextIn(newsroom, services, { request, visitor: visitors.get(request) });
    const page = renderKeptForm(context, { why: 'failed', action: request.url, form });
    return sendPage(reply.header('retry-after', RETRY_AFTER_SECONDS), page, 503);
  });
  return (request) => {
    const visitor = visitors.get(request);
    if (!visitor) throw new Error('this route is not behind the guard');
    return visitor;
  };
}

/** What a form of our own brought that somebody typed. */
function typedForm(request: FastifyRequest): Form | undefined {
  const form = (request.body ?? {}) as Form;
  return request.method === 'POST' && !isOfOtherSite(request) && wasTyped(form) ? form : undefined;
}

/** Neither an answer to the person nor a request that could not be read. */
function isOurs(error: unknown): boolean {
  return statusOf(error) === undefined && !((error as { statusCode?: number }).statusCode! < 500);
}

/** Whoever works here is led back to the work, not to the newsroom's pages. */
function renderNotFound(context: DeskContext): string {
  const { missing, allReleases } = context.words;
  return renderDesk(context, {
    title: missing.title,
    main: html`<div class="question">
<h1>${missing.title}</h1>
<p>${missing.text}</p>
<p><a class="target" href="/desk/">${allReleases}</a></p>
</div>`,
  });
}
