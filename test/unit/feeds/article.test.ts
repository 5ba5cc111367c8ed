import { describe, expect, test } from 'vitest';
import { renderArticle } from '../../../src/shared/feeds/article.ts';
import { renderArticleText } from '../../../src/shared/release/beside/article-text.ts';
import type { Decisions } from '../../../src/shared/release/content.ts';
import { sampleEnglish, sampleInvitation, samplePublisher, sampleView } from '../../support/views.ts';

const publisher = samplePublisher();
const NBSP = '\u00a0';

/** The order in which these pieces stand; a missing one is -1. */
function places(text: string, ...pieces: string[]): number[] {
  return pieces.map((piece) => text.indexOf(piece));
}

function expectInOrder(text: string, ...pieces: string[]): void {
  const found = places(text, ...pieces);
  expect(found).not.toContain(-1);
  expect(found).toEqual([...found].sort((one, other) => one - other));
}

describe.each([
  ['HTML', renderArticle],
  ['text', renderArticleText],
])('the article as %s', (_, render) => {
  test('holds everything the page holds, in the page’s order', () => {
    expectInOrder(
      render(sampleView(), publisher),
      'Rättelse 19 november 2026 kl. 10.05',
      'Storforsa, Lillån och Granbäck får var sin lokal',
      'Foto: Mira Alm/Region Älvmark',
      'Arena Storforsa ligger på Ågatan 11',
      'Så valdes projekten',
      'Regionala utvecklingsnämnden, beslut 18 november 2026',
      `1${NBSP}240${NBSP}000${NBSP}kr`,
      'Summa',
      'torsdag 3 december 2026 kl. 09.00–15.30',
      '09.45 Arbete i grupper',
      'Vård på distans',
      'Fakta om mötesplatserna',
      'För mer information',
      'Jon Dahl',
      'Om Arena Storforsa',
      'Sara Lind-Öst',
      'Presskontakt',
      'Elin Sand',
      'Beslut § 84',
      'Om Region Älvmark',
      'Regionens hus',
      'Diarienummer RUN 2026-0417',
    );
  });

  test('the lead stands once', () => {
    const text = render(sampleView(), publisher);
    expect(text.split('Storforsa, Lillån och Granbäck får var sin lokal')).toHaveLength(2);
  });

  test('an invitation says time and place before its text', () => {
    expectInOrder(
      render(sampleInvitation(), publisher),
      'Tid och plats',
      'tisdag 1 december 2026 kl. 10.00–11.30',
      'Köket lagar 2 400 portioner',
    );
  });

  test('without a named press contact it gives whoever was on duty in the week of publication', () => {
    expectInOrder(render(sampleInvitation(), publisher), 'Presskontakt', 'Elin Sand', '070-174 06 17');
  });

  test('without a duty week it gives the newsroom’s address', () => {
    expectInOrder(render(sampleInvitation(), samplePublisher({ duty: {} })), 'Presskontakt', 'press@alvmark.example');
  });

  test('a programme says how long its items last', () => {
    const view = sampleInvitation();
    const programme = [{ time: '09:00', end: '09:30', text: 'Fika', points: [] }];
    const event = { ...view.content.event!, programme };
    expectInOrder(render({ ...view, content: { ...view.content, event } }, publisher), 'Tid och plats', '09.00–09.30 Fika');
  });

  test('decisions without a stated total are added up; where none names an amount there is no sum', () => {
    const view = sampleView();
    const made = (items: Decisions['items']) => {
      const decisions = { by: 'Nämnden', date: '2026-11-18', items };
      return render({ ...view, content: { ...view.content, decisions } }, publisher);
    };
    expectInOrder(
      made([
        { title: 'Ett', amount: 1_000 },
        { title: 'Två', amount: 500 },
      ]),
      'Summa',
      `1${NBSP}500${NBSP}kr`,
    );
    expect(made([{ title: 'Ett' }])).not.toMatch(/Summa|>Belopp</);
  });

  test('a release that is exempt from registration shows no number', () => {
    expect(render(sampleInvitation(), publisher)).not.toMatch(/Diarienummer|exempt/);
  });

  test('a minor change is not announced', () => {
    const view = sampleView();
    const history = view.history.slice(0, 2);
    expect(render({ ...view, n: 2, kind: 'minor', history }, publisher)).not.toContain('Rättelse');
  });

  test('an English release is English throughout', () => {
    expectInOrder(
      render(sampleEnglish(), publisher),
      'For more information',
      'Press contact',
      'About Region Älvmark',
      'Registration number',
    );
  });
});

test('addresses within the newsroom become whole, others stay as they are', () => {
  const view = sampleView();
  const body =
    '<p><a href="/releases/annan/" rel="noopener">a</a> <a href="https://x.example/">b</a> <a href="//y.example/">c</a> skriv href="/d"</p>';
  const article = renderArticle({ ...view, rendered: { body, facts: [] } }, publisher);
  expect(article).toContain('href="https://press.alvmark.example/releases/annan/"');
  expect(article).toContain('href="https://x.example/"');
  expect(article).toContain('href="//y.example/"');
  expect(article).toContain('skriv href="/d"');
});

test('text of a release cannot become markup', () => {
  const view = sampleView();
  const title = '<script>alert(1)</script>';
  const content = { ...view.content, lead: title, facts: [{ title, text: title }], contacts: [{ name: title, phones: [title] }] };
  expect(renderArticle({ ...view, content, rendered: { body: '', facts: [''] } }, publisher)).not.toContain('<script');
});

test('an article that runs from right to left says so, for the reader’s own page may not', () => {
  const view = sampleView();
  const arabic = renderArticle({ ...view, content: { ...view.content, language: 'ar' } }, publisher);
  expect(arabic).toMatch(/^<div lang="ar" dir="rtl">\n<p>[\s\S]*<\/p>\n<\/div>$/);
  expect(renderArticle(view, publisher)).not.toContain('dir=');
});
