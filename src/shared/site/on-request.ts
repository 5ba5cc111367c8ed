import {
  archivePath,
  frontPath,
  notFoundPath,
  type PagePath,
  readPagePath,
  robotsPath,
  sitemapPath,
  topicPath,
  topicsPath,
} from '../release/addresses.ts';
import { listMonths, loadNewest } from '../release/lists.ts';
import type { Newsroom } from '../release/newsroom.ts';
import { findPublicBySlug } from '../release/store.ts';
import type { Connection } from '../release/surroundings.ts';
import type { PublicView, Publisher } from '../release/view.ts';
import { renderFrontPage } from './front.ts';
import { renderGonePage } from './gone.ts';
import { iconOf } from './icon.ts';
import { countShards, FRONT_ITEMS, loadListing, loadShard } from './load.ts';
import { renderArchivePage, renderMonthPage } from './month.ts';
import { renderNotFoundPage } from './not-found.ts';
import { OWN_PAGES, ownPagePath, renderOwnPage } from './own-pages.ts';
import { renderReleasePage } from './page.ts';
import { renderRobots, renderSitemapIndex, renderSitemapShard } from './sitemap.ts';
import { stylesheetOf } from './stylesheet.ts';
import { renderTopicPage, renderTopicsPage } from './topic.ts';

export type PublicDocument = { readonly body: string; readonly status: 200 | 404 | 410; readonly type: string };

const HTML = 'text/html; charset=utf-8';
const XML = 'application/xml; charset=utf-8';

/**
 * What stands at a path of the public site now: the bytes the html worker writes, for a page it has not written yet.
 * Undefined when the site has no such page. Feeds and assets are not the site's.
 */
export async function renderPublicPath(db: Connection, publisher: Publisher, path: string): Promise<PublicDocument | undefined> {
  const named = readPagePath(path);
  return named ? renderNamed(db, publisher, named) : renderSingle(db, publisher, path);
}

/** A release's page, or the notice that stands in its place. */
export function renderView(view: PublicView, publisher: Publisher): PublicDocument {
  return view.kind === 'withdrawal'
    ? { body: renderGonePage(view, publisher), status: 410, type: HTML }
    : { body: renderReleasePage(view, publisher), status: 200, type: HTML };
}

async function renderNamed(db: Connection, publisher: Publisher, named: PagePath): Promise<PublicDocument | undefined> {
  switch (named.kind) {
    case 'release': {
      const view = await findPublicBySlug(db, named.slug);
      return view && renderView(view, publisher);
    }
    case 'list':
      return renderList(db, publisher, named);
    case 'sitemap': {
      if (named.shard > (await countShards(db))) return undefined;
      const pages = named.shard === 1 ? fixedPaths(publisher.newsroom) : [];
      return { body: renderSitemapShard(await loadShard(db, named.shard), pages, publisher), status: 200, type: XML };
    }
  }
}

async function renderList(db: Connection, publisher: Publisher, { list, page }: { list: string; page: number | undefined }) {
  const [kind, name = ''] = list.split(':');
  const topic = kind === 'topic';
  if (topic && !listedTopics(publisher.newsroom).includes(name)) return undefined;
  const part = await loadListing(db, list, page);
  // A topic has a page before its first release; a month without releases never was one.
  if (!part || (!topic && part.pages === 0)) return undefined;
  return page200(topic ? renderTopicPage(name, part, publisher) : renderMonthPage(name, part, publisher));
}

async function renderSingle(db: Connection, publisher: Publisher, path: string): Promise<PublicDocument | undefined> {
  const { newsroom } = publisher;
  const language = newsroom.languages.find((tag) => frontPath(tag, newsroom) === path);
  if (language) return page200(await renderFront(db, publisher, language));
  const own = OWN_PAGES.find((page) => ownPagePath(page) === path);
  if (own) return page200(renderOwnPage(own, publisher));
  const sheet = stylesheetOf(newsroom);
  const icon = iconOf(newsroom);
  switch (path) {
    case topicsPath():
      return page200(renderTopicsPage(publisher));
    case archivePath():
      return page200(renderArchivePage(await listMonths(db), publisher));
    case notFoundPath():
      return { body: renderNotFoundPage(publisher), status: 404, type: HTML };
    case robotsPath():
      return { body: renderRobots(publisher), status: 200, type: 'text/plain; charset=utf-8' };
    case sitemapPath():
      return { body: renderSitemapIndex(await countShards(db), publisher), status: 200, type: XML };
    case sheet.path:
      return { body: sheet.css, status: 200, type: 'text/css; charset=utf-8' };
    case icon.path:
      return { body: icon.svg, status: 200, type: 'image/svg+xml; charset=utf-8' };
    default:
      return undefined;
  }
}

async function renderFront(db: Connection, publisher: Publisher, language: string): Promise<string> {
  const list = language === publisher.newsroom.languages[0] ? 'all' : `language:${language}`;
  return renderFrontPage(await loadNewest(db, list, FRONT_ITEMS), publisher, language);
}

/** Pages that exist whatever has been published. */
export function fixedPaths(newsroom: Newsroom): string[] {
  return [
    ...newsroom.languages.map((language) => frontPath(language, newsroom)),
    topicsPath(),
    ...listedTopics(newsroom).map(topicPath),
    archivePath(),
    ...OWN_PAGES.map(ownPagePath),
  ];
}

export function listedTopics(newsroom: Newsroom): string[] {
  return Object.keys(newsroom.topics).filter((topic) => !newsroom.topics[topic]!.unlisted);
}

function page200(body: string): PublicDocument {
  return { body, status: 200, type: HTML };
}
