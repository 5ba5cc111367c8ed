import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOfSession } from '../../shared/accounts/sessions.ts';
import { Forbidden } from '../../shared/platform/failure.ts';
import { type InterfaceLanguage, interfaceLanguage, type Newsroom } from '../../shared/release/newsroom/newsroom.ts';
import type { Services } from '../../shared/services.ts';
import { preferredLanguage } from '../../shared/site/preferred-language.ts';
import type { DeskContext, Visitor } from './context.ts';
import { deskWords } from './words.ts';

/** A year: the choice of a language is no secret and no identity. */
const LANGUAGE_SECONDS = 31_536_000;

type CookieOptions = { httpOnly: boolean; sameSite: 'lax'; secure: boolean; path: string; maxAge?: number };

/**
 * Names and attributes of the desk's two cookies. Over https the session's name begins with __Host-, so that no other host can set it.
 * The session goes to the whole site because pictures of drafts lie under /assets/ as the page's exact bytes say; readers never get one.
 */
export function deskCookies(baseUrl: string) {
  const secure = baseUrl.startsWith('https:');
  const options: CookieOptions = { httpOnly: true, sameSite: 'lax', secure, path: '/' };
  return {
    session: { name: secure ? '__Host-depesch' : 'depesch', options },
    language: { name: 'depesch-language', options: { ...options, path: '/desk', maxAge: LANGUAGE_SECONDS } },
  };
}

/** The session's secret in a request, if there is one. Reads the header itself: outside /desk nothing parses cookies. */
export function sessionOf(request: FastifyRequest, baseUrl: string): string | undefined {
  return cookieOf(request, deskCookies(baseUrl).session.name);
}

function cookieOf(request: FastifyRequest, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/** Who is signed in, if anybody. */
export async function findVisitor(services: Services, request: FastifyRequest): Promise<Visitor | undefined> {
  const session = sessionOf(request, services.config.baseUrl);
  return session === undefined ? undefined : actorOfSession(services.database, session);
}

/** What a page for this request is rendered with: the chosen language, else the browser's, else the newsroom's first. */
export async function contextOf(services: Services, request: FastifyRequest, visitor: Visitor | undefined): Promise<DeskContext> {
  const { newsroom } = await services.newsroom();
  return contextIn(newsroom, services, { request, visitor });
}

/** The same with a newsroom that is known already. */
export function contextIn(
  newsroom: Newsroom,
  services: Services,
  { request, visitor }: { request: FastifyRequest; visitor: Visitor | undefined },
): DeskContext {
  const chosen = cookieOf(request, deskCookies(services.config.baseUrl).language.name);
  const language: InterfaceLanguage =
    chosen === 'sv' || chosen === 'en'
      ? chosen
      : preferredLanguage(request.headers['accept-language'], interfaceLanguage(newsroom.languages[0]!));
  return { language, words: deskWords(language), publisher: { newsroom, baseUrl: services.config.baseUrl }, visitor, path: request.url };
}

/** Throws Forbidden unless the form came from a page of this session (its token) and, where the browser says so, from this very site. */
export function demandOwnForm(request: FastifyRequest, visitor: Visitor): void {
  refuseOtherSites(request);
  const given = Buffer.from(String((request.body as { csrf?: unknown } | undefined)?.csrf ?? ''));
  const right = Buffer.from(visitor.csrf);
  if (given.length !== right.length || !timingSafeEqual(given, right)) refuseForm();
}

/** A form of another site may not act here, not even before anybody is signed in (login CSRF). */
export function refuseOtherSites(request: FastifyRequest): void {
  if (isOfOtherSite(request)) refuseForm();
}

/** What a form of another site holds is nobody's typing here, and is never given back. */
export function isOfOtherSite(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

function refuseForm(): never {
  throw new Forbidden('form_old', 'the form is not of this session', 'Load the page again and try once more.');
}

/** Sends a page of the desk. Nothing of it may be kept by anybody. */
export function sendPage(reply: FastifyReply, page: string, status = 200): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page);
}
