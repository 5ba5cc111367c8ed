import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { renderMember } from '../../../src/shared/feeds/member.ts';
import { FEED_FORMATS } from '../../../src/shared/feeds/render.ts';
import { feedLists, feedTitle } from '../../../src/shared/release/lists/feed-lists.ts';
import { type FeedOf, feedText } from '../../support/feed-documents.ts';
import { sampleEnglish, sampleInvitation, samplePublisher, sampleView, sampleWithdrawn } from '../../support/views.ts';
import { childOf, childrenOf, parseXml, textOf } from '../../support/xml.ts';

const publisher = samplePublisher();
const ALL: FeedOf = { list: 'all', live: [sampleInvitation(), sampleView(), sampleEnglish()], gone: [sampleWithdrawn()] };
const EMPTY: FeedOf = { list: 'language:en', live: [], gone: [] };

const rssChannel = (feed: FeedOf) => childOf(parseXml(feedText('rss', feed, publisher)), 'channel');
const rssItems = (feed: FeedOf) => childrenOf(rssChannel(feed), 'item');
const atomFeed = (feed: FeedOf) => parseXml(feedText('atom', feed, publisher));
const atomEntries = (feed: FeedOf) => childrenOf(atomFeed(feed), 'entry');
const jsonFeed = (feed: FeedOf) => JSON.parse(feedText('json', feed, publisher));

describe('RSS', () => {
  test('the channel names itself, its page, its language and the newest change', () => {
    const channel = rssChannel(ALL);
    expect(textOf(channel, 'title')).toBe('Region Älvmark');
    expect(textOf(channel, 'link')).toBe('https://press.alvmark.example/');
    expect(textOf(channel, 'language')).toBe('sv');
    expect(textOf(channel, 'lastBuildDate')).toBe('Fri, 20 Nov 2026 12:15:00 GMT');
    expect(childrenOf(channel, 'atom:link')[0]!.attributes).toEqual({
      href: 'https://press.alvmark.example/rss.xml',
      rel: 'self',
      type: 'application/rss+xml',
    });
  });

  test('an item has a permanent guid that is no address, and a four-digit year', () => {
    const item = rssItems(ALL)[1]!;
    expect(childOf(item, 'guid')).toMatchObject({
      text: 'urn:uuid:5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01',
      attributes: { isPermaLink: 'false' },
    });
    expect(textOf(item, 'pubDate')).toBe('Thu, 19 Nov 2026 08:30:00 GMT');
    expect(textOf(item, 'dc:creator')).toBe('Region Älvmark');
    expect(textOf(item, 'dc:language')).toBe('sv');
  });

  test('the description is the lead as HTML, the full text stands in content:encoded', () => {
    const view = sampleView();
    const lead = 'Mer än 3 < 5 & färre än 7';
    const item = rssItems({ ...ALL, live: [{ ...view, content: { ...view.content, lead } }] })[0]!;
    expect(textOf(item, 'description')).toBe('Mer än 3 &lt; 5 &amp; färre än 7');
    expect(textOf(item, 'content:encoded')).toContain('<h2>Så valdes projekten</h2>');
    expect(childOf(item, 'content:encoded').namespace).toBe('http://purl.org/rss/1.0/modules/content/');
  });

  test('the one enclosure is the leading picture with its true length', () => {
    const enclosure = childOf(rssItems(ALL)[1]!, 'enclosure').attributes;
    expect(enclosure).toMatchObject({ length: '128000', type: 'image/jpeg' });
    expect(enclosure.url).toMatch(/^https:\/\/press\.alvmark\.example\/assets\/[0-9a-f]{64}-1600\.jpg$/);
  });

  test('without a picture the first attachment is the enclosure', () => {
    const view = sampleView();
    const item = rssItems({ ...ALL, live: [{ ...view, content: { ...view.content, images: [] } }] })[0]!;
    expect(childOf(item, 'enclosure').attributes).toMatchObject({ length: '184320', type: 'application/pdf' });
  });

  test('an ornament is no picture for news desks, and stands in the text', () => {
    const view = sampleView();
    const images = view.content.images.map((image) => ({ ...image, alt: '', decorative: true }));
    const ornate: FeedOf = { list: 'all', live: [{ ...view, content: { ...view.content, images } }], gone: [] };
    const [item] = rssItems(ornate);
    expect(childrenOf(item!, 'media:content')).toEqual([]);
    expect(childOf(item!, 'enclosure').attributes.type).toBe('application/pdf');
    expect(textOf(item!, 'content:encoded')).toContain('<img');
    expect(jsonFeed(ornate).items[0].image).toBeUndefined();
  });

  test('every picture carries description, credit and licence as Media RSS', () => {
    const pictures = childrenOf(rssItems(ALL)[1]!, 'media:content');
    expect(pictures).toHaveLength(2);
    expect(pictures[0]!.namespace).toBe('http://search.yahoo.com/mrss/');
    expect(pictures[0]!.attributes).toMatchObject({ medium: 'image', width: '1600', fileSize: '128000' });
    expect(textOf(pictures[0]!, 'media:description')).toBe('Lokalen på Ågatan 11 i Storforsa öppnar i december.');
    expect(textOf(pictures[0]!, 'media:credit')).toBe('Mira Alm/Region Älvmark');
    expect(textOf(pictures[0]!, 'media:copyright')).toBe('Fri att använda vid publicering om regionen');
    expect(childOf(pictures[0]!, 'media:thumbnail').attributes).toMatchObject({
      url: expect.stringMatching(/^https:\/\/press\.alvmark\.example\/assets\/[0-9a-f]{64}-\d+\.jpg$/),
      width: expect.stringMatching(/^\d+$/),
    });
  });

  test('a licence with an address becomes media:license', () => {
    const licences = { press: { name: 'CC BY 4.0', url: 'https://licences.example/by/4.0/' } };
    const items = childrenOf(childOf(parseXml(feedText('rss', ALL, samplePublisher({ licences }))), 'channel'), 'item');
    const licence = childOf(childrenOf(items[1]!, 'media:content')[0]!, 'media:license');
    expect(licence).toMatchObject({ text: 'CC BY 4.0', attributes: { href: 'https://licences.example/by/4.0/' } });
  });

  test('withdrawn releases leave no trace', () => {
    expect(feedText('rss', ALL, publisher)).not.toContain(sampleWithdrawn().id);
  });
});

