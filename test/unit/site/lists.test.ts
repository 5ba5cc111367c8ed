import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReleaseSummary } from '../../../src/shared/release/lists/lists.ts';
import { renderFrontPage } from '../../../src/shared/site/front.ts';
import type { ListingPart } from '../../../src/shared/site/listing.ts';
import { touchedPages } from '../../../src/shared/site/load.ts';
import { renderArchivePage, renderMonthPage } from '../../../src/shared/site/month.ts';
import { renderOwnPage } from '../../../src/shared/site/own-pages.ts';
import { renderTopicPage, renderTopicsPage } from '../../../src/shared/site/topic.ts';
import { samplePublisher } from '../../support/views.ts';

const publisher = samplePublisher();

function summary(number: number, overrides: Partial<ReleaseSummary> = {}): ReleaseSummary {
  return {
    family: `release-${number}`,
    slug: `nyhet-${number}`,
    language: 'sv',
    title: `Nyhet ${number}`,
    lead: 'En mening om saken.',
    type: 'press-release',
    publishedAt: new Date('2026-11-19T08:30:00Z'),
    topics: ['naringsliv', 'lokalmedia'],
    withdrawn: false,
    ...overrides,
  };
}

/** The part of a list that load.ts gives for it, when it has had `length` releases and none left. */
function partOf(length: number, page: number | undefined): ListingPart {
  const pages = Math.ceil(length / 20);
  const on = (number: number) =>
    Array.from({ length: Math.min(20, length - (number - 1) * 20) }, (_, index) => summary((number - 1) * 20 + index)).reverse();
  if (page !== undefined) return { list: 'topic:naringsliv', page, pages, from: page, items: on(page) };
  const newest = pages === 0 ? [] : on(pages);
  const short = newest.length < 10 && pages > 1;
  return { list: 'topic:naringsliv', page, pages, from: short ? pages - 1 : pages, items: short ? [...newest, ...on(pages - 1)] : newest };
}

/** Every page of a list by its path's last part; undefined for the list's own. */
function allPages(length: number): Map<number | undefined, string> {
  const numbers = [undefined, ...Array.from({ length: Math.max(0, Math.ceil(length / 20) - 1) }, (_, index) => index + 1)];
  return new Map(numbers.map((page) => [page, renderTopicPage(partOf(length, page), publisher)]));
}

