import { describe, expect, test } from 'vitest';
import { ARCHIVED_FORMATS } from '../../../src/shared/feeds/render.ts';
import type { FeedFormat } from '../../../src/shared/release/addresses.ts';
import { type FeedOf, feedText } from '../../support/feed-documents.ts';
import { samplePublisher, sampleView, sampleWithdrawn } from '../../support/views.ts';
import { childOf, childrenOf, parseXml, textOf, type XmlElement } from '../../support/xml.ts';

const publisher = samplePublisher();
const items = { live: [sampleView()], gone: [sampleWithdrawn()] };
const SUBSCRIPTION: FeedOf = { list: 'topic:naringsliv', ...items, archives: 3 };
const NEWEST: FeedOf = { list: 'topic:naringsliv', ...items, archive: 3 };
const OLDEST: FeedOf = { list: 'topic:naringsliv', ...items, archive: 1 };

const TOPIC = 'https://press.alvmark.example/topics/naringsliv';

/** What holds the links of a feed: RSS borrows Atom's element inside its channel. */
function head(format: 'rss' | 'atom', feed: FeedOf): XmlElement {
  const root = parseXml(feedText(format, feed, publisher));
  return format === 'rss' ? childOf(root, 'channel') : root;
}

function links(format: 'rss' | 'atom', feed: FeedOf): Record<string, string> {
  const elements = childrenOf(head(format, feed), format === 'rss' ? 'atom:link' : 'link');
  return Object.fromEntries(elements.map(({ attributes }) => [attributes.rel, attributes.href]));
}

describe.each([
  ['rss', 'rss.xml'],
  ['atom', 'atom.xml'],
] as const)('history of %s (RFC 5005 section 4)', (format, file) => {
  test('the subscription document leads to the newest archive document', () => {
    expect(links(format, SUBSCRIPTION)).toMatchObject({ self: `${TOPIC}/${file}`, 'prev-archive': `${TOPIC}/feeds/3/${file}` });
    expect(links(format, SUBSCRIPTION)).not.toHaveProperty('current');
    expect(childrenOf(head(format, SUBSCRIPTION), 'fh:archive')).toEqual([]);
  });

  test('an archive document says that it is one, where the news are, and what came before', () => {
    expect(links(format, NEWEST)).toMatchObject({
      self: `${TOPIC}/feeds/3/${file}`,
      current: `${TOPIC}/${file}`,
      'prev-archive': `${TOPIC}/feeds/2/${file}`,
    });
    expect(childOf(head(format, NEWEST), 'fh:archive').namespace).toBe('http://purl.org/syndication/history/1.0');
    // Empty to the letter: white space would be content.
    expect(feedText(format, NEWEST, publisher)).toContain('<fh:archive/>');
  });

  test('nothing comes before the first, and none names what comes after, which would change its bytes', () => {
    expect(links(format, OLDEST)).not.toHaveProperty('prev-archive');
    for (const feed of [NEWEST, OLDEST]) expect(links(format, feed)).not.toHaveProperty('next-archive');
  });

  test('a feed without archive documents names none', () => {
    expect(links(format, { list: 'all', ...items })).not.toHaveProperty('prev-archive');
  });
});

test('JSON Feed pages by next_url and stays one feed', () => {
  const json = (feed: FeedOf) => JSON.parse(feedText('json', feed, publisher));
  expect(json(SUBSCRIPTION)).toMatchObject({ feed_url: `${TOPIC}/feed.json`, next_url: `${TOPIC}/feeds/3/feed.json` });
  expect(json(NEWEST)).toMatchObject({ feed_url: `${TOPIC}/feed.json`, next_url: `${TOPIC}/feeds/2/feed.json` });
  expect(json(OLDEST)).not.toHaveProperty('next_url');
});

test('all documents of an Atom feed have its id; a withdrawn release stands in its archive document as a tombstone', () => {
  const ids = [SUBSCRIPTION, NEWEST, OLDEST].map((feed) => textOf(head('atom', feed), 'id'));
  expect(new Set(ids).size).toBe(1);
  expect(childrenOf(head('atom', OLDEST), 'at:deleted-entry')).toHaveLength(1);
  expect(feedText('rss', OLDEST, publisher)).not.toContain(sampleWithdrawn().id);
});

test('only subscription documents name the hub', () => {
  const hub = 'https://hub.example/';
  const text = (format: FeedFormat, feed: FeedOf) => feedText(format, feed, samplePublisher({ hubs: [hub] }));
  expect(childrenOf(parseXml(text('atom', SUBSCRIPTION)), 'link').map((link) => link.attributes)).toContainEqual({ rel: 'hub', href: hub });
  expect(text('rss', SUBSCRIPTION)).toContain(`<atom:link href="${hub}" rel="hub"/>`);
  expect(JSON.parse(text('json', SUBSCRIPTION)).hubs).toEqual([{ type: 'WebSub', url: hub }]);
  for (const format of ARCHIVED_FORMATS) expect(text(format, NEWEST)).not.toContain(hub);
  expect(feedText('atom', SUBSCRIPTION, publisher)).toContain('<link rel="hub" href="https://press.alvmark.example/hub"/>');
});
