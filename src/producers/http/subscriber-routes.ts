import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import type { Services } from '../../shared/services.ts';
import { confirmRoutes } from './confirm.ts';
import { ownDataRoutes } from './own-data.ts';
import { preferenceRoutes } from './preferences.ts';
import { subscribeRoutes } from './subscribe.ts';
import { unsubscribeRoutes } from './unsubscribe.ts';

/** Signing up, and what the personal links of a letter open. No cookie; nothing of it in caches, search engines or other sites' logs. */
export async function subscriberRoutes(app: FastifyInstance, { services }: { services: Services }): Promise<void> {
  // Fastify's own would refuse a form that is sent as JSON.
  app.removeAllContentTypeParsers();
  await app.register(formbody);
  // Mail providers post the one-click form with whatever type they like (RFC 8058 3.1 asks for two, some send none): the address alone decides.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, oneClickOf(String(body))));
  app.addHook('onRequest', async (_request, reply) => {
    // Other sites may load our pictures and feeds, and nothing of one person's.
    reply.header('referrer-policy', 'no-referrer').header('x-robots-tag', 'noindex').header('cross-origin-resource-policy', 'same-origin');
  });
  subscribeRoutes(app, services);
  confirmRoutes(app, services);
  unsubscribeRoutes(app, services);
  preferenceRoutes(app, services);
  ownDataRoutes(app, services);
}

/** Tells the one-click form apart in a body of any type, multipart among them. */
function oneClickOf(body: string): { 'List-Unsubscribe'?: string } {
  return /List-Unsubscribe/.test(body) && /One-Click/.test(body) ? { 'List-Unsubscribe': 'One-Click' } : {};
}
