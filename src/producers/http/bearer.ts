import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../shared/accounts/actor.ts';
import { actorOfToken } from '../../shared/accounts/tokens.ts';
import type { Database } from '../../shared/schema/database.ts';

/** Whose API token a request carries (RFC 6750 2.1); undefined when it carries none that is good. */
export async function actorOfRequest(database: Database, request: FastifyRequest): Promise<Actor | undefined> {
  const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
  return token === undefined ? undefined : actorOfToken(database, token);
}
