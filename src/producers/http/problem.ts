import type { FastifyReply } from 'fastify';
import { Conflict, Failure, Forbidden, InvalidInput, NotFound, type Problem } from '../../shared/platform/failure.ts';
import { isPassingDatabaseError, isUnkeptCharacter } from '../../shared/platform/postgres.ts';

/** What went wrong, for people and programs (RFC 9457). */
export type ProblemDocument = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly remedy?: string;
  readonly problems?: readonly Problem[];
  readonly [extension: string]: unknown;
};

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** A client that comes back after this many seconds finds PostgreSQL restarted. */
export const RETRY_AFTER_SECONDS = 5;

/** Nobody said who they are, or the token is not (any longer) good. */
export class Unauthorized extends Failure {
  constructor() {
    super('token_missing', 'this needs an API token');
  }
}

/** The request itself cannot be read. */
export class BadRequest extends Failure {}

/** More people want something costly than this process does at once. Nobody's fault. */
export class Busy extends Failure {}

/** Explains any thrown thing. What was not foreseen tells nothing of our insides. */
export function problemOf(error: unknown): ProblemDocument {
  if (error instanceof InvalidInput) {
    const wrong = error.problems.filter((problem) => problem.severity === 'error').length || error.problems.length;
    const detail = wrong === 1 ? 'One thing has to be put right.' : `${wrong} things have to be put right.`;
    return { ...base(422, error.code, 'The content does not fit', detail), problems: error.problems };
  }
  if (error instanceof BadRequest)
    return { ...base(400, error.code, 'The request cannot be read', sentence(error.message)), ...error.fields };
  if (error instanceof Unauthorized) {
    const remedy = 'Send "Authorization: Bearer TOKEN"; a token is made with ./depesch token create.';
    return { ...base(401, error.code, 'Who are you?', sentence(error.message)), remedy };
  }
  if (error instanceof Forbidden)
    return { ...error.fields, ...base(403, error.code, 'Not allowed', sentence(error.message)), remedy: error.remedy };
  if (error instanceof NotFound) return { ...error.fields, ...base(404, error.code, 'Not found', sentence(error.message)) };
  if (error instanceof Conflict)
    return { ...error.fields, ...base(409, error.code, 'The state of things forbids it', ended(error.message)), remedy: error.remedy };
  if (error instanceof Busy) return base(503, error.code, 'Not ready', sentence(error.message));
  return problemOfPlatform(error);
}

function problemOfPlatform(error: unknown): ProblemDocument {
  const status = (error as { statusCode?: unknown })?.statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500) return problemOfRequest(error as Error & { code?: string }, status);
  if (isPassingDatabaseError(error) || (error instanceof Failure && error.code === 'no_newsroom')) {
    return base(503, 'not_ready', 'Not ready', 'The database does not answer just now. Nothing was changed. Try again in a moment.');
  }
  if (isUnkeptCharacter(error))
    return base(400, 'bad_character', 'The request cannot be read', 'It holds the character U+0000, which cannot be kept.');
  if (status === 503) return base(503, 'too_slow', 'Not ready', 'The answer took too long. Look at the state before you try again.');
  return base(500, 'unexpected', 'Something went wrong', 'The fault is ours and is in the log.');
}

/** Fastify's own refusals, in our words where its are for programmers. */
const REQUEST_FAULTS: Readonly<Record<string, { code: string; title: string; detail: string }>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'malformed_json', title: 'The request cannot be read', detail: 'The body is not JSON.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: 'empty_body',
    title: 'The request cannot be read',
    detail: 'The body is empty; JSON was announced.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'too_large', title: 'Too large', detail: 'The body is larger than this address takes.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'media_type',
    title: 'Wrong kind of content',
    detail: 'This address does not take that Content-Type.',
  },
  FST_ERR_BAD_URL: { code: 'bad_address', title: 'The request cannot be read', detail: 'The address is not validly encoded.' },
};

function problemOfRequest(error: Error & { code?: string }, status: number): ProblemDocument {
  const known = REQUEST_FAULTS[error.code ?? ''];
  if (known) return base(status, known.code, known.title, known.detail);
  if (status === 429) return base(429, 'too_many', 'Too many requests', sentence(error.message));
  if (status === 405) return base(405, 'only_read', 'Not this method', sentence(error.message));
  if (status === 413) return base(413, 'too_large', 'Too large', 'The body is larger than this address takes.');
  return base(status, 'bad_request', 'The request cannot be read', sentence(error.message));
}

/** Answers with the document and the headers its status asks for. */
export function sendProblem(reply: FastifyReply, problem: ProblemDocument): FastifyReply {
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="depesch"');
  if (problem.status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  return reply.code(problem.status).header('cache-control', 'no-store').type(PROBLEM_TYPE).serializer(JSON.stringify).send(problem);
}

function base(status: number, code: string, title: string, detail: string) {
  return { type: `urn:depesch:problem:${code}`, title, status, detail, code };
}

/** Failures are written as half sentences for logs; here they stand alone. */
function sentence(text: string): string {
  return ended(text.charAt(0).toUpperCase() + text.slice(1));
}

/** For those that begin with a release's name, which is spelled as it is. */
function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
