import type { FastifyInstance } from 'fastify';
import { takeBack } from '../../shared/delivery/change-preferences.ts';
import type { Services } from '../../shared/services.ts';
import { leave } from '../../shared/subscribers/leave.ts';
import { UNSUBSCRIBES } from './limits.ts';
import { languageFor, sendNotice } from './notice-page.ts';
import { subscriberOfToken } from './subscriber-links.ts';
import { renderBack, renderLeaving, renderLeft } from './subscriber-pages.ts';

type Params = { token: string };

/**
 * /unsubscribe/<token>. GET and HEAD only show a button: programs that follow every link of a letter change nothing. POST leaves at once, without
 * cookie or question (RFC 8058 3.2), as often as it comes. A token that is nobody's gets the very same answers: they tell nothing about anybody.
 */
export function unsubscribeRoutes(app: FastifyInstance, services: Services): void {
  app.get<{ Params: Params }>('/unsubscribe/:token', async (request, reply) => {
    const language = await languageFor(services, request);
    return sendNotice(reply, 200, await renderLeaving(services, language, request.params.token));
  });

  app.post<{ Params: Params }>('/unsubscribe/:token', { config: { rateLimit: UNSUBSCRIBES } }, async (request, reply) => {
    const { token } = request.params;
    const subscriber = await subscriberOfToken(services, token, 'unsubscribe');
    // RFC 8058 3.1: the body a mail provider posts for its user.
    const oneClick = (request.body as { 'List-Unsubscribe'?: string } | undefined)?.['List-Unsubscribe'] === 'One-Click';
    if (subscriber !== undefined) await leave(services.database, { subscriber, way: oneClick ? 'one-click' : 'page' });
    return sendNotice(
      reply,
      200,
      await renderLeft(services, await languageFor(services, request), `/unsubscribe/${encodeURIComponent(token)}/undo`),
    );
  });

  app.post<{ Params: Params }>('/unsubscribe/:token/undo', { config: { rateLimit: UNSUBSCRIBES } }, async (request, reply) => {
    const subscriber = await subscriberOfToken(services, request.params.token, 'unsubscribe');
    if (subscriber !== undefined) await takeBack(services, subscriber);
    return sendNotice(reply, 200, await renderBack(services, await languageFor(services, request)));
  });
}
