import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NotFound } from '../../shared/platform/failure.ts';
import { listedTopics } from '../../shared/release/lists/feed-lists.ts';
import { listMonths } from '../../shared/release/lists/lists.ts';
import { LONGEST_WORDS, listLanguages, type SearchWish, STOPPED, searchReleases } from '../../shared/release/search/search.ts';
import { cleanText } from '../../shared/release/text.ts';
import type { Services } from '../../shared/services.ts';
import { renderSearchPage, type SearchOutcome } from '../../shared/site/search-page.ts';
import { MOST_SEARCHES, SEARCHES } from './limits.ts';
import { IN_LANGUAGE, type InLanguage, pageLanguage, sendPage } from './reader-page.ts';

/** The reader's own: no shared cache keeps what somebody looked for. */
const OWN = 'private, max-age=15';

/** /search and /<language>/search. Nothing of what people search is written down anywhere: the log has the route alone. */
export function searchRoutes(app: FastifyInstance, services: Services): void {
  let running = 0;

  /** A few at a time: the connections belong to everybody who reads. */
  async function search(wish: SearchWish, timezone: string): Promise<SearchOutcome> {
    if (running >= MOST_SEARCHES) return { kind: 'busy' };
    running += 1;
    try {
      return { kind: 'found', found: await searchReleases(services.database, wish, timezone) };
    } catch (error) {
      if ((error as { code?: string }).code === STOPPED) return { kind: 'busy' };
      throw error;
    } finally {
      running -= 1;
    }
  }

  async function answer(request: FastifyRequest<InLanguage>, reply: FastifyReply): Promise<FastifyReply> {
    const { newsroom } = await services.newsroom();
    const language = pageLanguage(newsroom, request.params.language);
    if (language === undefined) throw new NotFound('page', request.url.split('?', 1)[0]!);
    const languages = await listLanguages(services.database);
    const { wish, asked, tooLong } = readWish(request.query as Record<string, unknown>, { topics: listedTopics(newsroom), languages });
    const outcome: SearchOutcome = tooLong ? { kind: 'too-long' } : asked ? await search(wish, newsroom.timezone) : { kind: 'unasked' };
    const years = [...new Set((await listMonths(services.database)).map(({ month }) => Number(month.slice(0, 4))))];
    const publisher = { newsroom, baseUrl: services.config.baseUrl };
    const body = renderSearchPage({ publisher, language, wish, outcome, years, languages });
    if (outcome.kind === 'busy')
      return reply.code(503).header('retry-after', 5).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(body);
    return sendPage(request, reply, { body, cacheControl: OWN });
  }

  const options = { config: { rateLimit: SEARCHES } };
  app.get<InLanguage>('/search', options, answer);
  app.get<InLanguage>(`/${IN_LANGUAGE}/search`, options, answer);
  // Readers who type it add a slash, as to a folder.
  for (const path of ['/search/', `/${IN_LANGUAGE}/search/`])
    app.get(path, async (request, reply) => reply.redirect(request.url.replace('/search/', '/search'), 301));
}

/** What the address asks for. A filter that names nothing we have is none: old links must not end in an error. */
function readWish(
  query: Record<string, unknown>,
  known: { topics: readonly string[]; languages: readonly string[] },
): { wish: SearchWish; asked: boolean; tooLong: boolean } {
  const text = (name: string) => (typeof query[name] === 'string' ? (query[name] as string) : '');
  const number = (name: string, digits: RegExp) => (digits.test(text(name)) ? Number(text(name)) : undefined);
  // Telephones write quotation marks as a book does; PostgreSQL knows the typewriter's.
  const words = cleanText(text('q'))
    .replace(/[“”„‟«»]/gu, '"')
    .replace(/\s+/gu, ' ')
    .trim();
  const wish: SearchWish = {
    words: words.slice(0, LONGEST_WORDS).toWellFormed(),
    topic: known.topics.find((topic) => topic === text('topic')),
    year: number('year', /^(19|20)\d{2}$/),
    language: known.languages.find((language) => language === text('language')),
    page: Math.max(1, number('page', /^\d{1,3}$/) ?? 1),
    upTo: number('to', /^\d{1,12}$/),
  };
  const asked = words !== '' || wish.topic !== undefined || wish.year !== undefined || wish.language !== undefined;
  return { wish, asked, tooLong: words.length > LONGEST_WORDS };
}
