import {
  archivePath,
  feedsPath,
  frontPath,
  manifestPath,
  notFoundPath,
  opmlPath,
  pathIn,
  robotsPath,
  sitemapPath,
  topicPath,
  topicsPath,
} from '../release/addresses.ts';
import { listedTopics } from '../release/lists/feed-lists.ts';
import { listMonths, loadNewest } from '../release/lists/lists.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { type PagePath, readPagePath } from '../release/page-path.ts';
import { contactsPath, imagesPath, openSearchPath } from '../release/reader-addresses.ts';
import type { Connection } from '../release/surroundings.ts';
import type { Publisher } from '../release/view.ts';
import { inEachLanguage } from './alternates.ts';
import { wayFromCutOff } from './cut-off.ts';
import type { Drawing } from './drawing.ts';
import { renderFeedsPage } from './feeds-page.ts';
import { FRONT_READS, renderFrontPage } from './front.ts';
import { countShards, loadListing, loadShard } from './load.ts';
import { renderForMachines, renderRobots } from './machines.ts';
import { renderManifest } from './manifest.ts';
import { renderArchivePage, renderMonthPage } from './month.ts';
import { renderNotFoundPage } from './not-found.ts';
import { type PublicDocument, type Redirect, renderOfRelease } from './of-release.ts';
import { renderOpenSearch } from './opensearch.ts';
import { renderOpml } from './opml.ts';
import { OWN_PAGES, ownPagePath, renderOwnPage } from './own-pages.ts';
import { pageScript } from './script.ts';
import { renderSitemapIndex, renderSitemapShard, type SitemapPage } from './sitemap.ts';
import { embedSheetOf, stylesheetOf } from './stylesheet.ts';
import { renderTopicPage, renderTopicsPage } from './topic.ts';

const HTML = 'text/html; charset=utf-8';
const TEXT = 'text/plain; charset=utf-8';
const XML = 'application/xml; charset=utf-8';
const OPML = 'text/x-opml; charset=utf-8';
/** Enough to see what is new here; who is lost wants a way on, not a list. */
const NEWEST_WHEN_LOST = 3;

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
): Promise<PublicDocument | Redirect | Drawing | undefined> {
  const named = readPagePath(path);
  if (!named) {
    const document = (await renderForMachines(db, publisher, { path, at })) ?? (await renderFixed(db, publisher, path));
    const location = document ? undefined : wayFromCutOff(path, publisher.newsroom);
    return location === undefined ? document : { location };
  }
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
  const pages = named.shard === 1 ? sitemapPages(publisher.newsroom) : [];
  return { body: renderSitemapShard(await loadShard(db, named.shard), pages, publisher), status: 200, type: XML };
}

async function renderList(db: Connection, publisher: Publisher, { list, page, language }: Extract<PagePath, { kind: 'list' }>) {
  // The first language's paths name none.
  if (language !== undefined && !publisher.newsroom.languages.slice(1).includes(language)) return undefined;
  const [kind, name = ''] = list.split(':');
  const topic = kind === 'topic';
  if (topic && !listedTopics(publisher.newsroom).includes(name)) return undefined;
  const part = await loadListing(db, list, page);
  // A topic has a page before its first release; a month without releases never was one.
  if (!part || (!topic && part.pages === 0)) return undefined;
  return page200(topic ? renderTopicPage(part, publisher, language) : renderMonthPage(part, publisher, language));
}

async function renderFixed(db: Connection, publisher: Publisher, path: string): Promise<PublicDocument | undefined> {
  const { newsroom } = publisher;
  const language = newsroom.languages.find((tag) => frontPath(tag, newsroom) === path);
  if (language) return page200(await renderFront(db, publisher, language));
  const own = OWN_PAGES.find((page) => ownPagePath(page) === path);
  if (own) return page200(renderOwnPage(own, publisher));
  const spoken = newsroom.languages.find((tag) => feedsPath(tag, newsroom) === path);
  if (spoken) return page200(renderFeedsPage(publisher, spoken));
  const topicsIn = newsroom.languages.find((tag) => pathIn(tag, newsroom, topicsPath()) === path);
  if (topicsIn) return page200(renderTopicsPage(publisher, topicsIn));
  const archiveIn = newsroom.languages.find((tag) => pathIn(tag, newsroom, archivePath()) === path);
  if (archiveIn) return page200(renderArchivePage(await listMonths(db), publisher, archiveIn));
  const told = newsroom.languages.find((tag) => manifestPath(tag, newsroom) === path);
  if (told) return { body: renderManifest(publisher, told), status: 200, type: 'application/manifest+json; charset=utf-8' };
  const sheet = stylesheetOf(newsroom);
  const embedSheet = embedSheetOf(newsroom);
  switch (path) {
    case notFoundPath():
      return { body: renderNotFoundPage(await loadNewest(db, 'all', NEWEST_WHEN_LOST), publisher), status: 404, type: HTML };
    case robotsPath():
      return { body: renderRobots(publisher), status: 200, type: TEXT };
    case opmlPath():
      return { body: renderOpml(publisher), status: 200, type: OPML };
    case sitemapPath():
      return { body: renderSitemapIndex(await countShards(db), publisher), status: 200, type: XML };
    case sheet.path:
      return { body: sheet.css, status: 200, type: 'text/css; charset=utf-8' };
    case embedSheet.path:
      return { body: embedSheet.css, status: 200, type: 'text/css; charset=utf-8' };
    case openSearchPath():
      return { body: renderOpenSearch(publisher), status: 200, type: 'application/opensearchdescription+xml; charset=utf-8' };
    case pageScript.path:
      return { body: pageScript.text, status: 200, type: 'text/javascript; charset=utf-8' };
    default:
      return undefined;
  }
}

async function renderFront(db: Connection, publisher: Publisher, language: string): Promise<string> {
  const list = language === publisher.newsroom.languages[0] ? 'all' : `language:${language}`;
  return renderFrontPage(await loadNewest(db, list, FRONT_READS), publisher, language);
}

/** Pages beside the releases that search engines shall know, each with itself in other languages. */
function sitemapPages(newsroom: Newsroom): SitemapPage[] {
  const lists = [topicsPath(), ...listedTopics(newsroom).map(topicPath), archivePath()];
  const inLanguages = [frontPath, feedsPath, contactsPath, imagesPath].map((pathOf) =>
    newsroom.languages.map((language) => ({ language, path: pathOf(language, newsroom) })),
  );
  const spoken = [...inLanguages, ...lists.map((path) => inEachLanguage(path, newsroom))].flatMap((alternates) =>
    alternates.map(({ path }): SitemapPage => ({ path, alternates })),
  );
  const known = new Set(spoken.map(({ path }) => path));
  return [...spoken, ...fixedPaths(newsroom).flatMap((path) => (known.has(path) ? [] : { path }))];
}

/** Pages that exist whatever has been published. */
export function fixedPaths(newsroom: Newsroom): string[] {
  return [
    ...newsroom.languages.map((language) => frontPath(language, newsroom)),
    topicsPath(),
    ...listedTopics(newsroom).map(topicPath),
    archivePath(),
    ...newsroom.languages.map((language) => feedsPath(language, newsroom)),
    ...OWN_PAGES.map(ownPagePath),
  ];
}

function page200(body: string): PublicDocument {
  return { body, status: 200, type: HTML };
}