describe('Atom', () => {
  test('an entry keeps its id; updated is its last significant change, published its first publication', () => {
    const entry = atomEntries(ALL)[1]!;
    expect(textOf(entry, 'id')).toBe('urn:uuid:5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01');
    expect(textOf(entry, 'published')).toBe('2026-11-19T08:30:00.123Z');
    expect(textOf(entry, 'updated')).toBe('2026-11-19T09:05:00.400Z');
  });

  test('a minor correction changes the text and not updated', () => {
    const view = sampleView();
    const minor = {
      ...view,
      n: 4,
      kind: 'minor' as const,
      publishedAt: new Date('2026-11-20T08:00:00Z'),
      rendered: { ...view.rendered, body: '<p>Rättstavat.</p>' },
    };
    const feed = { ...ALL, live: [minor], gone: [] };
    const [entry] = atomEntries(feed);
    expect(textOf(entry!, 'content')).toContain('Rättstavat.');
    expect(textOf(entry!, 'updated')).toBe('2026-11-19T09:05:00.400Z');
    expect(textOf(atomFeed(feed), 'updated')).toBe('2026-11-19T09:05:00.400Z');
    // Said of content and versions, these move with every revision.
    expect(textOf(rssChannel(feed), 'lastBuildDate')).toBe('Fri, 20 Nov 2026 08:00:00 GMT');
    expect(JSON.parse(feedText('ninjs', feed, publisher)).versionCreated).toBe('2026-11-20T08:00:00.000Z');
  });

  test('title and summary are plain text, whatever stands in them', () => {
    const view = sampleView();
    const title = 'Regionen & <b>kommunerna</b> "säger" &amp; ]]> ja';
    const [entry] = atomEntries({ ...ALL, live: [{ ...view, content: { ...view.content, title, lead: title } }] });
    expect(childOf(entry!, 'title')).toMatchObject({ text: title, attributes: { type: 'text' } });
    expect(childOf(entry!, 'summary')).toMatchObject({ text: title, attributes: { type: 'text' } });
  });

  test('the feed has an author, a self link, its page and its language; an entry in another language says so', () => {
    const feed = atomFeed(ALL);
    expect(feed.attributes['xml:lang']).toBe('sv');
    expect(textOf(childOf(feed, 'author'), 'name')).toBe('Region Älvmark');
    const links = childrenOf(feed, 'link').map((link) => link.attributes);
    expect(links).toContainEqual({ rel: 'self', href: 'https://press.alvmark.example/atom.xml' });
    expect(links).toContainEqual({ rel: 'alternate', href: 'https://press.alvmark.example/' });
    expect(childrenOf(feed, 'entry').map((entry) => entry.attributes['xml:lang'])).toEqual(['sv', 'sv', 'en']);
  });

  test('the enclosure has its true media type and length', () => {
    const link = childrenOf(atomEntries(ALL)[1]!, 'link').find((one) => one.attributes.rel === 'enclosure')!;
    expect(link.attributes).toMatchObject({ type: 'image/jpeg', length: '128000' });
  });

  test('listed topics are categories, unlisted ones are not', () => {
    const terms = childrenOf(atomEntries(ALL)[1]!, 'category').map((category) => category.attributes);
    expect(terms).toEqual([
      { term: 'regional-utveckling', label: 'Regional utveckling' },
      { term: 'naringsliv', label: 'Näringsliv' },
    ]);
  });

  test('a withdrawn release is a tombstone with time and reason, and its title is nowhere', () => {
    const [tombstone] = childrenOf(atomFeed(ALL), 'at:deleted-entry');
    expect(tombstone!.namespace).toBe('http://purl.org/atompub/tombstones/1.0');
    expect(tombstone!.attributes).toEqual({ ref: 'urn:uuid:9a1d2c3b-1111-4222-8333-444455556604', when: '2026-11-20T12:15:00.000Z' });
    expect(textOf(tombstone!, 'at:comment')).toBe('Uppgifterna lämnades av misstag innan beslutet var fattat.');
  });

  test('two feeds of one newsroom have different ids, one feed always the same', () => {
    const ids = feedLists(publisher.newsroom).map((list) => textOf(atomFeed({ ...ALL, list }), 'id'));
    expect(new Set(ids).size).toBe(ids.length);
    expect(textOf(atomFeed(EMPTY), 'id')).toBe(textOf(atomFeed({ ...ALL, list: EMPTY.list }), 'id'));
    for (const id of ids) expect(id).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('JSON Feed', () => {
  test('the feed is version 1.1 with authors, language and addresses', () => {
    expect(jsonFeed(ALL)).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'Region Älvmark',
      home_page_url: 'https://press.alvmark.example/',
      feed_url: 'https://press.alvmark.example/feed.json',
      language: 'sv',
      authors: [{ name: 'Region Älvmark' }],
    });
  });

  test('an item has HTML and text, both dates, tags, picture and attachments', () => {
    const item = jsonFeed(ALL).items[1];
    expect(item).toMatchObject({
      id: 'urn:uuid:5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01',
      language: 'sv',
      date_published: '2026-11-19T08:30:00.123Z',
      date_modified: '2026-11-19T09:05:00.400Z',
      tags: ['Regional utveckling', 'Näringsliv'],
      attachments: [{ mime_type: 'application/pdf', size_in_bytes: 184_320, title: 'Beslut § 84, regionala utvecklingsnämnden' }],
    });
    expect(item.content_html).toContain('<blockquote>');
    expect(item.content_text).toContain('Arena Storforsa, Storforsa ekonomiska förening: 1\u00a0240\u00a0000\u00a0kr');
    expect(item.content_text).not.toMatch(/<\/?[a-z]+>/);
  });

  test('the extension carries what newsdesks need: number, hash, credit and licence', () => {
    expect(jsonFeed(ALL).items[1]._depesch).toMatchObject({
      registration: 'RUN 2026-0417',
      revision: 3,
      sha256: sampleView().hash,
      images: [{ credit: 'Mira Alm/Region Älvmark', licence: { name: 'Fri att använda vid publicering om regionen' } }, {}],
    });
  });

  test('empty members are left out', () => {
    const item = jsonFeed(ALL).items[0];
    for (const name of ['image', 'attachments']) expect(item).not.toHaveProperty(name);
    expect(item._depesch).not.toHaveProperty('registration');
  });
});

describe('all three', () => {
  test('say the same: ids, titles, addresses, dates, text, in the same order', () => {
    const [rss, atom, json] = [rssItems(ALL), atomEntries(ALL), jsonFeed(ALL).items];
    expect(rss.map((item) => textOf(item, 'guid'))).toEqual(ALL.live.map((view) => `urn:uuid:${view.id}`));
    for (const [index, item] of json.entries()) {
      expect(textOf(rss[index]!, 'guid')).toBe(item.id);
      expect(textOf(atom[index]!, 'id')).toBe(item.id);
      expect(textOf(rss[index]!, 'title')).toBe(item.title);
      expect(textOf(atom[index]!, 'title')).toBe(item.title);
      expect(textOf(rss[index]!, 'link')).toBe(item.url);
      expect(childrenOf(atom[index]!, 'link')[0]!.attributes.href).toBe(item.url);
      expect(textOf(rss[index]!, 'content:encoded')).toBe(item.content_html);
      expect(textOf(atom[index]!, 'content')).toBe(item.content_html);
      expect(textOf(atom[index]!, 'published')).toBe(item.date_published);
      expect(textOf(atom[index]!, 'updated')).toBe(item.date_modified);
      expect(textOf(rss[index]!, 'dcterms:modified')).toBe(item.date_modified);
      expect(new Date(textOf(rss[index]!, 'pubDate')).getTime()).toBe(Math.floor(new Date(item.date_published).getTime() / 1000) * 1000);
    }
  });

  test.each(FEED_FORMATS)('%s gives the same bytes another day', (format) => {
    vi.useFakeTimers({ now: new Date('2026-11-21T10:00:00Z') });
    onTestFinished(() => void vi.useRealTimers());
    const once = feedText(format, ALL, publisher);
    vi.setSystemTime(new Date('2027-01-02T03:04:05Z'));
    const again = { ...ALL, live: ALL.live.map((view) => ({ ...view })) };
    expect(feedText(format, again, samplePublisher())).toBe(once);
  });

  test('an empty feed is valid and pinned to a fixed date', () => {
    expect(textOf(rssChannel(EMPTY), 'lastBuildDate')).toBe('Sat, 01 Jan 2000 00:00:00 GMT');
    expect(textOf(atomFeed(EMPTY), 'updated')).toBe('2000-01-01T00:00:00.000Z');
    expect(jsonFeed(EMPTY).items).toEqual([]);
  });

  test('a language has its own title, page and interface words', () => {
    expect(jsonFeed(EMPTY)).toMatchObject({
      title: 'Region Älvmark (English)',
      description: 'News from Region Älvmark',
      language: 'en',
      home_page_url: 'https://press.alvmark.example/en/',
    });
    const homeOf = (list: string) => jsonFeed({ ...EMPTY, list }).home_page_url;
    expect(homeOf('language-topic:en:naringsliv')).toBe('https://press.alvmark.example/en/topics/naringsliv/');
    expect(homeOf('language-topic:sv:naringsliv')).toBe('https://press.alvmark.example/topics/naringsliv/');
  });

  test('an item’s bytes stand in every feed exactly as they are hashed', () => {
    const { bytes } = renderMember(ALL.live[1]!, publisher);
    for (const list of ['all', 'topic:naringsliv']) {
      for (const format of FEED_FORMATS) expect(feedText(format, { ...ALL, list }, publisher)).toContain(bytes[format]!.toString());
    }
  });

  test('feeds exist for all, each language, each listed topic, and each topic in each language, all with titles of their own', () => {
    const topics = ['regional-utveckling', 'naringsliv', 'halsa-och-vard', 'kollektivtrafik'];
    const lists = feedLists(publisher.newsroom);
    expect(lists).toEqual([
      'all',
      'language:sv',
      'language:en',
      ...topics.map((topic) => `topic:${topic}`),
      ...['sv', 'en'].flatMap((language) => topics.map((topic) => `language-topic:${language}:${topic}`)),
    ]);
    expect(new Set(lists.map((list) => feedTitle(list, publisher.newsroom))).size).toBe(lists.length);
    expect(feedTitle('language-topic:en:naringsliv', publisher.newsroom)).toBe('Region Älvmark: Business (English)');
  });

  test('a newsroom of one language has no feeds of topics by language', () => {
    expect(feedLists(samplePublisher({ languages: ['sv'] }).newsroom)).not.toContain('language-topic:sv:naringsliv');
  });
});
