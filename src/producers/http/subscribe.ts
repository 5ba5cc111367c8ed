import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { messageOf } from '../../shared/platform/failure.ts';
import { html } from '../../shared/platform/markup.ts';
import { absolute, subscribePath } from '../../shared/release/addresses.ts';
import { listedTopics } from '../../shared/release/lists/feed-lists.ts';
import { INTERFACE_LANGUAGES, type InterfaceLanguage, type Newsroom } from '../../shared/release/newsroom/newsroom.ts';
import { FREQUENCIES } from '../../shared/schema/tables.ts';
import type { Services } from '../../shared/services.ts';
import { readAddress } from '../../shared/subscribers/address.ts';
import { CONFIRM_HOURS, signUp } from '../../shared/subscribers/sign-up.ts';
import { SIGN_UPS } from './limits.ts';
import { languageFor, renderNotice, sendNotice } from './notice-page.ts';
import { problemOf, RETRY_AFTER_SECONDS } from './problem.ts';
import { queryOf } from './serving/public-path.ts';
import { consentOf, renderSubscribe, type SignUpForm, type SignUpProblem, TRAP } from './subscribe-page.ts';
import { SIGN_UP_WORDS } from './subscribe-words.ts';

/** A field that is absent, twice there or no text says nothing. */
const Text = z.string().catch('');
const Fields = z.object({
  address: Text,
  topics: z.union([z.array(z.string()), z.string().transform((one) => [one])]).catch([]),
  language: Text,
  frequency: z.enum(FREQUENCIES).catch('at-once'),
  page: Text,
  wording: Text,
  [TRAP]: Text,
});

/**
 * /subscribe: the form, and what it sends. Everybody who fills it in right gets the same page: it does not say who is known here, whose address is
 * barred or who asked too often. Nothing begins before the address itself has confirmed.
 */
export function subscribeRoutes(app: FastifyInstance, services: Services): void {
  app.get<{ Querystring: { language?: unknown; topic?: unknown } }>(subscribePath(), async (request, reply) => {
    const { newsroom } = await services.newsroom();
    const language = interfaceOf(request.query.language) ?? (await languageFor(services, request));
    const topics = listedTopics(newsroom).filter((topic) => topic === request.query.topic);
    const form = { address: '', topics, language: lettersIn(newsroom, language), frequency: 'at-once' } as const;
    return sendNotice(reply, 200, renderSubscribe({ newsroom, baseUrl: services.config.baseUrl }, language, { form }));
  });

  // As people type it from paper.
  app.get(`${subscribePath()}/`, async (request, reply) => reply.redirect(`${subscribePath()}${queryOf(request.url)}`, 301));
  for (const path of ['/prenumerera', '/prenumerera/']) app.get(path, async (_request, reply) => reply.redirect(subscribePath('sv'), 301));

  app.post(subscribePath(), { config: { rateLimit: SIGN_UPS } }, async (request, reply) => {
    const fields = Fields.parse(request.body ?? {});
    try {
      return await take(services, { request, reply, fields });
    } catch (error) {
      return sendBack(services, error, { reply, fields });
    }
  });
}

type SignUpRequest = { request: FastifyRequest; reply: FastifyReply; fields: z.infer<typeof Fields> };

async function take(services: Services, { request, reply, fields }: SignUpRequest): Promise<FastifyReply> {
  const language = interfaceOf(fields.page) ?? (await languageFor(services, request));
  const { newsroom } = await services.newsroom();
  if (fields[TRAP] !== '') return sendAsked(services, language, reply);
  const { form, problems, address } = read(newsroom, language, fields);
  if (problems.length > 0 || address === undefined)
    return sendNotice(reply, 422, renderSubscribe({ newsroom, baseUrl: services.config.baseUrl }, language, { form, problems }));
  const { wording, version } = consentOf(newsroom, language);
  const source = absolute(services.config.baseUrl, subscribePath());
  const { topics, frequency } = form;
  await signUp(services, { address, topics, frequency, language: form.language, source, wording, wordingVersion: version });
  return sendAsked(services, language, reply);
}

/** While PostgreSQL does not answer, nobody fills in the form twice. */
function sendBack(services: Services, error: unknown, { reply, fields }: Omit<SignUpRequest, 'request'>): FastifyReply {
  const newsroom = services.lastNewsroom();
  const language = interfaceOf(fields.page);
  if (problemOf(error).status < 500 || newsroom === undefined || language === undefined) throw error;
  services.log.error({ reason: messageOf(error) }, 'sign_up.failed');
  const { form } = read(newsroom, language, fields);
  const page = renderSubscribe({ newsroom, baseUrl: services.config.baseUrl }, language, { form, problems: ['away'] });
  return sendNotice(reply.header('retry-after', RETRY_AFTER_SECONDS), 503, page);
}

function interfaceOf(value: unknown): InterfaceLanguage | undefined {
  return INTERFACE_LANGUAGES.find((language) => language === value);
}

/** The newsroom's language nearest to the page's. */
function lettersIn(newsroom: Newsroom, language: InterfaceLanguage): string {
  return newsroom.languages.includes(language) ? language : newsroom.languages[0]!;
}

type Reading = { form: SignUpForm; problems: SignUpProblem[]; address: string | undefined };

/** Only topics and languages of this newsroom pass, so nothing a visitor wrote reaches a letter. */
function read(newsroom: Newsroom, page: InterfaceLanguage, fields: z.infer<typeof Fields>): Reading {
  const topics = fields.topics.includes('*') ? ['*'] : listedTopics(newsroom).filter((topic) => fields.topics.includes(topic));
  const language = newsroom.languages.includes(fields.language) ? fields.language : lettersIn(newsroom, page);
  const reading = readAddress(fields.address);
  const address = 'address' in reading ? reading.address : undefined;
  const problems: SignUpProblem[] = [];
  if (topics.length === 0) problems.push('topics');
  if (address === undefined) problems.push('address');
  // The proof must hold the words that were shown, not those of today.
  if (fields.wording !== consentOf(newsroom, page).version) problems.push('wording');
  return { form: { address: fields.address.slice(0, 254), topics, language, frequency: fields.frequency }, problems, address };
}

async function sendAsked(services: Services, language: InterfaceLanguage, reply: FastifyReply): Promise<FastifyReply> {
  const words = SIGN_UP_WORDS[language];
  const body = html`<p class="lead">${words.sentText(CONFIRM_HOURS)}</p>\n<p>${words.notThere}</p>\n`;
  return sendNotice(reply, 200, await renderNotice(services, language, { title: words.sent, body }));
}
