import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { confirm } from '../../shared/delivery/change-preferences.ts';
import { parseToken, tokenIsGenuine } from '../../shared/mail/links.ts';
import { html } from '../../shared/platform/markup.ts';
import { confirmPath, subscribePath } from '../../shared/release/addresses.ts';
import { getKey } from '../../shared/schema/migrate.ts';
import type { Services } from '../../shared/services.ts';
import { findSignUp } from '../../shared/subscribers/confirm.ts';
import { UNSUBSCRIBES } from './limits.ts';
import { languageFor, renderNotice, sendNotice } from './notice-page.ts';
import { SIGN_UP_WORDS } from './subscribe-words.ts';

type Params = { token: string };

/**
 * /confirm/<token>. GET and HEAD only show a button: programs that follow every link of a letter confirm nothing. POST confirms, and as often as
 * it comes changes nothing more. Forged, expired and forgotten links get one answer.
 */
export function confirmRoutes(app: FastifyInstance, services: Services): void {
  app.get<{ Params: Params }>('/confirm/:token', async (request, reply) => {
    const { token } = request.params;
    const wish = await signUpOfToken(services, token);
    if (wish === undefined) return sendExpired(services, request, reply);
    if (wish.confirmed) return sendConfirmed(services, request, reply);
    const language = await languageFor(services, request);
    const words = SIGN_UP_WORDS[language];
    const { newsroom } = await services.newsroom();
    const page = await renderNotice(services, language, {
      title: words.confirmTitle,
      body: html`<p class="lead">${words.confirmText(newsroom.name)}</p>
<form method="post" action="${confirmPath(token)}"><button class="button main">${words.confirm}</button></form>
`,
    });
    return sendNotice(reply, 200, page);
  });

  app.post<{ Params: Params }>('/confirm/:token', { config: { rateLimit: UNSUBSCRIBES } }, async (request, reply) => {
    const wish = await signUpOfToken(services, request.params.token);
    const outcome = wish === undefined ? 'expired' : await confirm(services, wish.id);
    return outcome === 'expired' ? sendExpired(services, request, reply) : sendConfirmed(services, request, reply);
  });
}

/** The sign-up this link belongs to; undefined when no letter of ours held it, or it holds no longer. */
async function signUpOfToken({ database }: Services, token: string): Promise<{ id: string; confirmed: boolean } | undefined> {
  const named = parseToken(token);
  if (!named) return undefined;
  const wish = await findSignUp(database, named.subscriber);
  if (!wish) return undefined;
  const owner = { subscriber: wish.id, tokenKey: wish.token_key, key: await getKey(database, 'links') };
  return tokenIsGenuine(token, owner, 'confirm') ? { id: wish.id, confirmed: wish.confirmed_at !== null } : undefined;
}

async function sendConfirmed(services: Services, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const language = await languageFor(services, request);
  const words = SIGN_UP_WORDS[language];
  const { newsroom } = await services.newsroom();
  const body = html`<p class="lead">${words.confirmedText(newsroom.name)}</p>\n<p><a class="target" href="/">${words.news}</a></p>\n`;
  return sendNotice(reply, 200, await renderNotice(services, language, { title: words.confirmed, body }));
}

async function sendExpired(services: Services, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const language = await languageFor(services, request);
  const words = SIGN_UP_WORDS[language];
  const body = html`<p class="lead">${words.expiredText}</p>\n<p><a class="target" href="${subscribePath(language)}">${words.again}</a></p>\n`;
  return sendNotice(reply, 404, await renderNotice(services, language, { title: words.expired, body }));
}
