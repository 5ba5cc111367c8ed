import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cardOf } from '../../../src/shared/site/card/card.ts';
import { drawCard } from '../../../src/shared/site/card/draw-card.ts';
import { faceOf } from '../../../src/shared/site/card/face.ts';
import { type CardText, type Layout, layOut, PICTURE, renderLayout } from '../../../src/shared/site/card/layout.ts';
import { breakLines } from '../../../src/shared/site/card/lines.ts';
import { findSiteCard, siteCardOf } from '../../../src/shared/site/card/site-card.ts';
import { CARD } from '../../../src/shared/site/card/size.ts';
import { renderTopicsPage } from '../../../src/shared/site/topic.ts';
import { samplePublisher, sampleView } from '../../support/views.ts';
import { parseXml } from '../../support/xml.ts';

const publisher = samplePublisher();
const colours = { paper: '#ffffff', ink: '#111111', quiet: '#555555', accent: '#0b5c8a' };
const text = (parts: Partial<CardText> = {}): CardText => ({
  title: 'Tre nya mötesplatser i inlandet',
  organisation: 'Region Älvmark',
  dateline: 'Pressmeddelande · 19 november 2026',
  typeface: 'serif',
  colours,
  ...parts,
});
const linesOf = (layout: Layout) => [layout.organisation, ...layout.title, layout.dateline];
const words = (layout: Layout) =>
  layout.title
    .map((line) => line.text)
    .join(' ')
    .replaceAll('\u00a0', ' ');

const anyTitle = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
  fc.array(fc.stringMatching(/^[A-Za-zåäöđŋŧ–:0-9]{1,40}$/), { minLength: 1, maxLength: 12 }).map((all) => all.join(' ').slice(0, 200)),
);

test('whatever the title, every line of a card lies within its column and above the dateline', () => {
  fc.assert(
    fc.property(
      anyTitle,
      anyTitle,
      fc.boolean(),
      fc.constantFrom('serif' as const, 'sans' as const),
      (title, organisation, picture, typeface) => {
        const layout = layOut(text({ title, organisation, typeface }), { picture, logo: 0 });
        const right = picture ? PICTURE.left : CARD.width;
        for (const line of linesOf(layout)) expect(line.x + line.width).toBeLessThanOrEqual(right - 40);
        for (const line of layout.title) expect(line.baseline).toBeLessThan(layout.dateline.baseline - layout.dateline.size - 8);
        parseXml(renderLayout(text({ title, organisation, typeface }), layout));
      },
    ),
    { numRuns: 300 },
  );
});

test('a title that fits is told whole, one that is too long ends in an ellipsis', () => {
  const title = 'Klart: tre nya mötesplatser i inlandet får 2 835 500 kronor';
  expect(words(layOut(text({ title }), { picture: true, logo: 0 }))).toBe(title);
  const long = words(layOut(text({ title: 'Samverkan mellan kommunerna '.repeat(12) }), { picture: true, logo: 0 }));
  expect(long).toMatch(/^Samverkan mellan .*…$/);
});

test('the groups of a number stay on one line', () => {
  const layout = layOut(text({ title: 'Stödet till landsbygden blir nu 2 835 500 kronor om året' }), { picture: true, logo: 0 });
  expect(layout.title.filter((line) => line.text.includes('2\u00a0835\u00a0500'))).toHaveLength(1);
});

test('Swedish and Sámi letters are drawn, what the face lacks is left out without a box', () => {
  const face = faceOf('serif', 600);
  const letters = 'ÅÄÖåäöáčđŋšŧžÁČĐŊŠŦŽæøïé–”§½€';
  expect(face.drawable(letters)).toBe(letters);
  expect(face.drawable('Ny buss 🚌 till 東京 och Жар')).toBe('Ny buss till och');
  expect(face.drawable('Mötes\u2011plats −\u202f5')).toBe('Mötes-plats −\u00a05');
  expect(words(layOut(text({ title: '東京' }), { picture: false, logo: 0 }))).toBe('Region Älvmark');
});

test('a word longer than the line is broken with a hyphen, and nothing of it is lost', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zåäö]{1,80}$/), fc.integer({ min: 3, max: 30 }), (word, width) => {
      const lines = breakLines(word, width, (line) => [...line].length);
      expect(lines.map((line) => line.replace(/-$/, '')).join('')).toBe(word);
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(width);
    }),
  );
});

