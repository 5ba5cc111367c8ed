import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { z } from 'zod';
import type { Actor } from '../../../shared/accounts/actor.ts';
import { InvalidInput } from '../../../shared/platform/failure.ts';
import { problemsOf } from '../../../shared/release/problems.ts';
import type { Services } from '../../../shared/services.ts';

/** What a handler is given: everything parsed, the person known. */
export type Call<Body, Query> = {
  readonly services: Services;
  readonly actor: Actor;
  /** Parameters of the path, such as `release`: its id or slug. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly query: Query;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};

/** One line of the API: route, schemas and handler. The same values check requests and make the OpenAPI document. */
export type Operation<Body = unknown, Query = unknown> = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With Fastify's `:name` parameters. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly body?: z.ZodType<Body>;
  readonly query?: z.ZodType<Query>;
  /** Body in another form than JSON, as the document names it; the handler reads it itself. */
  readonly rawBody?: Readonly<Record<string, z.ZodType>>;
  readonly status: 200 | 201 | 202;
  readonly answer?: z.ZodType;
  /** Media type of an answer that is not JSON. */
  readonly answerType?: string;
  readonly bodyLimit?: number;
  readonly limitMs?: number;
  /** Anybody may ask without a token, so often from one address. The handler knows no actor and sends its answer itself. */
  readonly open?: { readonly max: number; readonly timeWindow: number };
  readonly handle: (call: Call<Body, Query>) => Promise<unknown>;
};

/** Names an operation's types once, so that its handler knows them. */
export function operation<Body, Query>(made: Operation<Body, Query>): Operation {
  return made as unknown as Operation;
}

/** Registers an operation. `actorOf` says who asks; it throws for nobody. */
export function registerOperation(
  app: FastifyInstance,
  services: Services,
  made: Operation,
  actorOf: (request: FastifyRequest) => Actor,
): void {
  const options: RouteShorthandOptions = {
    schema: openapiOf(made),
    ...(made.bodyLimit ? { bodyLimit: made.bodyLimit } : {}),
    ...(made.limitMs ? { handlerTimeout: made.limitMs } : {}),
    ...(made.open ? { config: { rateLimit: made.open } } : {}),
  };
  app.route({
    method: made.method,
    url: made.path,
    ...options,
    handler: async (request, reply) => {
      const answer = await made.handle({
        services,
        get actor() {
          return actorOf(request);
        },
        params: request.params as Record<string, string>,
        body: made.body ? parseInput(made.body, request.body ?? {}) : undefined,
        query: made.query ? parseInput(made.query, request.query) : undefined,
        request,
        reply,
      });
      if (reply.sent || answer === reply) return reply;
      return reply.code(made.status).header('cache-control', 'no-store').send(answer);
    },
  });
}

/** Parses with a schema; throws InvalidInput naming every field that does not fit. */
function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error, value, schema);
  throw new InvalidInput(problems.map((problem) => ({ ...problem, remedy: problem.remedy || 'See /api/openapi.json for what it takes.' })));
}

/** The route as @fastify/swagger reads it. Requests are checked by zod above, so these schemas only describe. */
function openapiOf(made: Operation): Record<string, unknown> {
  const names = [...made.path.matchAll(/:(\w+)/g)].map((match) => match[1]!);
  const described: Record<string, unknown> = {
    operationId: operationId(made),
    summary: made.summary,
    ...(made.description ? { description: made.description } : {}),
    tags: [made.path.split('/')[1]!],
    ...(made.open ? { security: [] } : {}),
    response: responsesOf(made),
  };
  if (names.length > 0) {
    described.params = { type: 'object', required: names, properties: Object.fromEntries(names.map((name) => [name, parameterOf(name)])) };
  }
  if (made.query) described.querystring = jsonSchema(made.query, 'input');
  if (made.rawBody) described.body = { content: contentOf(made.rawBody) };
  else if (made.body) described.body = jsonSchema(made.body, 'input');
  return described;
}

/** `POST /releases/:release/letters/stop` → `postReleasesByReleaseLettersStop`: what generated clients call it. */
function operationId({ method, path }: Operation): string {
  const words = path.split(/[/-]/).filter((part) => part !== '');
  const named = words.map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word)));
  return `${method.toLowerCase()}${named.join('')}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** What a part of an address stands for; of the others it is the id. */
const PARAMETERS: Readonly<Record<string, string>> = {
  release: 'Id or slug.',
  slug: 'The last part of its address.',
  channel: 'The name of a channel, such as html.',
  hash: 'The keyed hash of the address, as the list and a look-up have it.',
};

function parameterOf(name: string): { type: 'string'; description: string } {
  return { type: 'string', description: PARAMETERS[name] ?? `The id of the ${name}, as the list has it.` };
}

function contentOf(bodies: Readonly<Record<string, z.ZodType>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(bodies).map(([type, schema]) => [type, { schema: jsonSchema(schema, 'input') }]));
}

function responsesOf(made: Operation): Record<string, unknown> {
  const schema = made.answer ? jsonSchema(made.answer, 'output') : { type: 'string' };
  const type = made.answerType ?? 'application/json';
  return {
    [made.status]: { description: 'Done.', content: { [type]: { schema } } },
    default: { description: 'RFC 9457 problem.', content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } },
  };
}

/** A zod schema as JSON Schema without its own header; what JSON cannot say (dates are text there) is left open. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _header, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: made }) => {
      if (zodSchema._zod.def.type !== 'date') return;
      made.type = 'string';
      made.format = 'date-time';
    },
  });
  return rest;
}
