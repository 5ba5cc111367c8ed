import { expect, test } from 'vitest';
import { renderFrontPage } from '../../../src/shared/site/front.ts';
import { renderReleasePage } from '../../../src/shared/site/page.ts';
import { renderTopicPage } from '../../../src/shared/site/topic.ts';
import { sampleEnglish, sampleInvitation, samplePublisher, sampleView } from '../../support/views.ts';

const publisher = samplePublisher();
const BASE = 'https://press.alvmark.example';
const SWEDISH = `${BASE}/releases/klart-tre-nya-motesplatser-i-inlandet-far-2-835-500-kronor/`;

type Structured = Record<string, unknown> & { about: Record<string, unknown>[]; image: Record<string, unknown>[] };

/** What a search engine reads out of the page. */
function told(page: string): Structured {
  const [, text] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(page)!;
  return JSON.parse(text!);
}

test('a release says who published it, who answers for it by law, and which part of the site it is', () => {
  const article = told(renderReleasePage(sampleView(), publisher));
  expect(article).toMatchObject({
    '@type': 'NewsArticle',
    headline: sampleView().content.title,
    description: sampleView().content.lead,
    mainEntityOfPage: SWEDISH,
    isPartOf: { '@id': `${BASE}/#site` },
    articleSection: 'Pressmeddelande',
    accountablePerson: { '@type': 'Person', name: 'Karin Ekholm' },
    publisher: { '@type': 'Organization', email: 'press@alvmark.example' },
    version: 3,
  });
  const logo = 'a'.repeat(64);
  expect(told(renderReleasePage(sampleView(), samplePublisher({ logo })))).toMatchObject({
    publisher: { logo: { '@type': 'ImageObject', url: `${BASE}/assets/${logo}/logo` } },
  });
});

test('its pictures carry size, credit, licence and where the licence is given', () => {
  const licences = { press: { name: 'Fri att använda', url: 'https://www.alvmark.example/licens' } };
  const { image } = told(renderReleasePage(sampleView(), samplePublisher({ licences })));
  expect(image[0]).toMatchObject({
    '@type': 'ImageObject',
    contentUrl: expect.stringMatching(/\.jpg$/),
    width: 1600,
    height: expect.any(Number),
    creditText: 'Mira Alm/Region Älvmark',
    copyrightNotice: 'Mira Alm/Region Älvmark',
    license: 'https://www.alvmark.example/licens',
    acquireLicensePage: SWEDISH,
    description: expect.stringContaining('Två personer'),
  });
});

test('an ornament is no picture of it', () => {
  const view = sampleView();
  const images = view.content.images.map((image) => ({ ...image, alt: '', decorative: true }));
  expect(told(renderReleasePage({ ...view, content: { ...view.content, images } }, publisher)).image).toBeUndefined();
});

test('it is about its event and its listed topics, never an unlisted one', () => {
  const { about } = told(renderReleasePage(sampleView(), publisher));
  expect(about.map((thing) => thing['@type'])).toEqual(['Event', 'Thing', 'Thing']);
  expect(about[1]).toMatchObject({ name: 'Regional utveckling', url: `${BASE}/topics/regional-utveckling/` });
  expect(JSON.stringify(about)).not.toContain('lokalmedia');
});

test('an invitation’s event has its place, stream, end and organiser, and is not called off', () => {
  const [event] = told(renderReleasePage(sampleInvitation(), publisher)).about;
  const { event: data } = sampleInvitation().content;
  expect(event).toMatchObject({
    '@type': 'Event',
    eventStatus: 'https://schema.org/EventScheduled',
    startDate: '2026-12-01T09:00:00.000Z',
    endDate: '2026-12-01T10:30:00.000Z',
    organizer: { '@type': 'Organization', name: 'Region Älvmark' },
  });
  expect(event!.eventAttendanceMode).toBe(
    `https://schema.org/${data!.place && data!.stream ? 'Mixed' : data!.stream ? 'Online' : 'Offline'}EventAttendanceMode`,
  );
});

test('a translation names its original, the original its translations', () => {
  const swedish = sampleView();
  const english = sampleEnglish();
  const translated = { ...english, content: { ...english.content, translationOf: swedish.slug } };
  expect(told(renderReleasePage(swedish, publisher)).workTranslation).toMatchObject([{ inLanguage: 'en' }]);
  const article = told(renderReleasePage(translated, publisher));
  expect(article.translationOfWork).toMatchObject({ url: SWEDISH, inLanguage: 'sv' });
  expect(article.workTranslation).toBeUndefined();
});

test('the front page names the site, its search and the organisation', () => {
  const [site] = told(renderFrontPage([], publisher, 'sv'))['@graph'] as unknown[];
  expect(site).toMatchObject({
    '@type': 'WebSite',
    '@id': `${BASE}/#site`,
    url: `${BASE}/`,
    publisher: { '@type': 'Organization', name: 'Region Älvmark', contactPoint: [{ contactType: 'press' }] },
    potentialAction: { '@type': 'SearchAction', target: { urlTemplate: `${BASE}/search?q={search_term_string}` } },
  });
});

test('a list says where it stands, each step with its address', () => {
  const part = { list: 'topic:naringsliv', page: 1, pages: 3, from: 1, items: [] };
  const { breadcrumb } = told(renderTopicPage(part, publisher)) as unknown as {
    breadcrumb: { itemListElement: { position: number; name: string; item: { '@id': string } }[] };
  };
  expect(breadcrumb.itemListElement.map(({ position, item }) => `${position} ${item['@id']}`)).toEqual([
    `1 ${BASE}/`,
    `2 ${BASE}/topics/`,
    `3 ${BASE}/topics/naringsliv/`,
    `4 ${BASE}/topics/naringsliv/page/1/`,
  ]);
});

test('no text of a release can end the block it stands in', () => {
  const view = sampleView();
  const hostile = { ...view, content: { ...view.content, title: '</script><script>alert(1)</script>' } };
  expect(told(renderReleasePage(hostile, publisher)).headline).toBe('</script><script>alert(1)</script>');
});
