import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NotFound } from '../../shared/platform/failure.ts';
import type { Markup } from '../../shared/platform/markup.ts';
import { getRelease } from '../../shared/release/store.ts';
import type { Services } from '../../shared/services.ts';
import { renderQuestion } from './confirm.ts';
import type { DeskContext, Visitor } from './context.ts';
import { loadReleasePage } from './load-page.ts';
import { doneMessage, refusalOf } from './messages.ts';
import { type Form, isAskingStep, isStep, runRetry, runStep } from './perform.ts';
import { isPart, type Part } from './previews.ts';
import { renderRelease } from './release.ts';
import { contextOf, demandOwnForm, sendPage } from './session.ts';
import type { VisitorOf } from './visitors.ts';

type Params = { release: string; step: string };
type Query = { show?: string; before?: string; done?: string };

/** A release's page, the pages that ask before something grave, and what the buttons do. */
export function releaseRoutes(app: FastifyInstance, services: Services, visitorOf: VisitorOf): void {
  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    wish: { part: Part; before?: number; message?: Markup; status?: number },
  ) => {
    const { context, visitor } = await who(request);
    const { release } = request.params as Params;
    const page = await loadReleasePage(services, context, {
      visitor,
      release,
      part: wish.part,
      auditBefore: wish.before,
      message: wish.message,
    });
    return sendPage(reply, renderRelease(context, page), wish.status);
  };
  const ask = async (request: FastifyRequest, reply: FastifyReply, wish: { typed: Form; message?: Markup; status?: number }) => {
    const { context, visitor } = await who(request);
    const { release, step } = request.params as Params;
    // The address of a step that was refused stays in the browser's bar: loading it again, or another language, leads back to the release.
    if (isStep(step) && !isAskingStep(step)) return reply.redirect(`/desk/releases/${encodeURIComponent(release)}`, 303);
    if (!isAskingStep(step)) throw new NotFound('page', step);
    const page = await loadReleasePage(services, context, {
      visitor,
      release,
      part: 'page',
      auditBefore: undefined,
      message: wish.message,
    });
    // An old page may still offer what has been done; a question without use leads back to where the release stands.
    if (wish.message === undefined && page.next.main !== step && !page.next.others.includes(step)) {
      return reply.redirect(`/desk/releases/${page.status.slug}`, 303);
    }
    return sendPage(reply, renderQuestion(context, { ...page, step, typed: wish.typed }), wish.status);
  };
  const who = async (request: FastifyRequest): Promise<{ context: DeskContext; visitor: Visitor }> => {
    const visitor = visitorOf(request);
    return { context: await contextOf(services, request, visitor), visitor };
  };

  app.get<{ Params: Params; Querystring: Query }>('/desk/releases/:release', async (request, reply) => {
    const { context } = await who(request);
    const { show: part, before, done } = request.query;
    return show(request, reply, {
      part: isPart(part) ? part : 'page',
      before: /^\d{1,15}$/.test(before ?? '') ? Number(before) : undefined,
      message: doneMessage(context.words, done),
    });
  });

  app.get<{ Params: Params }>('/desk/releases/:release/:step', async (request, reply) => ask(request, reply, { typed: {} }));

  app.post<{ Params: Params; Body: Form | undefined }>('/desk/releases/:release/:step', async (request, reply) => {
    const { context, visitor } = await who(request);
    const { release, step } = request.params;
    const form = request.body ?? {};
    try {
      demandOwnForm(request, visitor);
      if (step === 'retry') await runRetry(services, visitor.actor, { release, form });
      else if (isStep(step)) await runStep(services, visitor.actor, { release, step, form });
      else throw new NotFound('step', step);
    } catch (error) {
      const { status, message } = refusalOf(context.words, error, isAskingStep(step) ? '' : `/desk/releases/${release}/edit`);
      if (status === 404) throw error;
      // What was typed is not lost: the question comes back with it.
      if (isAskingStep(step)) return ask(request, reply, { typed: form, message, status });
      return show(request, reply, { part: 'page', message, status });
    }
    const { slug } = await getRelease(services.database, release);
    return reply.redirect(`/desk/releases/${slug}?done=${step}`, 303);
  });
}
