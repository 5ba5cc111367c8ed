import { join } from 'node:path';
import type { AssetVariant, Channel } from '../schema/tables.ts';
import type { Newsroom } from './newsroom/newsroom.ts';

/*
 * Every public path, and every file name below DATA_DIR/public, is spelled here and in reader-addresses.ts, read in page-path.ts, and nowhere else.
 * Paths begin with a slash; a page's path also ends with one. Lists are named as in the table `lists`: all, language:sv, topic:naringsliv, month:2026-11.
 */

/*
 * Pages there is one of. Those the clock or a register decides are rendered on request: the news sitemap here, what readers look up in reader-addresses.ts.
 */
export const topicsPath = () => '/topics/';
export const archivePath = () => '/archive/';
export const aboutPath = () => '/about/';
export const accessibilityPath = () => '/accessibility/';
export const privacyPath = () => '/privacy/';
/** Every feed as a file for feed readers. */
export const opmlPath = () => '/feeds.opml';
export const subscribePath = (language?: string, topic?: string) =>
  `/subscribe${language ? `?language=${language}${topic ? `&topic=${topic}` : ''}` : ''}`;
export const newsSitemapPath = () => '/news-sitemap.xml';
export const robotsPath = () => '/robots.txt';
export const securityPath = () => '/.well-known/security.txt';
export const notFoundPath = () => '/404.html';
/** Our own WebSub hub: POST alone. */
export const hubPath = () => '/hub';
export const deskPath = () => '/desk/';
export const inboxPath = () => '/dev/inbox';

/** First parts of paths that mean something else: no newsroom language may be called so. */
export const RESERVED_FIRST_PARTS = ['api', 'dev', 'hub', 'my-data'] as const;

export type FeedFormat = 'rss' | 'atom' | 'json' | 'ninjs';
const FEED_FILES: Record<FeedFormat, string> = { rss: 'rss.xml', atom: 'atom.xml', json: 'feed.json', ninjs: 'ninjs.json' };

/** Page of a release. */
export function releasePath(slug: string): string {
  return `/releases/${slug}/`;
}

/** What lies beside a release's page: its event for a calendar, its decisions as open data, its text, its people as cards, numbered from 1. */
export type ReleaseFile = 'event.ics' | 'decisions.csv' | 'release.txt' | `contact-${number}.vcf`;

export function releaseFilePath(slug: string, file: ReleaseFile): string {
  return `${releasePath(slug)}${file}`;
}

/** The picture other sites show with a link to a page whose path ends with a slash, named after what it shows. */
export function cardPath(page: string, hash: string): string {
  return `${page}card.${hash.slice(0, 16)}.jpg`;
}

/** The page whose card this path names; a release's is read by readPagePath. */
export function readCardPath(path: string): string | undefined {
  return /^(\/(?:.*\/)?)card\.[0-9a-f]{16}\.jpg$/.exec(path)?.[1];
}

/** What changed between a release's revisions. */
export function changesPath(slug: string): string {
  return `${releasePath(slug)}changes/`;
}

/** An address short enough to print and to read aloud (short-code.ts). No newsroom language has one letter, so nothing else is called so. */
export function shortPath(code: string): string {
  return `/r/${code}`;
}

/** First page of a topic. */
export function topicPath(topic: string): string {
  return `/topics/${topic}/`;
}

/** A month's page, `2026-11`; with `page` that page of its list. */
export function monthPath(month: string, page?: number): string {
  return page === undefined ? `/archive/${month.replace('-', '/')}/` : listPagePath(`month:${month}`, page);
}

/** Front page in a language: `/` for the newsroom's first, `/<language>/` for the others. */
export function frontPath(language: string, newsroom: Newsroom): string {
  return language === newsroom.languages[0] || !newsroom.languages.includes(language) ? '/' : `/${language}/`;
}

/** A page in another of the newsroom's languages: its path in the first one, below that language's front page. */
export function pathIn(language: string, newsroom: Newsroom, path: string): string {
  return `${frontPath(language, newsroom).slice(0, -1)}${path}`;
}

/** Every feed, for people, in each language that has a front page. */
export function feedsPath(language: string, newsroom: Newsroom): string {
  return pathIn(language, newsroom, '/feeds/');
}

/** The folder a list lives in, ending with a slash. */
export function listPath(list: string): string {
  const [kind, name = '', topic = ''] = list.split(':');
  if (kind === 'all') return '/';
  if (kind === 'language') return `/${name}/`;
  if (kind === 'topic') return topicPath(name);
  if (kind === 'language-topic') return `/${name}${topicPath(topic)}`;
  if (kind === 'month') return monthPath(name);
  throw new Error(`no list is called ${list}`);
}

