import { html } from '../platform/markup.ts';
import {
  absolute,
  confirmPath,
  deskPath,
  ownDataPath,
  preferencesPath,
  releasePath,
  sitemapPath,
  unsubscribePath,
} from '../release/addresses.ts';
import type { Publisher } from '../release/view.ts';

/** Places of the list `all` in one shard; the sitemap protocol allows 50,000, but a shard is written again at each publication. */
export const SHARD_SIZE = 1_000;

/** The shard (from 1) that holds a place of the list `all` (from 0). */
export function shardOf(ordinal: number): number {
  return Math.floor(ordinal / SHARD_SIZE) + 1;
}

export type SitemapEntry = { readonly slug: string; readonly modifiedAt: Date };

/** The index of all shards (sitemaps.org 0.9). Without lastmod: it would change every shard's line with every release. */
export function renderSitemapIndex(shards: number, { baseUrl }: Publisher): string {
  const lines = Array.from(
    { length: shards },
    (_, index) => html`<sitemap><loc>${absolute(baseUrl, sitemapPath(index + 1))}</loc></sitemap>\n`,
  );
  return `${html`<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${lines}</sitemapindex>
`}`;
}

/** One shard: releases in the order of their first publication. `pages` are the paths beside them, in the first shard. */
export function renderSitemapShard(entries: readonly SitemapEntry[], pages: readonly string[], { baseUrl }: Publisher): string {
  return `${html`<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${pages.map((path) => html`<url><loc>${absolute(baseUrl, path)}</loc></url>\n`)}${entries.map(
  ({ slug, modifiedAt }) =>
    html`<url><loc>${absolute(baseUrl, releasePath(slug))}</loc><lastmod>${modifiedAt.toISOString()}</lastmod></url>\n`,
)}</urlset>
`}`;
}

/** robots.txt (RFC 9309): everything published may be read; pages that belong to one person are nobody else's. */
export function renderRobots({ baseUrl }: Publisher): string {
  const personal = [deskPath(), confirmPath(''), ownDataPath(''), preferencesPath(''), unsubscribePath('')];
  return `User-agent: *\n${personal.map((path) => `Disallow: ${path}\n`).join('')}\nSitemap: ${absolute(baseUrl, sitemapPath())}\n`;
}
