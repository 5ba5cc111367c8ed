import type { FastifyInstance, FastifyRequest } from 'fastify';
import { listDeliveries } from '../../../shared/delivery/history.ts';
import { html, type Markup } from '../../../shared/platform/markup.ts';
import { retryLetters } from '../../../shared/publishing/letters.ts';
import { loadStatus, type ReleaseStatus } from '../../../shared/publishing/status.ts';
import { DELIVERY_STATES } from '../../../shared/schema/tables.ts';
import type { Services } from '../../../shared/services.ts';
import type { DeskContext } from '../context.ts';
import { doneMessage, type Refusal, refusalOf } from '../messages.ts';
import type { Form } from '../perform.ts';
import { renderAsking } from '../question.ts';
import { contextOf, demandOwnForm, sendPage } from '../session.ts';
import type { VisitorOf } from '../visitors.ts';
import { formatCount } from '../words.ts';
import { type DeliveriesPage, renderDeliveries } from './deliveries.ts';
import { lettersPath } from './panel.ts';

/** Two screens; a run of 20,000 is read by its states, not from end to end. */
const ROWS = 50;

type Query = { run?: string; state?: string; after?: string; done?: string };
type Decision = 'resend' | 'settle';

/** The letters of a release one by one, and what a person decides about the unknown ones. Everybody at the desk may look: no address is shown. */
export function letterRoutes(app: FastifyInstance, services: Services, visitorOf: VisitorOf): void {
  app.get<{ Params: { release: string }; Querystring: Query }>('/desk/releases/:release/letters', async (request, reply) => {
    const context = await contextOf(services, request, visitorOf(request));
    const message = doneMessage(context.words, request.query.done);
    return sendPage(reply, renderDeliveries(context, await loadPage(services, context, request, message)));
  });

  for (const decision of ['resend', 'settle'] as const) {
    const ask = async (request: FastifyRequest, refusal?: Refusal) => {
      const context = await contextOf(services, request, visitorOf(request));
      const { release } = request.params as { release: string };
      return question(context, { status: await loadStatus(services, release), decision, message: refusal?.message });
    };
    app.get<{ Params: { release: string } }>(`/desk/releases/:release/letters/${decision}`, async (request, reply) =>
      sendPage(reply, await ask(request)),
    );
    app.post<{ Params: { release: string }; Body: Form | undefined }>(
      `/desk/releases/:release/letters/${decision}`,
      async (request, reply) => {
        const visitor = visitorOf(request);
        const { words } = await contextOf(services, request, visitor);
        try {
          demandOwnForm(request, visitor);
          const { slug } = await retryLetters(services, visitor.actor, { release: request.params.release, unknown: decision });
          return reply.redirect(`${lettersPath(slug)}?done=${decision}`, 303);
        } catch (error) {
          const refusal = refusalOf(words, error);
          return sendPage(reply, await ask(request, refusal), refusal.status);
        }
      },
    );
  }
}

async function loadPage(
  services: Services,
  context: DeskContext,
  request: FastifyRequest,
  message: Markup | undefined,
): Promise<DeliveriesPage> {
  const { release } = request.params as { release: string };
  const query = request.query as Query;
  const status = await loadStatus(services, release);
  const run = status.letters.find(({ n }) => String(n) === query.run) ?? status.letters.at(-1);
  const state = DELIVERY_STATES.find((name) => name === query.state);
  const after = /^\d{1,9}$/.test(query.after ?? '') ? Number(query.after) : undefined;
  const rows = run ? await listDeliveries(services.database, { release: status.release, n: run.n, state, after, limit: ROWS + 1 }) : [];
  const shown = rows.slice(0, ROWS);
  const roles = context.visitor?.actor.roles ?? [];
  return {
    status,
    run,
    state,
    rows: shown,
    next: rows.length > ROWS ? shown.at(-1)!.seq : undefined,
    first: after === undefined,
    decides: roles.length > 0,
    message,
  };
}

/** The decision is about every unknown letter of the release, of all its runs, so their number is said. */
function question(context: DeskContext, asked: { status: ReleaseStatus; decision: Decision; message: Markup | undefined }): string {
  const { letters } = context.words;
  const { status, decision, message } = asked;
  const back = lettersPath(status.slug);
  const unknown = status.letters.reduce((sum, run) => sum + run.counts.unknown, 0);
  return renderAsking(context, {
    title: decision === 'resend' ? letters.resendTitle : letters.settleTitle,
    body:
      unknown === 0
        ? html`<p>${letters.noneUnknown}</p>`
        : html`<p><strong>${letters.unknownTitle(formatCount(unknown, context.language), unknown)}.</strong> ${letters.unknownText}</p>
<p>${decision === 'resend' ? letters.resendText : letters.settleText}</p>`,
    action: `${back}/${decision}`,
    button: unknown === 0 ? undefined : decision === 'resend' ? letters.resendButton : letters.settleButton,
    message,
    back: { path: back, text: html`${letters.pageTitle}` },
  });
}
