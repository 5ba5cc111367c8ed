import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Actor, demandRole } from '../../../shared/accounts/actor.ts';
import { assertNever, NotFound } from '../../../shared/platform/failure.ts';
import type { Markup } from '../../../shared/platform/markup.ts';
import { eraseAddress } from '../../../shared/publishing/erasing.ts';
import { lookUpPerson, type PersonWish } from '../../../shared/publishing/person.ts';
import { barAddress, liftSuppression } from '../../../shared/publishing/suppressing.ts';
import type { Services } from '../../../shared/services.ts';
import { loadRecentSignUps } from '../../../shared/subscribers/recent-sign-ups.ts';
import { countSubscribers } from '../../../shared/subscribers/store.ts';
import { lookUpSuppression } from '../../../shared/subscribers/suppression-list.ts';
import { doneMessage, type Refusal, refusalOf } from '../messages.ts';
import type { Form } from '../perform.ts';
import { contextOf, demandOwnForm, sendPage } from '../session.ts';
import type { VisitorOf } from '../visitors.ts';
import { renderPeople } from './people.ts';
import { renderPerson } from './person.ts';
import { askPerson } from './questions.ts';
import { isPersonStep, type PersonStep, personSteps } from './steps.ts';

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };
type Said = { readonly status?: number; readonly message?: Markup | undefined; readonly typed?: string | undefined };

/** Looking one person up and acting on what was found. Every address travels in a form: none stands in an address line, a history or a log. */
export function peopleRoutes(app: FastifyInstance, services: Services, visitorOf: VisitorOf): void {
  const front = async ({ request, reply }: Exchange, said: Said = {}) => {
    const visitor = visitorOf(request);
    demandRole(visitor.actor, ['admin'], 'look people up');
    const [context, counts, signUps] = await Promise.all([
      contextOf(services, request, visitor),
      countSubscribers(services.database),
      loadRecentSignUps(services.database),
    ]);
    return sendPage(reply, renderPeople(context, { counts, signUps, typed: said.typed, message: said.message }), said.status);
  };
  const show = async ({ request, reply }: Exchange, wish: PersonWish, message?: Markup) => {
    const visitor = visitorOf(request);
    const context = await contextOf(services, request, visitor);
    const story = await lookUpPerson(services, visitor.actor, wish);
    return sendPage(reply, renderPerson(context, { story, steps: personSteps(story), newest: wish.before === undefined, message }));
  };

  app.get('/desk/people', async (request, reply) => front({ request, reply }));

  app.post<{ Body: Form | undefined }>('/desk/people', async (request, reply) => {
    const visitor = visitorOf(request);
    const form = request.body ?? {};
    try {
      demandOwnForm(request, visitor);
      const before = /^\d{1,15}$/.test(form.before ?? '') ? Number(form.before) : undefined;
      const person = form.subscriber ? { subscriber: form.subscriber } : { address: form.address ?? '' };
      return await show({ request, reply }, { person, before });
    } catch (error) {
      const refusal = refusalOf((await contextOf(services, request, visitor)).words, error);
      return front({ request, reply }, { ...refusal, typed: form.address });
    }
  });

  // The first press asks, the second one, which says `sure`, does it.
  app.post<{ Params: { step: string }; Body: Form | undefined }>('/desk/people/:step', async (request, reply) => {
    const visitor = visitorOf(request);
    const context = await contextOf(services, request, visitor);
    const { step } = request.params;
    const form = request.body ?? {};
    if (!isPersonStep(step)) throw new NotFound('step', step);
    const ask = (refusal?: Refusal) =>
      sendPage(
        reply,
        askPerson(context, { step, address: form.address ?? '', note: form.note, message: refusal?.message }),
        refusal?.status,
      );
    try {
      demandRole(visitor.actor, ['admin'], 'change what people get');
      demandOwnForm(request, visitor);
      if (form.sure !== 'yes') return ask();
      const done = await perform(services, visitor.actor, { step, form });
      const message = doneMessage(context.words, done);
      // Nothing is left to show, and the address is not to be looked up once more.
      if (step === 'erase') return await front({ request, reply }, { message });
      return await show({ request, reply }, { person: { address: form.address ?? '' } }, message);
    } catch (error) {
      return ask(refusalOf(context.words, error));
    }
  });

  // Reloading a page that a form led to, or choosing the language there, ends at the door again.
  app.get('/desk/people/:step', async (_request, reply) => reply.redirect('/desk/people', 303));
}

/** Does it through the use case of that name; gives the word of what was done. */
async function perform(services: Services, actor: Actor, wish: { step: PersonStep; form: Form }): Promise<string> {
  const address = wish.form.address ?? '';
  switch (wish.step) {
    case 'bar':
      return (await barAddress(services, actor, { address, note: wish.form.note?.trim() || undefined })).added
        ? 'barred'
        : 'barred-already';
    case 'lift': {
      const { hash } = await lookUpSuppression(services.database, address);
      await liftSuppression(services, actor, hash);
      return 'lifted';
    }
    case 'erase':
      await eraseAddress(services, actor, address);
      return 'erased';
    default:
      return assertNever(wish.step);
  }
}
