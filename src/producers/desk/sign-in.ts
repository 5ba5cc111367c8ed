import type { FastifyInstance } from 'fastify';
import { endSession, useSignInLink } from '../../shared/accounts/sessions.ts';
import { html } from '../../shared/platform/markup.ts';
import type { Services } from '../../shared/services.ts';
import type { DeskContext } from './context.ts';
import { contextOf, demandOwnForm, deskCookies, findVisitor, refuseOtherSites, sendPage, sessionOf } from './session.ts';
import { renderDesk } from './shell.ts';

/** Guessing is hopeless (256 bits); this keeps it from costing anything. */
const SIGN_INS = { max: 30, timeWindow: 60_000 };

/**
 * Signing in by a link that works once. GET only shows a button: programs that look through mail for bad links must not use it up.
 * A new session gets a new secret, and the one before it ends.
 */
export function signInRoutes(app: FastifyInstance, services: Services): void {
  const cookies = deskCookies(services.config.baseUrl);

  app.get('/desk/sign-in', async (request, reply) => {
    const visitor = await findVisitor(services, request);
    if (visitor) return reply.redirect('/desk/', 303);
    return sendPage(reply, renderDoor(await contextOf(services, request, undefined)));
  });

  app.get<{ Params: { token: string } }>('/desk/sign-in/:token', async (request, reply) => {
    const context = await contextOf(services, request, undefined);
    return sendPage(reply, renderLink({ ...context, path: '/desk/sign-in' }, request.params.token));
  });

  app.post<{ Params: { token: string } }>('/desk/sign-in/:token', { config: { rateLimit: SIGN_INS } }, async (request, reply) => {
    refuseOtherSites(request);
    const begun = await useSignInLink(services.database, request.params.token);
    if (!begun) return sendPage(reply, renderSpent({ ...(await contextOf(services, request, undefined)), path: '/desk/sign-in' }), 410);
    const earlier = sessionOf(request, services.config.baseUrl);
    if (earlier !== undefined) await endSession(services.database, earlier);
    return reply.setCookie(cookies.session.name, begun.session, cookies.session.options).redirect('/desk/', 303);
  });

  app.post('/desk/sign-out', async (request, reply) => {
    const visitor = await findVisitor(services, request);
    if (visitor) demandOwnForm(request, visitor);
    const session = sessionOf(request, services.config.baseUrl);
    if (session !== undefined) await endSession(services.database, session);
    return reply.clearCookie(cookies.session.name, cookies.session.options).redirect('/desk/sign-in?out', 303);
  });

  app.post<{ Body: { language?: string; back?: string } }>('/desk/language', async (request, reply) => {
    refuseOtherSites(request);
    const { language, back } = request.body ?? {};
    if (language === 'sv' || language === 'en') reply.setCookie(cookies.language.name, language, cookies.language.options);
    return reply.redirect(isDeskPath(back) ? back : '/desk/', 303);
  });
}

/** Only back into the desk: a form field may not send anybody elsewhere. */
function isDeskPath(path: string | undefined): path is string {
  return path !== undefined && /^\/desk\/[\w\-./?=&#%]*$/.test(path) && !path.includes('//');
}

function renderDoor(context: DeskContext): string {
  const { words } = context;
  return renderDesk(context, {
    title: words.signIn.title,
    main: html`<div class="question">
${context.path.endsWith('?out') && html`<div class="message" role="status"><p>${words.signIn.out}.</p></div>\n`}<h1>${words.signIn.title}</h1>
<p>${words.signIn.need}</p>
<p>${words.signIn.how} <code>./depesch account link elin</code></p>
</div>`,
  });
}

function renderLink(context: DeskContext, token: string): string {
  const { words, publisher } = context;
  return renderDesk(context, {
    title: words.signIn.title,
    main: html`<div class="question">
<h1>${words.signIn.title}</h1>
<p>${words.signIn.hello(publisher.newsroom.name)}</p>
<form method="post" action="/desk/sign-in/${token}"><div class="buttons"><button class="button main">${words.signIn.button}</button></div></form>
</div>`,
  });
}

function renderSpent(context: DeskContext): string {
  const { words } = context;
  return renderDesk(context, {
    title: words.signIn.spent,
    main: html`<div class="question">
<h1>${words.signIn.spent}</h1>
<p>${words.signIn.spentText}</p>
</div>`,
  });
}
