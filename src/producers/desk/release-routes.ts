import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Conflict, type Failure, Forbidden, InvalidInput, NotFound } from '../../shared/platform/failure.ts';
import { html, type Markup } from '../../shared/platform/markup.ts';
import type { Services } from '../../shared/services.ts';
import { renderQuestion } from './confirm.ts';
import type { DeskContext, Visitor } from './context.ts';
import { loadReleasePage } from './load-page.ts';
import { type Form, isAskingStep, isStep, runRetry, runStep } from './perform.ts';
import { isPart, type Part } from './previews.ts';
import { renderRelease } from './release.ts';
import { contextOf, demandOwnForm, sendPage } from './session.ts';
import type { VisitorOf } from './visitors.ts';
import type { DeskWords } from './words.ts';

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
      const status = statusOf(error);
      if (status === undefined) throw error;
      const message = faultMessage(context.words, error as Failure);
      // What was typed is not lost: the question comes back with it.
      if (isAskingStep(step)) return ask(request, reply, { typed: form, message, status });
      return show(request, reply, { part: 'page', message, status });
    }
    return reply.redirect(`/desk/releases/${encodeURIComponent(release)}?done=${step}`, 303);
  });
}

/** Failures that are answers to the person: the page comes back with the reason. */
function statusOf(error: unknown): 403 | 409 | 422 | undefined {
  if (error instanceof InvalidInput) return 422;
  if (error instanceof Conflict) return 409;
  return error instanceof Forbidden ? 403 : undefined;
}

function doneMessage(words: DeskWords, done: string | undefined): Markup | undefined {
  const text = done !== undefined && Object.hasOwn(words.done, done) ? words.done[done as keyof DeskWords['done']] : undefined;
  return text === undefined ? undefined : html`<div class="message" role="status"><p>${text}</p></div>`;
}

/** The reason in the desk's language where we have it, else in the use case's own words. */
function faultMessage(words: DeskWords, error: Failure): Markup {
  const known = Object.hasOwn(words.faults, error.code) ? words.faults[error.code] : undefined;
  const problems = error instanceof InvalidInput ? error.problems : [];
  return html`<div class="message message-fault" role="alert">
<p><strong>${words.faults.title}</strong></p>
<p${!known && html` lang="en"`}>${known ?? error.message}</p>
${problems.length > 0 && html`<ul lang="en">${problems.map((problem) => html`<li>${problem.field && html`<code>${problem.field}</code> `}${problem.message} ${problem.remedy}</li>`)}</ul>\n`}</div>`;
}
