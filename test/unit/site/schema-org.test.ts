import { describe, expect, test } from 'vitest';
import type { BankPage } from '../../../src/shared/release/files/image-bank.ts';
import type { ReleaseSummary } from '../../../src/shared/release/lists/lists.ts';
import { renderContactsPage } from '../../../src/shared/site/contacts-page.ts';
import { renderEmbedPage } from '../../../src/shared/site/embed-page.ts';
import { renderFeedsPage } from '../../../src/shared/site/feeds-page.ts';
import { renderFrontPage } from '../../../src/shared/site/front.ts';
import { renderImagesPage } from '../../../src/shared/site/images-page.ts';
import { renderArchivePage, renderMonthPage } from '../../../src/shared/site/month.ts';
import { renderOwnPage } from '../../../src/shared/site/own-pages.ts';
import { renderReleasePage } from '../../../src/shared/site/page.ts';
import { renderSearchPage } from '../../../src/shared/site/search-page.ts';
import { renderTopicPage, renderTopicsPage } from '../../../src/shared/site/topic.ts';
import { schemaProblems, structuredDataOf } from '../../support/schema-org.ts';
import { sampleEnglish, sampleInvitation, samplePublisher, sampleView } from '../../support/views.ts';

const publisher = samplePublisher({
  licences: { press: { name: 'Fri att använda', url: 'https://www.alvmark.example/licens' } },
  logo: 'a'.repeat(64),
});
const BASE = publisher.baseUrl;
const view = sampleView();
const at = new Date('2026-11-20T10:00Z');

const summary = (slug: string, withdrawn = false): ReleaseSummary => ({
  family: slug,
  slug,
  language: 'sv',
  title: slug,
  lead: 'En mening.',
  type: 'press-release',
  publishedAt: at,
  topics: ['naringsliv'],
  withdrawn,
});
const items = [summary('ny'), summary('aterkallad', true), summary('aldre')];
const part = (list: string, page?: number) => ({ list, page, pages: 3, from: page ?? 3, items });
const bank: BankPage = {
  images: view.content.images.flatMap((image) => {
    const asset = view.assets.get(image.asset);
    return asset ? [{ image, asset, release: { slug: view.slug, title: view.content.title, language: 'sv', publishedAt: at } }] : [];
  }),
  next: undefined,
};
const wish = { words: '', topic: undefined, year: undefined, language: undefined, page: 1, upTo: undefined };

/** Every type of page that tells search engines what it is, and what it says it is. */
const PAGES: readonly (readonly [string, readonly string[], string])[] = [
  ['release', ['NewsArticle'], renderReleasePage(view, publisher)],
  ['release in English', ['NewsArticle'], renderReleasePage(sampleEnglish(), publisher)],
  ['invitation', ['NewsArticle'], renderReleasePage(sampleInvitation(), publisher)],
  ['front', ['WebSite', 'CollectionPage'], renderFrontPage(items, publisher, 'sv')],
  ['front of a newsroom without releases', ['WebSite', 'CollectionPage'], renderFrontPage([], publisher, 'en')],
  ['topics', ['CollectionPage'], renderTopicsPage(publisher)],
  ['topic', ['CollectionPage'], renderTopicPage(part('topic:naringsliv'), publisher)],
  ['topic in English', ['CollectionPage'], renderTopicPage(part('topic:naringsliv', 1), publisher, 'en')],
  ['archive', ['CollectionPage'], renderArchivePage([{ month: '2026-11', count: 3 }], publisher)],
  ['month', ['CollectionPage'], renderMonthPage(part('month:2026-11'), publisher)],
  ['feeds', ['WebPage'], renderFeedsPage(publisher, 'sv')],
  ['contacts', ['ContactPage'], renderContactsPage(publisher, 'sv', at)],
  ['images', ['ImageGallery'], renderImagesPage({ publisher, language: 'sv', bank, before: undefined })],
  ['embed', ['WebPage'], renderEmbedPage(new Map(), publisher)],
  [
    'search',
    ['WebPage'],
    renderSearchPage({ publisher, language: 'sv', wish, outcome: { kind: 'unasked' }, years: [], languages: ['sv'] }),
  ],
  ['about', ['AboutPage'], renderOwnPage('about', publisher)],
  ['accessibility', ['WebPage'], renderOwnPage('accessibility', publisher)],
  ['privacy', ['WebPage'], renderOwnPage('privacy', publisher)],
];

