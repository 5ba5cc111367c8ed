import { describe, expect, test } from 'vitest';
import type { RevisionView } from '../../../src/shared/release/view.ts';
import { renderReleasePage } from '../../../src/shared/site/page.ts';
import { sampleEnglish, sampleInvitation, samplePublisher, sampleView } from '../../support/views.ts';

const publisher = samplePublisher();
const page = renderReleasePage(sampleView(), publisher);

/** A view whose content differs in some fields. */
function viewWith(content: Partial<RevisionView['content']>, view: Partial<RevisionView> = {}): RevisionView {
  const base = sampleView(view);
  return { ...base, content: { ...base.content, ...content } };
}

function bareView(): RevisionView {
  const empty = { topics: [], images: [], speakers: [], facts: [], contacts: [], pressContacts: [], attachments: [], related: [] };
  const nothing = { registration: undefined, decisions: undefined, event: undefined, boilerplate: undefined, address: undefined };
  const history = sampleView().history.slice(0, 1);
  return viewWith(
    { ...empty, ...nothing },
    { n: 1, kind: 'first', history, translations: [], related: [], rendered: { body: '<p>Kort.</p>', facts: [] } },
  );
}

function headings(document: string): number[] {
  return [...document.matchAll(/<h([1-6])[ >]/g)].map((match) => Number(match[1]));
}

function json(document: string): Record<string, never> {
  return JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(document)![1]!);
}