describe('numbered pages', () => {
  test('a new release changes only the pages that are written again for it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 130 }), (length) => {
        const [before, after] = [allPages(length), allPages(length + 1)];
        const touched = touchedPages(Math.floor(length / 20) + 1, Math.ceil((length + 1) / 20));
        const changed = [...after].filter(([page, document]) => before.get(page) !== document).map(([page]) => page);
        expect(touched).toEqual(expect.arrayContaining(changed));
        for (const page of touched) expect(after.has(page)).toBe(true);
        expect(touched.length).toBeLessThanOrEqual(4);
      }),
    );
  });

  test('every release is reached by walking from the newest page to older ones, none of them twice', () => {
    for (const length of [1, 19, 20, 21, 40, 55, 61]) {
      const pages = allPages(length);
      const seen: string[] = [];
      let document = pages.get(undefined);
      while (document) {
        seen.push(...[...document.matchAll(/href="\/releases\/(nyhet-\d+)\//g)].map((match) => match[1]!));
        const older = /href="\/topics\/naringsliv\/page\/(\d+)\/" rel="next"/.exec(document);
        document = older ? pages.get(Number(older[1])) : undefined;
      }
      expect(seen).toHaveLength(length);
      expect(new Set(seen).size).toBe(length);
    }
  });

  test('one changed release in the middle of the archive costs its own page and the newest', () => {
    expect(touchedPages(3, 400)).toEqual([undefined, 3]);
  });
});

describe('front page', () => {
  const front = renderFrontPage([summary(1), summary(2, { language: 'en', title: 'News in English' })], publisher, 'sv');

  test('marks a release of another language with its language', () => {
    expect(front).toContain('<h2 lang="en"><a href="/releases/nyhet-2/" hreflang="en">News in English</a></h2>');
    expect(front).toContain('<h2><a href="/releases/nyhet-1/">Nyhet 1</a></h2>');
    expect(front).not.toContain('Lokalmedia');
  });

  test('shows a release once that is there in several languages, in its own, with a link to the others', () => {
    const family = 'one';
    const items = [summary(3, { family, language: 'en' }), summary(2), summary(1, { family }), summary(0, { language: 'en' })];
    const page = renderFrontPage(items, publisher, 'sv');
    expect([...page.matchAll(/<h2.*?href="\/releases\/(nyhet-\d)\//g)].map(([, slug]) => slug)).toEqual(['nyhet-2', 'nyhet-1', 'nyhet-0']);
    expect(page).toContain('<a href="/releases/nyhet-3/" hreflang="en" lang="en">In English</a>');
  });

  test('links to what there is beside the releases', () => {
    for (const path of [
      '/topics/',
      '/archive/',
      '/search',
      '/contacts/',
      '/images/',
      '/en/',
      '/accessibility/',
      '/privacy/',
      '/about/',
      '/rss.xml',
      '/atom.xml',
      '/feed.json',
    ]) {
      expect(front).toContain(`href="${path}"`);
    }
  });

  test('each language has its own front page with its own feeds', () => {
    const english = renderFrontPage([], publisher, 'en');
    expect(english).toContain('<html lang="en">');
    expect(english).toContain('Nothing has been published here yet.');
    expect(english).toContain('href="/en/rss.xml"');
    expect(english).toContain('<link rel="canonical" href="https://press.alvmark.example/en/">');
  });

  test('keeps the groups of a number on one line without changing a character of the title', () => {
    const document = renderFrontPage([summary(1, { title: 'Region får 2 835 500 kronor <nu>' })], publisher, 'sv');
    expect(document).toContain('Region får <span class="figures">2 835 500</span> kronor &lt;nu&gt;');
  });
});

test('the archive lists years and months with counts', () => {
  const archive = renderArchivePage(
    [
      { month: '2026-11', count: 41 },
      { month: '2025-12', count: 1 },
    ],
    publisher,
  );
  expect(archive).toContain('<a class="target" href="/archive/2026/11/">November 2026</a> <span class="meta">41 nyheter</span>');
  expect(archive).toContain('<span class="meta">1 nyhet</span>');
  expect([...archive.matchAll(/<h2>(\d+)<\/h2>/g)].map((match) => match[1])).toEqual(['2026', '2025']);
});

test('a month is called by its name, and its numbered pages have addresses of their own', () => {
  const month = renderMonthPage({ ...partOf(45, 1), list: 'month:2026-11' }, publisher);
  expect(month).toContain('<h1>November 2026, sida 1</h1>');
  expect(month).toContain('<link rel="canonical" href="https://press.alvmark.example/archive/2026/11/page/1/">');
});

test('topics and archive speak every language of the newsroom, with the same releases', () => {
  const topic = renderTopicPage(partOf(45, 1), publisher, 'en');
  expect(topic).toMatch(/^<!DOCTYPE html>\n<html lang="en">/);
  expect(topic).toContain('<nav class="trail" aria-label="You are here"><a class="target" href="/en/topics/">Topics</a>');
  expect(topic).toContain('<link rel="canonical" href="https://press.alvmark.example/en/topics/naringsliv/page/1/">');
  expect(topic).toContain('<link rel="alternate" hreflang="sv" href="https://press.alvmark.example/topics/naringsliv/page/1/">');
  expect(topic).toContain('<a class="target" href="/topics/naringsliv/page/1/" hreflang="sv" lang="sv">Svenska</a>');
  expect(topic).toContain('href="/en/topics/naringsliv/page/2/" rel="prev"');
  const releases = (document: string) => [...document.matchAll(/href="(\/releases\/[^"]+)"/g)].map(([, path]) => path);
  expect(releases(topic)).toEqual(releases(renderTopicPage(partOf(45, 1), publisher)));
  const archive = renderArchivePage([{ month: '2026-11', count: 41 }], publisher, 'en');
  expect(archive).toContain('<a class="target" href="/en/archive/2026/11/">November 2026</a> <span class="meta">41 releases</span>');
  expect(renderTopicsPage(publisher, 'en')).toContain('href="/en/topics/halsa-och-vard/"');
});

test('a front page without releases leads to no older ones', () => {
  expect(renderFrontPage([], publisher, 'sv')).not.toContain('class="pager"');
  expect(renderFrontPage([summary(1)], publisher, 'sv')).toContain('class="pager"');
});

test('the index of topics leaves unlisted ones out', () => {
  const topics = renderTopicsPage(publisher);
  expect(topics).toContain('href="/topics/halsa-och-vard/"');
  expect(topics).not.toContain('lokalmedia');
});

test('the organisation’s own pages hold every language they are written in, under one h1', () => {
  for (const page of ['about', 'accessibility', 'privacy'] as const) {
    const document = renderOwnPage(page, publisher);
    expect([...document.matchAll(/<h1>/g)]).toHaveLength(1);
    expect(document).toContain('<section lang="en" id="en">');
  }
  expect(renderOwnPage('privacy', publisher)).toContain('mailto:dso@alvmark.example');
});
