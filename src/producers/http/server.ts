import { createServer } from 'node:http';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Services } from '../../shared/services.ts';
import { apiRoutes } from './api/api.ts';
import { healthRoutes } from './health.ts';
import { hubRoutes } from './hub.ts';
import { inboxRoutes } from './inbox.ts';
import { ANSWER_MS, FORM_BYTES, HEADERS_MS, KEEP_ALIVE_MS, REQUEST_MS } from './limits.ts';
import { metricsRoutes } from './metrics.ts';
import { sendFault } from './notice-page.ts';
import { endsFlood } from './pipelines.ts';
import { noteUntrustedProxy, trustProxyOf } from './proxies.ts';
import { readerPages } from './reader-pages.ts';
import { PERMISSIONS, securityHeaders } from './security.ts';
import { originForm } from './serving/public-path.ts';
import { publicSite } from './serving/public-site.ts';
import { ReadyAnswers } from './serving/ready-answers.ts';
import { subscriberRoutes } from './subscriber-routes.ts';

/** Tokens in addresses are longer than the router's default of 100 characters. */
const LONGEST_PARAMETER = 1_000;

export type ServerParts = {
  /** Further routes (the desk); headers, limits and timing come from here. */
  readonly areas?: readonly ((app: FastifyInstance) => Promise<void> | void)[];
  /** Who may see pictures and attachments that no public revision names. Nobody when left out. */
  readonly seesDrafts?: (request: FastifyRequest) => Promise<boolean>;
  /** The clock of the public pages; the machine's when left out. */
  readonly now?: (() => Date) | undefined;
};

/** The whole web side of this process, not yet listening. Throws InvalidInput when TRUST_PROXY cannot be read. */
export async function buildServer(services: Services, parts: ServerParts = {}): Promise<FastifyInstance> {
  const ready = new ReadyAnswers();
  const app = fastify({
    serverFactory: (handler) =>
      createServer({ requestTimeout: REQUEST_MS, keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: HEADERS_MS }, (request, response) => {
        if (endsFlood(request, response)) return;
        if (!request.url!.startsWith('/')) request.url = originForm(request.url!);
        if (!ready.answer(request, response)) handler(request, response);
      }),
    // Fastify's own lines carry addresses of requests, and those carry tokens; ours name the route.
    logger: false,
    trustProxy: trustProxyOf(services.config.trustProxy),
    bodyLimit: FORM_BYTES,
    handlerTimeout: ANSWER_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    frameworkErrors: (error, request, reply) =>
      void sendFault(services, error, { request: request as FastifyRequest, reply: reply as FastifyReply }),
  });
  // Fastify's own HEAD says "Content-Length: 0" of every answer whose length a handler gave, and of each 304 (RFC 9110 8.6). Node keeps the body back.
  app.addHook('onRoute', (route) => {
    if (route.method === 'HEAD') delete route.onSend;
  });
  app.setErrorHandler((error, request, reply) => sendFault(services, error, { request, reply }));
  await app.register(helmet, securityHeaders(services.config));
  await app.register(rateLimit, { global: false });
  app.addHook('onRequest', async (_request, reply) => void reply.header('permissions-policy', PERMISSIONS));
  app.addHook('onResponse', async (request, reply) => logAnswer(services, request, reply));
  app.addHook('preClose', async () => ready.close());
  noteUntrustedProxy(app, services);
  metricsRoutes(app, services, ready);
  healthRoutes(app, services);
  await app.register(apiRoutes, { prefix: '/api', services });
  await app.register(subscriberRoutes, { services });
  await app.register(hubRoutes, { services });
  await app.register(inboxRoutes, { services });
  for (const area of parts.areas ?? []) await app.register(async (inner) => area(inner));
  readerPages(app, services, parts.now);
  publicSite(app, services, { ...parts, ready });
  return app;
}

function logAnswer(services: Services, request: FastifyRequest, reply: FastifyReply): void {
  const line = { method: request.method, route: request.routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
  if (request.method === 'GET' || request.method === 'HEAD') services.log.trace(line, 'http.answered');
  else services.log.debug(line, 'http.answered');
}