/** Page `page` of a list, numbered from the oldest: its address and, once full, its members never change. */
export function listPagePath(list: string, page: number): string {
  return `${listPath(list)}page/${page}/`;
}

/** A feed of a list that has one (feed-lists.ts): the document people subscribe to, or with `archive` one of those before it, numbered from 1. */
export function feedPath(list: string, format: FeedFormat, archive?: number): string {
  return `${feedFolder(list, archive)}${FEED_FILES[format]}`;
}

/** The folder in which the feeds of a list lie, or those of an archive document. */
export function feedFolder(list: string, archive?: number): string {
  return archive === undefined ? listPath(list) : `${listPath(list)}feeds/${archive}/`;
}

/** What no part of a public path may hold, also when it is encoded (serving/public-path.ts): "100 % klart.pdf" has to be called something else there. */
const NOT_IN_A_PATH = /^\.+|[%/\\\p{Cc}]/gu;

/** A stored file: one size of an image, or the bytes as kept under a readable name. */
export function assetPath(hash: string, nameOrVariant: string | AssetVariant): string {
  if (typeof nameOrVariant !== 'string') return `/assets/${nameOrVariant.path}`;
  return `/assets/${hash}/${encodeURIComponent(nameOrVariant.replace(NOT_IN_A_PATH, '-'))}`;
}

/** The name of one size of an image, below /assets/ and in DATA_DIR/assets. */
export function variantName(hash: string, width: number, format: AssetVariant['format']): string {
  return `${hash}-${width}.${format === 'jpeg' ? 'jpg' : format}`;
}

/** What a decoded path below /assets/ asks for: `file` is the stored name (assets.ts finds it), `hash` decides whether the public may read it. */
export function readAssetPath(path: string): { hash: string; file: string; name: string } | undefined {
  const match = /^\/assets\/([0-9a-f]{64})(?:\/([^/]+)|(-\d+\.(?:avif|webp|jpg|png)))$/.exec(path);
  if (!match) return undefined;
  const hash = match[1]!;
  if (match[3] !== undefined) return { hash, file: `${hash}${match[3]}`, name: `${hash.slice(0, 12)}${match[3]}` };
  return { hash, file: hash, name: match[2]! };
}

/** The sitemap's index, or one of its shards, numbered from 1. */
export function sitemapPath(shard?: number): string {
  return shard === undefined ? '/sitemap.xml' : `/sitemap-${shard}.xml`;
}

/** The stylesheet, named after its bytes so that it may be cached for ever. */
export function stylesheetPath(hash: string): string {
  return `/style.${hash.slice(0, 16)}.css`;
}

/** The release page's one script, named after its bytes like the stylesheet. */
export function scriptPath(hash: string): string {
  return `/page.${hash.slice(0, 16)}.js`;
}

/** The newsroom's sign, named after what it shows: as a drawing, or as a picture of so many pixels for home screens (icon.ts). */
export function iconPath(hash: string, picture?: string): string {
  return picture === undefined ? `/icon.${hash.slice(0, 16)}.svg` : `/icon-${picture}.${hash.slice(0, 16)}.png`;
}

/** Names that programs ask for without reading a page. */
export const faviconPath = () => '/favicon.ico';
export const touchIconPath = () => '/apple-touch-icon.png';

/** How a telephone calls the newsroom among a person's bookmarks, in each language that has a front page. */
export function manifestPath(language: string, newsroom: Newsroom): string {
  return `${frontPath(language, newsroom)}site.webmanifest`;
}

export function confirmPath(token: string): string {
  return `/confirm/${token}`;
}
export function preferencesPath(token: string): string {
  return `/preferences/${token}`;
}
export function unsubscribePath(token: string): string {
  return `/unsubscribe/${token}`;
}
/** What is kept about one person, and beside it the same as a file and the question before it is erased. */
export function ownDataPath(token: string, part: '' | 'data.json' | 'erase' = ''): string {
  return `/my-data/${token}${part && `/${part}`}`;
}

/** The file below DATA_DIR/public that holds a path's bytes. */
export function publicFile(path: string): string {
  const file = path.slice(1);
  return file === '' || file.endsWith('/') ? `${file}index.html` : file;
}

/** The folder that holds the public files of html and feeds. */
export function publicFolder(dataDir: string): string {
  return join(dataDir, 'public');
}

/** The file in it that says up to which publication a channel has written. A leading dot keeps it out of what is served. */
export function channelMark(channel: Channel): string {
  return `.published-${channel}`;
}

/** The whole address of a path. */
export function absolute(baseUrl: string, path: string): string {
  return `${baseUrl.replace(/\/+$/, '')}${path}`;
}

/** The id of a release in feeds; it never changes, whatever becomes of its address (RFC 4122). */
export function releaseUrn(id: string): string {
  return `urn:uuid:${id}`;
}
