import { describe, expect, test } from 'vitest';
import { feedPath } from '../../../src/shared/release/addresses.ts';
import { feedLists } from '../../../src/shared/release/lists/feed-lists.ts';
import { renderFeedsPage } from '../../../src/shared/site/feeds-page.ts';
import { renderOpml } from '../../../src/shared/site/opml.ts';
import { samplePublisher } from '../../support/views.ts';
import { childOf, childrenOf, parseXml, textOf } from '../../support/xml.ts';

const publisher = samplePublisher();

describe('the page of feeds', () => {
  test('of all languages together names every feed in every format', () => {
    const pages = publisher.newsroom.languages.map((language) => renderFeedsPage(publisher, language)).join('');
    for (const list of feedLists(publisher.newsroom)) {
      for (const format of ['rss', 'atom', 'json', 'ninjs'] as const) expect(pages).toContain(`href="${feedPath(list, format)}"`);
    }
    expect(pages).not.toContain('lokalmedia');
  });

  test('speaks the language of its address and knows the others', () => {
    const page = renderFeedsPage(publisher, 'en');
    expect(page).toContain('<html lang="en"');
    expect(page).toContain('<h1>Feeds</h1>');
    expect(page).toContain('<h2>One topic in English</h2>');
    expect(page).toContain('<link rel="alternate" hreflang="sv" href="https://press.alvmark.example/feeds/">');
  });

  test('leads those who write programs to what the interface takes and answers', () => {
    expect(renderFeedsPage(publisher, 'sv')).toMatch(/href="\/api\/public\/releases">.*?href="\/api\/openapi\.json"/);
  });

  test('speaks of WebSub only when the feeds name a hub', () => {
    expect(renderFeedsPage(publisher, 'en')).toContain('WebSub');
    expect(renderFeedsPage(samplePublisher({ hubs: [] }), 'en')).not.toContain('WebSub');
  });

  test('of a newsroom with one language has each feed once, and none when it has no topics', () => {
    const page = renderFeedsPage(samplePublisher({ languages: ['sv'], topics: {} }), 'sv');
    expect(page.match(/href="\/rss\.xml"/g)!.length).toBeGreaterThan(0);
    expect(page).not.toContain('<h2>Ett ämne');
    expect(page).not.toContain('på alla språk');
  });
});

describe('OPML 2.0', () => {
  const outlines = () => childrenOf(childOf(parseXml(renderOpml(publisher)), 'body'), 'outline').map((outline) => outline.attributes);

  test('has every list once, as RSS, with a title of its own', () => {
    expect(outlines()).toHaveLength(feedLists(publisher.newsroom).length);
    expect(new Set(outlines().map((outline) => outline.text)).size).toBe(outlines().length);
    expect(outlines()[0]).toMatchObject({
      type: 'rss',
      text: 'Region Älvmark',
      language: 'sv',
      xmlUrl: 'https://press.alvmark.example/rss.xml',
    });
  });

  test('parses whatever the newsroom is called, and says whose it is', () => {
    const document = parseXml(renderOpml(samplePublisher({ name: 'Å & <b>"Ö"</b> \u0007]]>' })));
    expect(document.attributes.version).toBe('2.0');
    expect(textOf(childOf(document, 'head'), 'title')).toBe('Å & <b>"Ö"</b> ]]>');
  });
});
