import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor } from '../../../shared/accounts/actor.ts';
import { messageOf, NotFound } from '../../../shared/platform/failure.ts';
import { VERSION } from '../../../shared/platform/version.ts';
import type { Services } from '../../../shared/services.ts';
import { actorOfRequest } from '../bearer.ts';
import { WRONG_TOKENS } from '../limits.ts';
import { FOR_OTHER_SITES } from '../other-sites.ts';
import { problemOf, sendProblem, Unauthorized } from '../problem.ts';
import { ProblemAnswer } from './answers.ts';
import { acceptFiles, assetOperations } from './assets.ts';
import { bounceOperations } from './bounces.ts';
import { channelOperations } from './channels.ts';
import { hubOperations } from './hub.ts';
import { letterOperations } from './letters.ts';
import { jsonSchema, type Operation, registerOperation } from './operation.ts';
import { allowOtherSites, publicOperations } from './public-releases.ts';
import { releaseOperations } from './releases.ts';
import { stepOperations } from './steps.ts';
import { subscriberOperations } from './subscribers.ts';
import { suppressionOperations } from './suppressions.ts';
import { webhookOperations } from './webhooks.ts';

const OPERATIONS: readonly Operation[] = [
  ...releaseOperations,
  ...stepOperations,
  ...channelOperations,
  ...letterOperations,
  ...assetOperations,
  ...subscriberOperations,
  ...suppressionOperations,
  ...bounceOperations,
  ...webhookOperations,
  ...hubOperations,
];

/** Everything under /api: Bearer tokens, zod-checked requests, RFC 9457 problems, and the OpenAPI document of it all. */
export async function apiRoutes(app: FastifyInstance, { services }: { services: Services }): Promise<void> {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500)
      services.log.error(
        { route: request.routeOptions.url, reason: messageOf(error), code: (error as { code?: string }).code },
        'api.failed',
      );
    return sendProblem(reply, problem);
  });
  // Requests are parsed by zod in registerOperation; the routes' JSON schemas only describe.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  await app.register(swagger, { openapi: openapiOf(services), refResolver: { buildLocalReference: (schema) => String(schema.$id) } });
  app.addSchema({ $id: 'Problem', ...jsonSchema(ProblemAnswer, 'output') });

  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => reply.headers(FOR_OTHER_SITES).send(app.swagger()));
  await app.register(async (inner) => {
    allowOtherSites(inner);
    for (const made of publicOperations) registerOperation(inner, services, made, nobody);
  });
  await app.register(async (inner) => {
    const actorOf = authenticate(inner, services);
    await acceptFiles(inner);
    acceptTexts(inner);
    for (const made of OPERATIONS) registerOperation(inner, services, made, actorOf);
    inner.all('/*', { schema: { hide: true } }, async (request) => {
      throw new NotFound('address', request.url.split('?', 1)[0]!);
    });
  });
}

/** Open operations ask for no actor. */
function nobody(): never {
  throw new Unauthorized();
}

/** Release files, CSV and mail come as they are; what they say is read by the operation. */
function acceptTexts(app: FastifyInstance): void {
  app.addContentTypeParser('text/markdown', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addContentTypeParser('message/rfc822', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** Reads the Bearer token before anything else is read; wrong ones cost the asker attempts. */
function authenticate(app: FastifyInstance, services: Services): (request: FastifyRequest) => Actor {
  const actors = new WeakMap<FastifyRequest, Actor>();
  const wrongTokens = app.createRateLimit(WRONG_TOKENS);
  app.addHook('onRequest', async (request) => {
    const actor = await actorOfRequest(services.database, request);
    if (actor) {
      actors.set(request, actor);
      return;
    }
    const limit = await wrongTokens(request);
    if (!limit.isAllowed && limit.isExceeded) throw Object.assign(new Error('wait a minute before the next try'), { statusCode: 429 });
    throw new Unauthorized();
  });
  return (request) => {
    const actor = actors.get(request);
    if (!actor) throw new Unauthorized();
    return actor;
  };
}

function openapiOf(services: Services) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Depesch',
      version: VERSION,
      description:
        'Releases from draft to every channel. Lists come in pages: send `next` back as `before`. Errors are RFC 9457 problems. /public needs no token.',
    },
    servers: [{ url: services.config.baseUrl }],
    components: { securitySchemes: { token: { type: 'http' as const, scheme: 'bearer' } } },
    security: [{ token: [] }],
  };
}
