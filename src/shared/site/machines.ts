import {
  absolute,
  confirmPath,
  deskPath,
  inboxPath,
  newsSitemapPath,
  ownDataPath,
  preferencesPath,
  readCardPath,
  securityPath,
  unsubscribePath,
} from '../release/addresses.ts';
import { localDay } from '../release/dates.ts';
import { readPagePath } from '../release/page-path.ts';
import { searchPath } from '../release/reader-addresses.ts';
import { type Connection, countPlaces, loadNewsSince } from '../release/surroundings.ts';
import type { Publisher } from '../release/view.ts';
import { findSiteCard } from './card/site-card.ts';
import type { Drawing } from './drawing.ts';
import { findIcon } from './icon.ts';
import type { PublicDocument, Redirect } from './of-release.ts';
import { NEWS_DAYS, NEWS_MOST, renderNewsSitemap, sitemapPaths } from './sitemap.ts';

/*
 * Files for programs: what search engines may read and what is new for them, and whom to tell of a weakness.
 */

const DAY_MS = 86_400_000;
/** RFC 9116 (2.5.5) wants less than a year: who finds our file knows it is kept. */
const SECURITY_DAYS = 180;

/** What the clock decides and what is drawn is made when somebody asks, and is no file. Undefined when the path names none of it. */
export async function renderForMachines(
  db: Connection,
  publisher: Publisher,
  { path, at }: { path: string; at: Date },
): Promise<PublicDocument | Drawing | Redirect | undefined> {
  switch (path) {
    case newsSitemapPath(): {
      const items = await loadNewsSince(db, new Date(at.getTime() - NEWS_DAYS * DAY_MS), NEWS_MOST);
      return { body: renderNewsSitemap(items, publisher), status: 200, type: 'application/xml; charset=utf-8' };
    }
    case securityPath():
      return { body: renderSecurity(publisher, at), status: 200, type: 'text/plain; charset=utf-8' };
    default:
      return findIcon(path, publisher.newsroom) ?? findCard(db, publisher, path);
  }
}

/** The card of a page that no release has for itself. A link shared before the newsroom changed its looks leads to the card as it is now. */
async function findCard(db: Connection, publisher: Publisher, path: string): Promise<Drawing | Redirect | undefined> {
  const page = readCardPath(path);
  const card = page === undefined ? undefined : findSiteCard(page, publisher);
  // The page of its list, the only one whose card has an address of its own.
  if (!card?.path.startsWith(page!)) return undefined;
  const named = readPagePath(page!);
  // A month without releases has no page, and so no card.
  if (named?.kind === 'list' && named.list.startsWith('month:') && (await countPlaces(db, named.list)) === 0) return undefined;
  return card.path === path ? { card } : { location: card.path };
}

/** robots.txt (RFC 9309): everything published may be read; pages of one person, and pages without end, are nobody's to collect. */
export function renderRobots({ baseUrl, newsroom }: Publisher): string {
  const personal = [deskPath(), confirmPath(''), ownDataPath(''), preferencesPath(''), unsubscribePath(''), inboxPath()];
  const endless = newsroom.languages.map((language) => searchPath(language, newsroom));
  const lines = [...personal, ...endless].map((path) => `Disallow: ${path}\n`);
  return `User-agent: *\n${lines.join('')}\n${sitemapPaths()
    .map((path) => `Sitemap: ${absolute(baseUrl, path)}\n`)
    .join('')}`;
}

/** security.txt (RFC 9116). The day it expires moves on with the days, so that its bytes stay the same for one. */
export function renderSecurity({ baseUrl, newsroom }: Publisher, at: Date): string {
  const day = localDay(new Date(at.getTime() + SECURITY_DAYS * DAY_MS), 'UTC');
  return [
    `Contact: ${newsroom.security ?? `mailto:${newsroom.pressEmail}`}`,
    `Expires: ${day}T00:00:00.000Z`,
    `Preferred-Languages: ${newsroom.languages.join(', ')}`,
    `Canonical: ${absolute(baseUrl, securityPath())}`,
    '',
  ].join('\n');
}
