import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NotFound } from '../../shared/platform/failure.ts';
import { absolute } from '../../shared/release/addresses.ts';
import { renderCard } from '../../shared/release/beside/vcard.ts';
import { loadImages } from '../../shared/release/files/image-bank.ts';
import { loadNewest } from '../../shared/release/lists/lists.ts';
import type { Newsroom } from '../../shared/release/newsroom/newsroom.ts';
import { contactsPath, embedListPath, embedPath, imagesPath } from '../../shared/release/reader-addresses.ts';
import type { Publisher } from '../../shared/release/view.ts';
import type { Services } from '../../shared/services.ts';
import { renderContactsPage } from '../../shared/site/contacts-page.ts';
import { EMBED_COUNT, embedCountOf, embedLists, renderEmbed } from '../../shared/site/embed.ts';
import { renderEmbedPage } from '../../shared/site/embed-page.ts';
import { renderImagesPage } from '../../shared/site/images-page.ts';
import { IN_LANGUAGE, type InLanguage, pageLanguage, sendPage } from './reader-page.ts';
import { searchRoutes } from './search.ts';
import { FRAMED_ANYWHERE } from './security.ts';
import { cacheControlOf } from './serving/cache-control.ts';

/** What readers look up: rendered on request, because the clock, a register or their own words decide. Reads what is public and nothing else. */
export function readerPages(app: FastifyInstance, services: Services, now: () => Date = () => new Date()): void {
  searchRoutes(app, services);
  contactRoutes(app, services, now);
  imageRoutes(app, services);
  embedRoutes(app, services);
}

async function publisherOf(services: Services): Promise<Publisher> {
  const { newsroom } = await services.newsroom();
  return { newsroom, baseUrl: services.config.baseUrl };
}

/** The language in the path; a language the newsroom has no pages in is no page. */
function demandLanguage(newsroom: Newsroom, request: FastifyRequest<InLanguage>): string {
  const language = pageLanguage(newsroom, request.params.language);
  if (language === undefined) throw new NotFound('page', pathOf(request));
  return language;
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]!;
}

/** Readers forget the slash; the address with it is the page's. */
function withSlash(app: FastifyInstance, path: string): void {
  app.get(path, async (request, reply) => reply.redirect(request.url.replace(/^([^?]*)/, '$1/'), 301));
}

function contactRoutes(app: FastifyInstance, services: Services, now: () => Date): void {
  for (const prefix of ['', `/${IN_LANGUAGE}`]) {
    withSlash(app, `${prefix}/contacts`);
    app.get<InLanguage>(`${prefix}/contacts/`, async (request, reply) => {
      const publisher = await publisherOf(services);
      const body = renderContactsPage(publisher, demandLanguage(publisher.newsroom, request), now());
      return sendPage(request, reply, { body, cacheControl: cacheControlOf(pathOf(request)) });
    });
  }
  app.get<{ Params: { contact: string } }>('/contacts/:contact.vcf', async (request, reply) => {
    const { newsroom, baseUrl } = await publisherOf(services);
    const contact = Object.hasOwn(newsroom.contacts, request.params.contact) ? newsroom.contacts[request.params.contact] : undefined;
    if (!contact) throw new NotFound('page', pathOf(request));
    const url = absolute(baseUrl, contactsPath(newsroom.languages[0]!, newsroom));
    const body = renderCard({ ...contact, organisation: newsroom.name }, { url });
    return sendPage(request, reply, { body, type: 'text/vcard; charset=utf-8', cacheControl: cacheControlOf(pathOf(request)) });
  });
}

function imageRoutes(app: FastifyInstance, services: Services): void {
  for (const prefix of ['', `/${IN_LANGUAGE}`]) {
    withSlash(app, `${prefix}/images`);
    app.get<InLanguage & { Querystring: { before?: unknown } }>(`${prefix}/images/`, async (request, reply) => {
      const publisher = await publisherOf(services);
      const language = demandLanguage(publisher.newsroom, request);
      const before = typeof request.query.before === 'string' ? request.query.before : undefined;
      const bank = await loadImages(services.database, language, before);
      if (before !== undefined && bank.images.length === 0) return reply.redirect(imagesPath(language, publisher.newsroom), 302);
      const body = renderImagesPage({ publisher, language, bank, before });
      return sendPage(request, reply, { body, cacheControl: cacheControlOf(pathOf(request)) });
    });
  }
}

/** Lists for frames on other sites: the one thing of ours that others may frame. */
function embedRoutes(app: FastifyInstance, services: Services): void {
  for (const path of [`${embedPath()}${IN_LANGUAGE}/`, `${embedPath()}topics/:topic/`]) {
    withSlash(app, path.slice(0, -1));
    app.get<{ Querystring: { count?: unknown } }>(path, { helmet: FRAMED_ANYWHERE }, async (request, reply) => {
      const publisher = await publisherOf(services);
      const embed = embedLists(publisher).find(({ list }) => embedListPath(list) === pathOf(request));
      if (!embed) throw new NotFound('page', pathOf(request));
      const items = await loadNewest(services.database, embed.list, embedCountOf(request.query.count));
      return sendPage(request, reply, { body: renderEmbed(embed, items, publisher), cacheControl: cacheControlOf(pathOf(request)) });
    });
  }
  withSlash(app, embedPath().slice(0, -1));
  app.get(embedPath(), async (request, reply) => {
    const publisher = await publisherOf(services);
    const newest = await Promise.all(
      publisher.newsroom.languages.map(
        async (language) => [language, await loadNewest(services.database, `language:${language}`, EMBED_COUNT.usual)] as const,
      ),
    );
    return sendPage(request, reply, { body: renderEmbedPage(new Map(newest), publisher), cacheControl: cacheControlOf(embedPath()) });
  });
}
