import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from '../../support/check.ts';
import { entriesOf, pageTokens, withoutList } from './page-tokens.ts';

/** Pages beside the releases that are there once on both sides. */
const SINGLE = ['', 'en', 'feeds', 'en/feeds', 'topics', 'archive', 'about', 'accessibility', 'privacy'];
/** A differing page is named; more than these nobody reads. */
const MOST_NAMED = 3;

/**
 * Whether two folders hold the same newsroom: every release and each page beside them with the same elements, attributes and text, white space
 * aside; every list with the same entries around the same page; the same lines of the sitemap, however it is cut.
 * A page of ours that has come to say more makes a figure wrong until the theme says it too.
 */
export function compareNewsrooms(ours: string, hugo: string): Figure[] {
  const releases = inEither(ours, hugo, (root) => readdirSync(join(root, 'releases')).map((slug) => `releases/${slug}`));
  return [
    sameFigure('release pages that say the same', releases, (path) => samePage(ours, hugo, `${path}/index.html`)),
    sameFigure('lists that say the same', inEither(ours, hugo, listsIn), (path) => sameList(ours, hugo, path)),
    sameFigure('other documents that say the same', [...SINGLE, '404.html', 'sitemap.xml'], (path) => sameSingle(ours, hugo, path)),
    bytesFigure(ours, hugo, releases),
  ];
}

function inEither(ours: string, hugo: string, pathsIn: (root: string) => readonly string[]): string[] {
  return [...new Set([...pathsIn(ours), ...pathsIn(hugo)])];
}

function sameFigure(what: string, paths: readonly string[], same: (path: string) => boolean): Figure {
  const differing = paths.filter((path) => !same(path));
  const named = differing.length === 0 ? '' : `; not ${differing.slice(0, MOST_NAMED).join(', ')}`;
  return { what, found: `${paths.length - differing.length} of ${paths.length}${named}`, wanted: 'all', right: differing.length === 0 };
}

function bytesFigure(ours: string, hugo: string, releases: readonly string[]): Figure {
  const mean = (root: string) => releases.reduce((sum, path) => sum + readPage(root, `${path}/index.html`).length, 0) / releases.length;
  return {
    what: 'characters of a release page, ours and Hugo’s',
    found: `${Math.round(mean(ours))} and ${Math.round(mean(hugo))}`,
    wanted: '',
    right: true,
  };
}

function samePage(ours: string, hugo: string, file: string): boolean {
  const [one, other] = [ours, hugo].map((root) => pageTokens(readPage(root, file)).join('\n'));
  return one !== '' && one === other;
}

function sameSingle(ours: string, hugo: string, path: string): boolean {
  if (path === 'sitemap.xml') return addressesIn(ours) === addressesIn(hugo);
  return samePage(ours, hugo, path.endsWith('.html') ? path : join(path, 'index.html'));
}

/** Every <url> of a newsroom's sitemap, in one file or in shards. */
function addressesIn(root: string): string {
  const files = readdirSync(root).filter((file) => /^sitemap(-\d+)?\.xml$/.test(file));
  return files
    .flatMap((file) => readFileSync(join(root, file), 'utf8').match(/<url>.*<\/url>/g) ?? [])
    .sort()
    .join('\n');
}

/** Folders of topics and months: those below whose own page stand numbered ones, and the short ones beside them. */
function listsIn(root: string): string[] {
  const below = (path: string) =>
    readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? `${path}/${entry.name}` : []));
  return [...below('topics'), ...below('archive').flatMap(below)];
}

function sameList(ours: string, hugo: string, list: string): boolean {
  const [one, other] = [ours, hugo].map((root) => withoutList(pageTokens(readPage(root, `${list}/index.html`))).join('\n'));
  return one !== '' && one === other && allEntries(ours, list) === allEntries(hugo, list);
}

/**
 * A list's entries, each once, as a set: our numbered pages are counted from the oldest release, Hugo's from the newest; and a release that was
 * given a topic later stands in our list where it was added, in Hugo's at its date.
 */
function allEntries(root: string, list: string): string {
  const folder = join(root, list, 'page');
  const numbers = existsSync(folder) ? readdirSync(folder) : [];
  const files = [`${list}/index.html`, ...numbers.map((number) => `${list}/page/${number}/index.html`)];
  const entries = files.flatMap((file) => entriesOf(pageTokens(readPage(root, file))));
  return [...new Set(entries)].sort().join('\n');
}

/** Empty when there is none. */
function readPage(root: string, file: string): string {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
