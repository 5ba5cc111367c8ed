import type { FastifyReply, FastifyRequest } from 'fastify';
import { messageOf } from '../../shared/platform/failure.ts';
import { html, type Markup } from '../../shared/platform/markup.ts';
import { type InterfaceLanguage, interfaceLanguage } from '../../shared/release/newsroom/newsroom.ts';
import type { Publisher } from '../../shared/release/view.ts';
import type { Services } from '../../shared/services.ts';
import { renderPublicPage } from '../../shared/site/frame.ts';
import { noIndex } from '../../shared/site/head.ts';
import { preferredLanguage } from '../../shared/site/preferred-language.ts';
import { newsroomOrLast } from './newsroom-or-last.ts';
import { Busy, type ProblemDocument, problemOf, RETRY_AFTER_SECONDS, sendProblem } from './problem.ts';

export type Notice = { readonly title: string; readonly body: Markup };

/** The language of a page that answers one person: the browser's wish, else the newsroom's own. */
export async function languageFor(services: Services, request: FastifyRequest): Promise<InterfaceLanguage> {
  const { newsroom } = await services.newsroom();
  return preferredLanguage(request.headers['accept-language'], interfaceLanguage(newsroom.languages[0]!));
}

/** A short page about one thing, in the newsroom's look, for one person: never kept by caches nor by search engines. */
export async function renderNotice(services: Services, language: InterfaceLanguage, notice: Notice): Promise<string> {
  const { newsroom } = await services.newsroom();
  return renderNoticeOf({ newsroom, baseUrl: services.config.baseUrl }, language, notice);
}

function renderNoticeOf(publisher: Publisher, language: InterfaceLanguage, notice: Notice): string {
  return renderPublicPage({
    language,
    title: notice.title,
    publisher,
    head: noIndex(),
    main: html`<div class="prose">
<h1>${notice.title}</h1>
${notice.body}
</div>
`,
  });
}

/** Sends such a page. */
export function sendNotice(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page);
}

/** Answers whatever a route threw: a page to browsers, problem+json to programs. What was not foreseen is logged. */
export async function sendFault(
  services: Services,
  error: unknown,
  exchange: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const { request, reply } = exchange;
  const problem = problemOf(error);
  if (problem.status >= 500 && !(error instanceof Busy)) {
    services.log.error(
      { route: request.routeOptions?.url, code: (error as { code?: string })?.code, reason: messageOf(error) },
      'http.failed',
    );
  }
  if (!(request.headers.accept ?? '').includes('text/html')) return sendProblem(reply, problem);
  if (problem.status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  const newsroom = await newsroomOrLast(services);
  if (!newsroom) return sendNotice(reply, problem.status, renderBare(problem));
  const language = preferredLanguage(request.headers['accept-language'], interfaceLanguage(newsroom.languages[0]!));
  return sendNotice(
    reply,
    problem.status,
    renderNoticeOf({ newsroom, baseUrl: services.config.baseUrl }, language, noticeOf(problem, language)),
  );
}

/** Before the newsroom was ever read there is neither name nor style: the words alone, in both languages. */
function renderBare(problem: ProblemDocument): string {
  const { sv, en } = { sv: noticeWords(problem, 'sv'), en: noticeWords(problem, 'en') };
  return `${html`<!DOCTYPE html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${sv.title}</title>
${noIndex()}<meta name="color-scheme" content="light dark">
</head>
<body>
<main>
<h1>${sv.title}</h1>
<p>${sv.text}</p>
<section lang="en">
<h2>${en.title}</h2>
<p>${en.text}</p>
</section>
</main>
</body>
</html>`}
`;
}

const FAULT_WORDS = {
  sv: {
    403: { title: 'Sidan är inte öppen för dig', text: 'Den kräver en annan behörighet eller en annan plats.' },
    404: { title: 'Sidan finns inte', text: 'Adressen kan vara felskriven, eller så har sidan aldrig funnits.' },
    429: { title: 'För många försök', text: 'Vänta en minut och försök igen.' },
    503: { title: 'Sidan kan inte visas just nu', text: 'Försök igen om en liten stund.' },
    other: { title: 'Det gick inte', text: 'Begäran kunde inte läsas.' },
    ours: { title: 'Något gick fel hos oss', text: 'Felet är antecknat. Försök igen om en liten stund.' },
  },
  en: {
    403: { title: 'This page is not open to you', text: 'It needs another role or another place.' },
    404: { title: 'There is no such page', text: 'The address may be misspelt, or the page never existed.' },
    429: { title: 'Too many attempts', text: 'Wait a minute and try again.' },
    503: { title: 'The page cannot be shown just now', text: 'Try again in a moment.' },
    other: { title: 'That did not work', text: 'The request could not be read.' },
    ours: { title: 'Something went wrong on our side', text: 'It has been noted. Try again in a moment.' },
  },
} as const;

function noticeOf(problem: ProblemDocument, language: InterfaceLanguage): Notice {
  const { title, text } = noticeWords(problem, language);
  return { title, body: html`<p>${text}</p>` };
}

function noticeWords({ status }: ProblemDocument, language: InterfaceLanguage): { title: string; text: string } {
  const words = FAULT_WORDS[language];
  if (status === 403 || status === 404 || status === 429 || status === 503) return words[status];
  return status >= 500 ? words.ours : words.other;
}
