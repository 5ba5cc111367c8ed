import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { demandRole } from '../../../shared/accounts/actor.ts';
import { NotFound } from '../../../shared/platform/failure.ts';
import type { Markup } from '../../../shared/platform/markup.ts';
import { barAddress, liftSuppression } from '../../../shared/publishing/suppressing.ts';
import { SUPPRESSION_REASONS } from '../../../shared/schema/tables.ts';
import type { Services } from '../../../shared/services.ts';
import { getSuppression, listSuppressions } from '../../../shared/subscribers/suppression-list.ts';
import { doneMessage, refusalOf } from '../messages.ts';
import type { Form } from '../perform.ts';
import { contextOf, demandOwnForm, sendPage } from '../session.ts';
import type { VisitorOf } from '../visitors.ts';
import { renderSuppression, renderSuppressions } from './suppressions.ts';

/** A screen and a half, as the list of releases. */
const LINES = 30;

type Query = { reason?: string; before?: string; done?: string };
type Said = { readonly status?: number; readonly message?: Markup | undefined; readonly typed?: Form };

/** The list of suppressions, one of them with its evidence, and the forms that add and lift. */
export function suppressionRoutes(app: FastifyInstance, services: Services, visitorOf: VisitorOf): void {
  const who = async (request: FastifyRequest) => {
    const visitor = visitorOf(request);
    demandRole(visitor.actor, ['admin'], 'see suppressions');
    return { visitor, context: await contextOf(services, request, visitor) };
  };
  const list = async (request: FastifyRequest, reply: FastifyReply, said: Said = {}) => {
    const { context } = await who(request);
    const query = request.query as Query;
    const reason = SUPPRESSION_REASONS.find((name) => name === query.reason);
    const { items, next } = await listSuppressions(services.database, { limit: LINES, reason, before: query.before });
    const message = said.message ?? doneMessage(context.words, query.done);
    const page = { items, reason, next, first: query.before === undefined, typed: said.typed ?? {}, message };
    return sendPage(reply, renderSuppressions(context, page), said.status);
  };

  app.get('/desk/suppressions', async (request, reply) => list(request, reply));

  app.post<{ Body: Form | undefined }>('/desk/suppressions', async (request, reply) => {
    const { context, visitor } = await who(request);
    const form = request.body ?? {};
    try {
      demandOwnForm(request, visitor);
      const { added } = await barAddress(services, visitor.actor, { address: form.address ?? '', note: form.note?.trim() || undefined });
      return reply.redirect(`/desk/suppressions?done=${added ? 'barred' : 'barred-already'}`, 303);
    } catch (error) {
      return list(request, reply, { ...refusalOf(context.words, error), typed: form });
    }
  });

  app.get<{ Params: { hash: string } }>('/desk/suppressions/:hash', async (request, reply) => {
    const { context } = await who(request);
    return sendPage(reply, renderSuppression(context, await one(services, request.params.hash), undefined));
  });

  app.post<{ Params: { hash: string } }>('/desk/suppressions/:hash', async (request, reply) => {
    const { context, visitor } = await who(request);
    const { hash } = request.params;
    try {
      demandOwnForm(request, visitor);
      await liftSuppression(services, visitor.actor, hash);
      return reply.redirect('/desk/suppressions?done=lifted', 303);
    } catch (error) {
      const { status, message } = refusalOf(context.words, error);
      if (status === 404) return list(request, reply, { status, message });
      return sendPage(reply, renderSuppression(context, await one(services, hash), message), status);
    }
  });
}

async function one({ database }: Services, hash: string) {
  const line = await getSuppression(database, hash);
  if (!line) throw new NotFound('suppression', hash);
  return line;
}
