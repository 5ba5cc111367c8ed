import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Place } from '../../../src/shared/release/surroundings.ts';
import { cleanText } from '../../../src/shared/release/text.ts';
import { renderRobots, renderSecurity } from '../../../src/shared/site/machines.ts';
import { NEWS_MOST, renderNewsSitemap, renderSitemapIndex, renderSitemapShard, shardOf } from '../../../src/shared/site/sitemap.ts';
import { anyText } from '../../support/any-text.ts';
import { samplePublisher } from '../../support/views.ts';
import { parseXml, type XmlElement } from '../../support/xml.ts';

const publisher = samplePublisher();
const BASE = 'https://press.alvmark.example';
const place = (parts: Partial<Place> = {}): Place => ({
  slug: 'nyhet',
  language: 'sv',
  modifiedAt: new Date('2026-11-19T08:30:00.123Z'),
  translations: [],
  ...parts,
});

test('a shard is a well-formed sitemap with whole addresses and dates', () => {
  const shard = parseXml(renderSitemapShard([place()], [{ path: '/' }, { path: '/archive/' }], publisher));
  const locations = shard.children.map((url) => url.children[0]!.text);
  expect(shard.namespace).toBe('http://www.sitemaps.org/schemas/sitemap/0.9');
  expect(locations).toEqual([`${BASE}/`, `${BASE}/archive/`, `${BASE}/releases/nyhet/`]);
  expect(shard.children[2]!.children[1]!.text).toBe('2026-11-19T08:30:00.123Z');
});

test('the index names every shard; a release stays in its shard for ever', () => {
  const index = parseXml(renderSitemapIndex(2, publisher));
  expect(index.children.map((entry) => entry.children[0]!.text)).toEqual([`${BASE}/sitemap-1.xml`, `${BASE}/sitemap-2.xml`]);
  expect([shardOf(0), shardOf(999), shardOf(1000)]).toEqual([1, 1, 2]);
});

/** `sv https://…` of each hreflang link of an entry. */
function alternatesOf(url: XmlElement): string[] {
  return url.children.filter(({ name }) => name.endsWith('link')).map(({ attributes }) => `${attributes.hreflang} ${attributes.href}`);
}

test('a release is listed with itself and its translations, the newsroom’s first language as x-default; alone it names none', () => {
  const english = place({ slug: 'news', language: 'en', translations: [{ language: 'sv', slug: 'nyhet' }] });
  const shard = parseXml(
    renderSitemapShard(
      [english, place({ slug: 'ensam' })],
      [
        {
          path: '/',
          alternates: [
            { language: 'sv', path: '/' },
            { language: 'en', path: '/en/' },
          ],
        },
      ],
      publisher,
    ),
  );
  const [front, news, alone] = shard.children.map(alternatesOf);
  expect(news).toEqual([`sv ${BASE}/releases/nyhet/`, `en ${BASE}/releases/news/`, `x-default ${BASE}/releases/nyhet/`]);
  expect(front).toEqual([`sv ${BASE}/`, `en ${BASE}/en/`, `x-default ${BASE}/`]);
  expect(alone).toEqual([]);
});

test('the news sitemap gives name, language, time and title of each release, whatever the title holds', () => {
  fc.assert(
    fc.property(anyText().map(cleanText), (title) => {
      const item = { slug: 'nyhet', language: 'sv-FI', title, publishedAt: new Date('2026-11-21T08:30:00.000Z') };
      const [url] = parseXml(renderNewsSitemap([item], publisher)).children;
      const [publication, date, told] = url!.children[1]!.children;
      expect(publication!.children.map(({ text }) => text)).toEqual(['Region Älvmark', 'sv']);
      expect(date!.text).toBe('2026-11-21T08:30:00.000Z');
      expect(told!.text).toBe(title);
    }),
  );
  expect(parseXml(renderNewsSitemap([], publisher)).children).toEqual([]);
  expect(NEWS_MOST).toBe(1_000);
});

test('robots.txt names both sitemaps and keeps robots from pages of persons and from searches', () => {
  const robots = renderRobots(publisher);
  expect(robots).toContain(`\n\nSitemap: ${BASE}/sitemap.xml\nSitemap: ${BASE}/news-sitemap.xml\n`);
  for (const path of ['/desk/', '/preferences/', '/unsubscribe/', '/confirm/', '/my-data/', '/search', '/en/search', '/dev/inbox']) {
    expect(robots).toContain(`\nDisallow: ${path}\n`);
  }
  expect(robots).toMatch(/^User-agent: \*\n/);
});

test('security.txt names whom to tell, its own address, the languages, and a day within a year on which it expires', () => {
  const at = new Date('2026-11-22T13:14:15.000Z');
  const lines = renderSecurity(publisher, at).split('\n');
  expect(lines).toEqual([
    'Contact: mailto:press@alvmark.example',
    'Expires: 2027-05-21T00:00:00.000Z',
    'Preferred-Languages: sv, en',
    `Canonical: ${BASE}/.well-known/security.txt`,
    '',
  ]);
  expect(renderSecurity(samplePublisher({ security: 'https://www.alvmark.example/sakerhet' }), at)).toMatch(
    /^Contact: https:\/\/www\.alvmark\.example\/sakerhet\n/,
  );
  expect(renderSecurity(publisher, new Date('2026-11-22T23:59:59Z'))).toBe(renderSecurity(publisher, at));
});
