import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { demandRole } from '../../../shared/accounts/actor.ts';
import { countUnparsed, DECISIONS, listBounces } from '../../../shared/delivery/bounce-list.ts';
import { NotFound, wrongInput } from '../../../shared/platform/failure.ts';
import type { Markup } from '../../../shared/platform/markup.ts';
import { judgeBounce, seeBounce } from '../../../shared/publishing/returned-mail.ts';
import type { Services } from '../../../shared/services.ts';
import { doneMessage, refusalOf } from '../messages.ts';
import type { Form } from '../perform.ts';
import { contextOf, demandOwnForm, sendPage } from '../session.ts';
import type { VisitorOf } from '../visitors.ts';
import { BOUNCE_TABS, renderBounce, renderBounces } from './bounces.ts';

/** A screen and a half, as the list of releases. */
const LINES = 30;

type Query = { show?: string; before?: string; done?: string };
type Said = { readonly status?: number; readonly message?: Markup | undefined; readonly typed?: Form };

/** Mail that came back: the list, one of them as it came, and a person's judgement. */
export function bounceRoutes(app: FastifyInstance, services: Services, visitorOf: VisitorOf): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, said: Said = {}) => {
    const visitor = visitorOf(request);
    const context = await contextOf(services, request, visitor);
    const bounce = await seeBounce(services, visitor.actor, idOf(request));
    return sendPage(reply, renderBounce(context, { bounce, typed: said.typed ?? {}, message: said.message }), said.status);
  };

  app.get<{ Querystring: Query }>('/desk/bounces', async (request, reply) => {
    const visitor = visitorOf(request);
    demandRole(visitor.actor, ['admin'], 'see and judge bounces');
    const [context, unparsed] = await Promise.all([contextOf(services, request, visitor), countUnparsed(services.database)]);
    // What waits for a person comes first; without any, everything.
    const tab = BOUNCE_TABS.find((name) => name === request.query.show) ?? (unparsed > 0 ? 'unparsed' : 'all');
    const before = /^\d{1,15}$/.test(request.query.before ?? '') ? Number(request.query.before) : undefined;
    const rows = await listBounces(services.database, { state: tab === 'all' ? undefined : tab, before, limit: LINES + 1 });
    const lines = rows.slice(0, LINES);
    const next = rows.length > LINES ? lines.at(-1)!.id : undefined;
    const message = doneMessage(context.words, request.query.done);
    return sendPage(reply, renderBounces(context, { lines, tab, unparsed, next, first: before === undefined, message }));
  });

  app.get('/desk/bounces/:bounce', async (request, reply) => show(request, reply));

  app.post<{ Body: Form | undefined }>('/desk/bounces/:bounce', async (request, reply) => {
    const visitor = visitorOf(request);
    const form = request.body ?? {};
    try {
      demandOwnForm(request, visitor);
      const address = form.address?.trim() || undefined;
      await judgeBounce(services, visitor.actor, { id: idOf(request), verdict: verdictOf(form), address });
      return reply.redirect('/desk/bounces?done=judged', 303);
    } catch (error) {
      const { words } = await contextOf(services, request, visitor);
      const refusal = refusalOf(words, error);
      if (refusal.status === 404) throw error;
      return show(request, reply, { ...refusal, typed: form });
    }
  });
}

function idOf(request: FastifyRequest): number {
  const { bounce } = request.params as { bounce: string };
  if (/^\d{1,15}$/.test(bounce)) return Number(bounce);
  throw new NotFound('bounce', bounce);
}

function verdictOf({ verdict }: Form): (typeof DECISIONS)[number] {
  const said = DECISIONS.find((name) => name === verdict);
  if (said) return said;
  throw wrongInput('verdict', 'is not chosen.', 'Say what the bounce means.');
}
