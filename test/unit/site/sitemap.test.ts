import { expect, test } from 'vitest';
import { renderRobots, renderSitemapIndex, renderSitemapShard, shardOf } from '../../../src/shared/site/sitemap.ts';
import { samplePublisher } from '../../support/views.ts';
import { parseXml } from '../../support/xml.ts';

const publisher = samplePublisher();

test('a shard is a well-formed sitemap with whole addresses and dates', () => {
  const shard = parseXml(
    renderSitemapShard([{ slug: 'nyhet', modifiedAt: new Date('2026-11-19T08:30:00.123Z') }], ['/', '/archive/'], publisher),
  );
  const locations = shard.children.map((url) => url.children[0]!.text);
  expect(shard.namespace).toBe('http://www.sitemaps.org/schemas/sitemap/0.9');
  expect(locations).toEqual([
    'https://press.alvmark.example/',
    'https://press.alvmark.example/archive/',
    'https://press.alvmark.example/releases/nyhet/',
  ]);
  expect(shard.children[2]!.children[1]!.text).toBe('2026-11-19T08:30:00.123Z');
});

test('the index names every shard; a release stays in its shard for ever', () => {
  const index = parseXml(renderSitemapIndex(2, publisher));
  expect(index.children.map((entry) => entry.children[0]!.text)).toEqual([
    'https://press.alvmark.example/sitemap-1.xml',
    'https://press.alvmark.example/sitemap-2.xml',
  ]);
  expect([shardOf(0), shardOf(999), shardOf(1000)]).toEqual([1, 1, 2]);
});

test('robots.txt names the sitemap and keeps robots from pages of persons', () => {
  expect(renderRobots(publisher)).toContain('Sitemap: https://press.alvmark.example/sitemap.xml\n');
  expect(renderRobots(publisher)).toContain('Disallow: /desk/\n');
});
