import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../shared/services.ts';
import { comeBack, topicsOfSubscriber } from '../../shared/subscribers/come-back.ts';
import { leave } from '../../shared/subscribers/leave.ts';
import { UNSUBSCRIBES } from './limits.ts';
import { languageFor, sendNotice } from './notice-page.ts';
import { subscriberOfToken } from './subscriber-links.ts';
import { renderBack, renderLeft, renderPreferences } from './subscriber-pages.ts';

type Params = { token: string };

/**
 * /preferences/<token>: what a subscriber gets, and leaving a topic or everything. It shows no address, so a forwarded letter gives nothing away.
 * A token that is nobody's shows a subscription without topics.
 */
export function preferenceRoutes(app: FastifyInstance, services: Services): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, subscriber: string | undefined) => {
    const { token } = request.params as Params;
    const topics = subscriber === undefined ? [] : await topicsOfSubscriber(services.database, subscriber);
    return sendNotice(reply, 200, await renderPreferences(services, await languageFor(services, request), { token, topics }));
  };

  app.get<{ Params: Params }>('/preferences/:token', async (request, reply) =>
    show(request, reply, await subscriberOfToken(services, request.params.token, 'preferences')),
  );

  app.post<{ Params: Params; Body: { leave?: string } | undefined }>(
    '/preferences/:token',
    { config: { rateLimit: UNSUBSCRIBES } },
    async (request, reply) => {
      const { token } = request.params;
      const subscriber = await subscriberOfToken(services, token, 'preferences');
      const topic = request.body?.leave;
      const { newsroom } = await services.newsroom();
      if (topic !== undefined && topic !== '*') {
        if (subscriber !== undefined) await leave(services.database, { subscriber, topic, way: 'page', newsroom });
        return show(request, reply, subscriber);
      }
      if (subscriber !== undefined && topic === '*') await leave(services.database, { subscriber, way: 'page' });
      return sendNotice(
        reply,
        200,
        await renderLeft(services, await languageFor(services, request), `/preferences/${encodeURIComponent(token)}/undo`),
      );
    },
  );

  app.post<{ Params: Params }>('/preferences/:token/undo', { config: { rateLimit: UNSUBSCRIBES } }, async (request, reply) => {
    const subscriber = await subscriberOfToken(services, request.params.token, 'preferences');
    if (subscriber !== undefined) await comeBack(services.database, { subscriber });
    return sendNotice(reply, 200, await renderBack(services, await languageFor(services, request)));
  });
}