test('the same card has the same bytes; it is a JPEG of 1200 × 630 and at most 100 kB, also without its picture’s file', async () => {
  const card = cardOf(sampleView(), publisher);
  const [one, other] = await Promise.all([drawCard(card, '/nowhere'), drawCard(card, '/nowhere')]);
  expect(one.equals(other)).toBe(true);
  expect(one.subarray(0, 3).toString('hex')).toBe('ffd8ff');
  expect(one.length).toBeLessThanOrEqual(100_000);
});

test('a card’s address changes with what it shows, and with nothing else', () => {
  const view = sampleView();
  const { path } = cardOf(view, publisher);
  expect(path).toMatch(/^\/releases\/[a-z0-9-]+\/card\.[0-9a-f]{16}\.jpg$/);
  expect(cardOf({ ...view, n: 7, content: { ...view.content, body: 'Annat.' } }, publisher).path).toBe(path);
  expect(cardOf({ ...view, content: { ...view.content, title: 'Annat' } }, publisher).path).not.toBe(path);
  expect(cardOf(view, samplePublisher({ colours: { accent: '#aa0000', accentDark: '#ff8888' } })).path).not.toBe(path);
  expect(cardOf(view, samplePublisher({ logo: 'f'.repeat(64) })).path).not.toBe(path);
});

test('a title in letters no face here has gives way to the name of the organisation, and its date is in the words beside it', () => {
  expect(words(layOut(text({ title: 'معلومات عن اللقاح في 3 أماكن' }), { picture: false, logo: 0 }))).toBe('Region Älvmark');
  expect(words(layOut(text({ title: '112 – 3 år' }), { picture: false, logo: 0 }))).toBe('112 – 3 år');
  const view = sampleView();
  const arabic = cardOf({ ...view, content: { ...view.content, language: 'ar' } }, publisher);
  expect(arabic.text.dateline).toBe('Press release · 19 November 2026');
});

test('a decorative picture is no picture for a card', () => {
  const view = sampleView();
  const images = view.content.images.map((image) => ({ ...image, decorative: true }));
  expect(cardOf(view, publisher).picture).toBeDefined();
  expect(cardOf({ ...view, content: { ...view.content, images } }, publisher).picture).toBeUndefined();
});

describe('the card of a page that no release has for itself', () => {
  const saying = (path: string, of = publisher) => findSiteCard(path, of);

  test('says what the page is called, beside the newsroom’s sign', () => {
    const titles = ['/', '/en/', '/topics/', '/topics/naringsliv/', '/archive/2026/11/', '/en/images/', '/about/'].map(
      (path) => saying(path)?.text.title,
    );
    expect(titles).toEqual([
      'Pressmeddelanden och nyheter från Region Älvmark',
      'Press releases and news from Region Älvmark',
      'Ämnen',
      'Näringsliv',
      'November 2026',
      'Pictures',
      'Om Region Älvmark',
    ]);
    expect(saying('/')!.text).toMatchObject({ organisation: 'Region Älvmark', dateline: 'press.alvmark.example', sign: { letter: 'Ä' } });
  });

  test('belongs to a page there is: none for an unlisted topic, a month no year has, a release or an address anybody makes up', () => {
    for (const path of ['/topics/lokalmedia/', '/topics/nothing/', '/archive/2026/13/', '/releases/klart/', '/search', '/Fel%20ord/'])
      expect(saying(path), path).toBeUndefined();
  });

  test('is that of the list on its numbered pages, of the front page where the page has none', () => {
    expect(saying('/topics/naringsliv/page/3/')!.path).toBe(saying('/topics/naringsliv/')!.path);
    expect(siteCardOf('/en/search', 'en', publisher).path).toBe(saying('/en/')!.path);
    expect(renderTopicsPage(publisher)).toContain(`<meta property="og:image" content="${publisher.baseUrl}${saying('/topics/')!.path}">`);
  });

  test('has another address when the newsroom looks different, and is a JPEG of at most 100 kB', async () => {
    const red = samplePublisher({ colours: { accent: '#aa0000', accentDark: '#ff8888' } });
    expect(saying('/', red)!.path).not.toBe(saying('/')!.path);
    const drawn = await drawCard(saying('/')!, '/nowhere');
    expect(drawn.subarray(0, 3).toString('hex')).toBe('ffd8ff');
    expect(drawn.length).toBeLessThanOrEqual(100_000);
  });
});
