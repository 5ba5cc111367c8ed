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
import type { Connection } from '../release/surroundings.ts';
import type { Publisher } from '../release/view.ts';
import { renderFrontPage } from './front.ts';
import { iconOf } from './icon.ts';
import { countShards, FRONT_ITEMS, loadListing, loadShard } from './load.ts';
import { renderArchivePage, renderMonthPage } from './month.ts';
import { renderNotFoundPage } from './not-found.ts';
import { type CardWish, type PublicDocument, type Redirect, renderOfRelease } from './of-release.ts';
import { OWN_PAGES, ownPagePath, renderOwnPage } from './own-pages.ts';
import { pageScript } from './script.ts';
import { renderRobots, renderSitemapIndex, renderSitemapShard } from './sitemap.ts';
import { stylesheetOf } from './stylesheet.ts';
import { renderTopicPage, renderTopicsPage } from './topic.ts';

const HTML = 'text/html; charset=utf-8';
const TEXT = 'text/plain; charset=utf-8';
const XML = 'application/xml; charset=utf-8';

/**
 * What stands at a path of the public site at a moment: the bytes the html worker writes, for a page it has not written yet; a page whose
 * words the clock has changed since; and what only few ever ask for, which is no file: everything beside a release's page.
 * Undefined when the site has no such page. Feeds and assets are not the site's.
 */
export async function renderPublicPath(
  db: Connection,
  publisher: Publisher,
  path: string,
  at: Date,
): Promise<PublicDocument | Redirect | CardWish | undefined> {
  const named = readPagePath(path);
  if (!named) return renderFixed(db, publisher, path);
  return named.kind === 'list' || named.kind === 'sitemap'
    ? renderPart(db, publisher, named)
    : renderOfRelease(db, publisher, { named, at, path });
}

/** A page that no release has for itself, as html writes it: front pages, lists, the sitemap, what the organisation wrote, stylesheet and script. */
export async function renderListed(db: Connection, publisher: Publisher, path: string): Promise<PublicDocument | undefined> {
  const named = readPagePath(path);
  if (!named) return renderFixed(db, publisher, path);
  return named.kind === 'list' || named.kind === 'sitemap' ? renderPart(db, publisher, named) : undefined;
}

async function renderPart(
  db: Connection,
  publisher: Publisher,
  named: Extract<PagePath, { kind: 'list' | 'sitemap' }>,
): Promise<PublicDocument | undefined> {
  if (named.kind === 'list') return renderList(db, publisher, named);
  if (named.shard > (await countShards(db))) return undefined;
  const pages = named.shard === 1 ? fixedPaths(publisher.newsroom) : [];
  return { body: renderSitemapShard(await loadShard(db, named.shard), pages, publisher), status: 200, type: XML };
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

async function renderFixed(db: Connection, publisher: Publisher, path: string): Promise<PublicDocument | undefined> {
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
      return { body: renderRobots(publisher), status: 200, type: TEXT };
    case sitemapPath():
      return { body: renderSitemapIndex(await countShards(db), publisher), status: 200, type: XML };
    case sheet.path:
      return { body: sheet.css, status: 200, type: 'text/css; charset=utf-8' };
    case icon.path:
      return { body: icon.svg, status: 200, type: 'image/svg+xml; charset=utf-8' };
    case pageScript.path:
      return { body: pageScript.text, status: 200, type: 'text/javascript; charset=utf-8' };
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
