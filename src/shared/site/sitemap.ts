import { html, type Markup } from '../platform/markup.ts';
import { absolute, newsSitemapPath, releasePath, sitemapPath } from '../release/addresses.ts';
import type { NewsItem, Place } from '../release/surroundings.ts';
import type { Publisher } from '../release/view.ts';
import { type Alternate, orderAlternates } from './alternates.ts';

/** Places of the list `all` in one shard; the sitemap protocol allows 50,000, but a shard is written again at each publication. */
export const SHARD_SIZE = 1_000;

/** What search engines take for news: the last two days, and at most so many. */
export const NEWS_DAYS = 2;
export const NEWS_MOST = 1_000;

/** The shard (from 1) that holds a place of the list `all` (from 0). */
export function shardOf(ordinal: number): number {
  return Math.floor(ordinal / SHARD_SIZE) + 1;
}

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

/** A page beside the releases, with itself in other languages when it has them. */
export type SitemapPage = { readonly path: string; readonly alternates?: readonly Alternate[] };

/** One shard: releases in the order of their first publication, each with its translations. `pages` stand before them, in the first shard. */
export function renderSitemapShard(places: readonly Place[], pages: readonly SitemapPage[], publisher: Publisher): string {
  const { baseUrl, newsroom } = publisher;
  const release = ({ slug, language, modifiedAt, translations }: Place) => {
    const others = translations.map((other) => ({ language: other.language, path: releasePath(other.slug) }));
    const all = orderAlternates([{ language, path: releasePath(slug) }, ...others], newsroom);
    return html`<url><loc>${absolute(baseUrl, releasePath(slug))}</loc><lastmod>${modifiedAt.toISOString()}</lastmod>${links(all, baseUrl)}</url>\n`;
  };
  return `${html`<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
${pages.map(({ path, alternates = [] }) => html`<url><loc>${absolute(baseUrl, path)}</loc>${links(alternates, baseUrl)}</url>\n`)}${places.map(release)}</urlset>
`}`;
}

/** hreflang as search engines read it in a sitemap: the page itself among its languages. */
function links(alternates: readonly Alternate[], baseUrl: string): Markup[] {
  if (alternates.length < 2) return [];
  const link = (language: string, path: string) =>
    html`<xhtml:link rel="alternate" hreflang="${language}" href="${absolute(baseUrl, path)}"/>`;
  return [...alternates.map(({ language, path }) => link(language, path)), link('x-default', alternates[0]!.path)];
}

/** The news sitemap: what was first published in the last two days. */
export function renderNewsSitemap(items: readonly NewsItem[], { baseUrl, newsroom }: Publisher): string {
  return `${html`<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
${items.map(
  ({ slug, language, title, publishedAt }) => html`<url><loc>${absolute(baseUrl, releasePath(slug))}</loc><news:news>
<news:publication><news:name>${newsroom.name}</news:name><news:language>${language.split('-')[0]}</news:language></news:publication>
<news:publication_date>${publishedAt.toISOString()}</news:publication_date>
<news:title>${title}</news:title>
</news:news></url>\n`,
)}</urlset>
`}`;
}

/** Addresses of the sitemaps that robots.txt names. */
export function sitemapPaths(): string[] {
  return [sitemapPath(), newsSitemapPath()];
}