describe('the release page', () => {
  test('keeps the reading order: correction, dates, title, lead, tools, picture, text, decisions, programme, facts, people, files, topics, history, neighbours, who we are, number', () => {
    const marks = [
      'class="skip',
      'class="notice"',
      'class="dateline"',
      '<h1>',
      'class="lead"',
      'class="tools"',
      '<figure>',
      'class="body"',
      '>Beslut</h2>',
      '>Program</h2>',
      '>Fakta om mötesplatserna</h2>',
      '>För mer information</h2>',
      '>Om Arena Storforsa</h3>',
      '>Presskontakt</h2>',
      '>Bilagor</h2>',
      '>Ämnen</h2>',
      '>Ändringar</h2>',
      '>På andra språk</h2>',
      '>Mer om detta</h2>',
      '>Om Region Älvmark</h2>',
      '>RUN 2026-0417<',
      '<footer',
    ];
    const places = marks.map((mark) => page.indexOf(mark));
    expect(
      places.every((place) => place > 0),
      `missing: ${marks.filter((_, index) => places[index]! < 0)}`,
    ).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test('has one h1 and skips no heading level, however much or little there is', () => {
    for (const view of [sampleView(), sampleInvitation(), sampleEnglish(), bareView()]) {
      const levels = headings(renderReleasePage(view, publisher));
      expect(levels.filter((level) => level === 1)).toHaveLength(1);
      expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
    }
  });

  test('shows no empty part for what a release does not have', () => {
    const bare = renderReleasePage(bareView(), publisher);
    const main = /<main.*<\/main>/s.exec(bare)![0];
    expect([...main.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map((match) => match[1])).toEqual(['Presskontakt']);
    expect(main).not.toMatch(/<(p|ul|ol|dl|figure|section|nav|h\d)[^>]*>\s*<\/\1>/);
    expect(main).not.toMatch(/[–·]\s*<\/p>|<p[^>]*>\s*[–·]/);
  });

  test('carries no inline style, no script but data and one file of ours, and nothing from another host', () => {
    expect(page).not.toMatch(/\sstyle=|<style|\son\w+=/);
    expect([...page.matchAll(/<script([^>]*)>/g)].map((match) => match[1])).toEqual([
      expect.stringMatching(/^ type="module" src="\/page\.[0-9a-f]{16}\.js"$/),
      ' type="application/ld+json"',
    ]);
    const fetched = [...page.matchAll(/(?:src|srcset)="([^"]*)"|<link rel="stylesheet" href="([^"]*)"/g)].map(
      (match) => match[1] ?? match[2]!,
    );
    expect(fetched.length).toBeGreaterThan(3);
    for (const address of fetched.flatMap((list) => list.split(', '))) expect(address).toMatch(/^\/(?!\/)/);
  });

  test('stays far below 100 kB', () => {
    expect(Buffer.byteLength(page)).toBeLessThan(40_000);
  });

  test('escapes what was written, wherever it is shown', () => {
    const hostile = `"><script>alert('x')</script>`;
    const view = viewWith({
      title: hostile,
      lead: hostile,
      registration: hostile,
      contacts: [{ name: hostile, title: hostile, phones: [hostile], email: 'a@example.com', about: hostile }],
      attachments: [{ asset: 'a'.repeat(64), name: hostile, title: hostile, mediaType: 'application/pdf', bytes: 1 }],
    });
    const document = renderReleasePage({ ...view, changeNote: hostile }, publisher);
    expect(document).not.toContain('<script>alert');
    expect(json(document)).toMatchObject({ headline: hostile });
  });

  test('says nothing of topics that are not listed, nor of an exemption from registration', () => {
    expect(page).not.toContain('lokalmedia');
    expect(page).not.toContain('Lokalmedia');
    const invitation = renderReleasePage(sampleInvitation(), publisher);
    expect(invitation).not.toContain('minor importance');
    expect(invitation).not.toContain('Diarienummer');
  });

  test('names the press contact on duty in the week of first publication when the release names none, and the press address when nobody is', () => {
    expect(renderReleasePage(sampleInvitation(), publisher)).toContain('elin.sand@alvmark.example');
    const nobody = samplePublisher({ duty: {} });
    const section = /<section id="presskontakt">.*?<\/section>/s.exec(renderReleasePage(sampleInvitation(), nobody))![0];
    expect(section).toContain('mailto:press@alvmark.example');
  });

  test('puts time and place of an invitation before its text, and of a press release after it', () => {
    const invitation = renderReleasePage(sampleInvitation(), publisher);
    expect(invitation.indexOf('>Tid och plats<')).toBeLessThan(invitation.indexOf('class="body"'));
    expect(invitation).toContain('tisdag 1\u00a0december\u00a02026 kl.\u00a010.00–11.30');
    expect(page.indexOf('>Program<')).toBeGreaterThan(page.indexOf('class="body"'));
    const { event } = sampleView().content;
    const meeting = renderReleasePage(viewWith({ event: { ...event!, programme: [] } }), publisher);
    expect(meeting).not.toContain('>Program<');
    expect(meeting.indexOf('>Tid och plats<')).toBeGreaterThan(meeting.indexOf('class="body"'));
  });

  test('dials and mails: tel: and mailto: as links, in groups of what people answer for', () => {
    expect(page).toContain('href="tel:0701740605"');
    expect(page).toContain('href="mailto:sara@arena-storforsa.example"');
    expect(renderReleasePage(sampleEnglish(), publisher)).toContain('href="tel:+46701740605"');
  });

  test('gives the decisions as a table with a caption, row headers and the sum as the language writes it', () => {
    const table = /<table class="decisions">.*?<\/table>/s.exec(page)![0];
    expect(table).toContain('<caption>Regionala utvecklingsnämnden, beslut 18\u00a0november\u00a02026</caption>');
    expect([...table.matchAll(/scope="row"/g)]).toHaveLength(4);
    expect(table).toContain('2\u00a0835\u00a0500\u00a0kr');
  });

  test('tells a search engine what it tells a reader', () => {
    expect(json(page)).toMatchObject({
      '@type': 'NewsArticle',
      '@id': 'urn:uuid:5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01',
      inLanguage: 'sv',
      datePublished: '2026-11-19T08:30:00.123Z',
      dateModified: '2026-11-19T09:05:00.400Z',
      correction: [{ '@type': 'CorrectionComment', datePublished: '2026-11-19T09:05:00.400Z' }],
      publisher: { name: 'Region Älvmark', contactPoint: [{ telephone: '070-174 06 17', contactType: 'press' }] },
      image: [{ width: 1600, creditText: 'Mira Alm/Region Älvmark' }, {}],
      about: [{ '@type': 'Event', startDate: '2026-12-03T08:00:00.000Z' }, {}, {}],
    });
  });

  test('has canonical address, OpenGraph, feeds, and hreflang with the newsroom’s first language as x-default', () => {
    const english = renderReleasePage(sampleEnglish(), publisher);
    const swedish = 'https://press.alvmark.example/releases/klart-tre-nya-motesplatser-i-inlandet-far-2-835-500-kronor/';
    expect(english).toContain('<link rel="canonical" href="https://press.alvmark.example/releases/three-new-meeting-places-inland/">');
    expect(english).toContain(`<link rel="alternate" hreflang="x-default" href="${swedish}">`);
    expect(english).toContain('<link rel="alternate" hreflang="en"');
    expect(english).toContain('href="/en/atom.xml"');
    expect(page).toContain(
      '<meta property="og:image" content="https://press.alvmark.example/releases/klart-tre-nya-motesplatser-i-inlandet-far-2-835-500-kronor/card.',
    );
    expect(renderReleasePage(bareView(), publisher)).not.toContain('hreflang="x-default"');
  });

  test('an English release has an English page around it', () => {
    const english = renderReleasePage(sampleEnglish(), publisher);
    expect(english).toMatch(/^<!DOCTYPE html>\n<html lang="en"[ >]/);
    expect(english).toContain('<article class="release" lang="en"');
    expect(english).toContain('lang="sv">På svenska</a>');
    expect(english).toContain('>Press contact</h2>');
  });

  test('a release in another language keeps it, inside an English page', () => {
    const german = renderReleasePage(viewWith({ language: 'de' }), publisher);
    expect(german).toContain('<br><span lang="de">enhetschef för projektfinansiering</span>');
    expect(german).toMatch(/^<!DOCTYPE html>\n<html lang="en"[ >]/);
    expect(german).toContain('<article class="release" lang="en"');
    expect(german).toContain('<h1 lang="de">');
    expect(german).toContain('<div class="body" lang="de">');
    expect(german).toContain('19\u00a0November\u00a02026 at\u00a009:30');
  });

  test('in a language that runs from right to left says so where its words stand, and nowhere else', () => {
    const arabic = renderReleasePage(viewWith({ language: 'ar' }), publisher);
    expect(arabic).toContain('<h1 lang="ar" dir="rtl">');
    expect(arabic).toContain('<div class="body" lang="ar" dir="rtl">');
    expect(arabic).toContain('<article class="release" lang="en" data-language="ar">');
  });

  test('says that earlier text is not shown once it was concealed, and never shows a history of one', () => {
    const { history } = sampleView();
    const concealed = history.map((line) => ({ ...line, conceal: line.n === 2 }));
    expect(renderReleasePage(sampleView({ history: concealed }), publisher)).toContain('Tidigare text visas inte, av hänsyn till enskild.');
    expect(renderReleasePage(sampleInvitation(), publisher)).not.toContain('Ändringar');
  });

  test('leads to what changed word for word as long as any of it may be shown', () => {
    const { history, slug } = sampleView();
    const pageWith = (concealing: number) =>
      renderReleasePage(sampleView({ history: history.map((line) => ({ ...line, conceal: line.n === concealing })) }), publisher);
    expect([...pageWith(2).matchAll(new RegExp(`href="/releases/${slug}/changes/"`, 'g'))]).toHaveLength(2);
    expect(pageWith(3)).not.toContain('/changes/');
  });

  test('gives the hour alone of a change on the day of publication, the whole date of a later one', () => {
    expect(page).toContain('">uppdaterad kl.\u00a010.05</time></p>');
    const later = renderReleasePage(sampleView({ publishedAt: new Date('2026-11-20T09:05:00Z') }), publisher);
    expect(later).toContain('uppdaterad <time datetime="2026-11-20T09:05:00.000Z">20\u00a0november\u00a02026 kl.\u00a010.05</time></p>');
  });

  test('two renderings of one view are the same bytes', () => {
    expect(renderReleasePage(sampleView(), samplePublisher())).toBe(page);
  });
});
