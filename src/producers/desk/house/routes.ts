import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { demandRole } from '../../../shared/accounts/actor.ts';
import { runPreflight } from '../../../shared/mail/preflight/preflight.ts';
import { loadHouse } from '../../../shared/publishing/house.ts';
import { resumeLetters } from '../../../shared/publishing/letters.ts';
import { tryRelaysNow } from '../../../shared/publishing/relays.ts';
import type { Services } from '../../../shared/services.ts';
import { doneMessage, type Refusal, refusalOf } from '../messages.ts';
import type { Form } from '../perform.ts';
import { contextOf, demandOwnForm, sendPage } from '../session.ts';
import type { VisitorOf } from '../visitors.ts';
import { renderHouse } from './house.ts';
import { renderPreflight } from './preflight.ts';

/** A name server that is away answers after its own timeouts, several times; a person who pressed a button waits this long and no longer. */
const PREFLIGHT_MS = 15_000;

/** The house for its administrator: how it stands, and the two buttons that let letters go on. */
export function houseRoutes(app: FastifyInstance, services: Services, visitorOf: VisitorOf): void {
  const who = async (request: FastifyRequest) => {
    const visitor = visitorOf(request);
    demandRole(visitor.actor, ['admin'], 'see the house');
    return { visitor, context: await contextOf(services, request, visitor) };
  };
  const show = async (request: FastifyRequest, reply: FastifyReply, refusal?: Refusal) => {
    const [{ context }, house] = await Promise.all([who(request), loadHouse(services)]);
    const message = refusal?.message ?? doneMessage(context.words, (request.query as { done?: string }).done);
    return sendPage(reply, renderHouse(context, { house, now: new Date(), message }), refusal?.status);
  };

  app.get('/desk/house', async (request, reply) => show(request, reply));
  // Choosing the language on a page that a button led to ends here again.
  app.get('/desk/house/:step', async (_request, reply) => reply.redirect('/desk/house', 303));

  app.post<{ Body: Form | undefined }>('/desk/house/resume', async (request, reply) => {
    const { visitor, context } = await who(request);
    try {
      demandOwnForm(request, visitor);
      await resumeLetters(services, visitor.actor, { release: request.body?.release ?? '' });
      return reply.redirect('/desk/house?done=resumed', 303);
    } catch (error) {
      return show(request, reply, refusalOf(context.words, error));
    }
  });

  app.post('/desk/house/relays', async (request, reply) => {
    const { visitor, context } = await who(request);
    try {
      demandOwnForm(request, visitor);
      await tryRelaysNow(services, visitor.actor);
      return reply.redirect('/desk/house?done=tried', 303);
    } catch (error) {
      return show(request, reply, refusalOf(context.words, error));
    }
  });

  app.post('/desk/house/preflight', async (request, reply) => {
    const { visitor, context } = await who(request);
    try {
      demandOwnForm(request, visitor);
    } catch (error) {
      return show(request, reply, refusalOf(context.words, error));
    }
    const late = new AbortController();
    const findings = await Promise.race([
      runPreflight(services.config),
      wait(PREFLIGHT_MS, 'late' as const, { signal: late.signal, ref: false }),
    ]).finally(() => late.abort());
    return sendPage(reply, renderPreflight(context, findings));
  });
}