/** What search engines read out of one of them. */
function told(name: string): Record<string, unknown> {
  return structuredDataOf(PAGES.find(([one]) => one === name)![2])[0]!;
}

test.each(PAGES)('%s: one block, of its types, each member as schema.org defines it', (_name, types, page) => {
  const blocks = structuredDataOf(page);
  expect(blocks).toHaveLength(1);
  const nodes = (blocks[0]!['@graph'] ?? [blocks[0]]) as Record<string, unknown>[];
  expect(nodes.map((node) => node['@type'])).toEqual(types);
  expect(schemaProblems(blocks[0]!)).toEqual([]);
  const [canonical] = /(?<=<link rel="canonical" href=")[^"]+/.exec(page)!;
  for (const node of nodes) expect(node.url).toBe(canonical);
});

test('a type, a member or a value that schema.org does not know is found', () => {
  const block = { '@context': 'https://schema.org', '@type': 'WebPage' };
  expect(schemaProblems({ ...block, headlin: 'x' })).toEqual(['/WebPage.headlin: WebPage has no such property']);
  expect(schemaProblems({ ...block, mainEntity: { '@type': 'Gallery' } })).toHaveLength(2);
  expect(schemaProblems({ ...block, isPartOf: { '@type': 'Person', name: 'x' } })).toHaveLength(1);
  expect(schemaProblems({ ...block, url: '/relative' })).toHaveLength(1);
  expect(schemaProblems({ '@type': 'WebPage' })).toEqual(['@context']);
});

describe('what a page holds', () => {
  test('a list names its releases in their order, and none that was taken back', () => {
    const list = {
      '@type': 'ItemList',
      numberOfItems: 2,
      itemListElement: ['ny', 'aldre'].map((slug, index) => ({
        '@type': 'ListItem',
        position: index + 1,
        url: `${BASE}/releases/${slug}/`,
      })),
    };
    expect(told('topic')).toMatchObject({ mainEntity: list, about: { name: 'Näringsliv' } });
    expect(told('month')).toMatchObject({ mainEntity: list });
    expect(told('month').about).toBeUndefined();
    expect((told('front')['@graph'] as unknown[])[1]).toMatchObject({ mainEntity: list, isPartOf: { '@id': `${BASE}/#site` } });
  });

  test('the image bank gives each picture’s credit, licence, and where it may be had', () => {
    expect((told('images').associatedMedia as unknown[])[0]).toMatchObject({
      contentUrl: expect.stringMatching(/\.jpg$/),
      creditText: 'Mira Alm/Region Älvmark',
      license: 'https://www.alvmark.example/licens',
      acquireLicensePage: `${BASE}/releases/${view.slug}/`,
    });
  });

  test('the contacts page names whom to ring now, the about page the organisation', () => {
    expect(told('contacts')).toMatchObject({ mainEntity: { contactPoint: [{ contactType: 'press', name: 'Elin Sand' }] } });
    expect(told('about')).toMatchObject({ mainEntity: { '@type': 'Organization', name: 'Region Älvmark' } });
  });

  test('every page says how it is reached from the front page', () => {
    const { breadcrumb } = told('privacy') as unknown as { breadcrumb: { itemListElement: { item: { '@id': string } }[] } };
    expect(breadcrumb.itemListElement.map(({ item }) => item['@id'])).toEqual([`${BASE}/`, `${BASE}/privacy/`]);
  });
});
