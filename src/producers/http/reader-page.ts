import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Newsroom } from '../../shared/release/newsroom/newsroom.ts';
import { encodableOf, sendDocument } from './serving/document.ts';

/** The first part of a path that names a language, as newsrooms write it (release/values.ts); spelled out, for the router takes no repetition in an option. */
export const IN_LANGUAGE = ':language(^[a-z][a-z][a-z]?(?:-[A-Z][A-Z])?$)';

export type InLanguage = { Params: { language?: string } };

/** The language of a page that exists in each of the newsroom's, as the front pages do: the first one's path names none. */
export function pageLanguage({ languages }: Newsroom, named: string | undefined): string | undefined {
  return named === undefined ? languages[0] : languages.slice(1).find((language) => language === named);
}

/** Sends a page made for this request, with what a reader needs to ask again cheaply. */
export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  page: { body: string; cacheControl: string; type?: string },
): Promise<FastifyReply> {
  const { body, cacheControl, type = 'text/html; charset=utf-8' } = page;
  return sendDocument(request, reply, { ...encodableOf(Buffer.from(body)), status: 200, type, cacheControl, modifiedAt: undefined });
}
