import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { NotFound } from '../../shared/platform/failure.ts';
import { hubPath } from '../../shared/release/addresses.ts';
import type { Newsroom } from '../../shared/release/newsroom/newsroom.ts';
import type { Services } from '../../shared/services.ts';
import { HubRefusal, keepHubRequest, parseHubRequest } from '../../shared/websub/request.ts';
import { HUB_BYTES, HUB_REQUESTS } from './limits.ts';

/** POST /hub: our own WebSub hub (W3C 2018, section 5). The answer is 202; the callback is asked to confirm by the worker. */
export async function hubRoutes(app: FastifyInstance, { services }: { services: Services }): Promise<void> {
  app.removeAllContentTypeParsers();
  await app.register(formbody, { bodyLimit: HUB_BYTES });
  const options = { bodyLimit: HUB_BYTES, config: { rateLimit: HUB_REQUESTS } };
  app.post(hubPath(), options, async (request, reply) => {
    const newsroom = await demandHub(services);
    const { baseUrl, allowPrivateCallbacks } = services.config;
    try {
      const asked = parseHubRequest((request.body ?? {}) as Record<string, unknown>, { newsroom, baseUrl }, allowPrivateCallbacks);
      await keepHubRequest(services, asked);
    } catch (error) {
      if (error instanceof HubRefusal) return say(reply, error.code === 'full' ? 503 : 400, error.message);
      throw error;
    }
    return say(reply, 202, 'Your callback is asked to confirm.');
  });
  // Every feed names this address, so people and crawlers come to see what it is.
  app.get(hubPath(), async (_request, reply) => {
    await demandHub(services);
    return say(
      reply.header('allow', 'POST'),
      405,
      'This is a WebSub hub. Programs subscribe here by POST with hub.mode, hub.topic and hub.callback.',
    );
  });
}

/** The newsroom, while it has a hub of its own. Throws NotFound. */
async function demandHub(services: Services): Promise<Newsroom> {
  const { newsroom } = await services.newsroom();
  if (newsroom.hubs !== 'own' || !newsroom.channels.includes('websub')) throw new NotFound('address', hubPath());
  return newsroom;
}

/** Section 5.1.1: an error is told in the body as plain text. */
function say(reply: FastifyReply, status: number, sentence: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').type('text/plain; charset=utf-8').send(`${sentence}\n`);
}
