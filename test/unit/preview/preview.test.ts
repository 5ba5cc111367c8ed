import { describe, expect, test } from 'vitest';
import { composeLetter } from '../../../src/shared/mail/letter.ts';
import { previewView } from '../../../src/shared/preview/draft-view.ts';
import { renderChannels } from '../../../src/shared/preview/preview.ts';
import { contentHash } from '../../../src/shared/release/hash.ts';
import { renderReleasePage } from '../../../src/shared/site/page.ts';
import { feedText } from '../../support/feed-documents.ts';
import { plainContent } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { samplePublisher, sampleView, sampleWithdrawn } from '../../support/views.ts';

const publisher = samplePublisher();
const AT = new Date('2026-11-19T08:30:00Z');

describe('renderChannels', () => {
  test('gives the very bytes of the page, the feeds and the letter', () => {
    const view = sampleView();
    const channels = renderChannels(view, publisher);
    const letter = composeLetter(view, publisher);
    expect(channels.page).toBe(renderReleasePage(view, publisher));
    expect(channels.rss).toBe(feedText('rss', { list: 'all', live: [view], gone: [] }, publisher));
    expect(channels).toMatchObject({ letterSubject: letter.subject, letterHtml: letter.html, letterText: letter.text });
  });

  test('of a withdrawn release shows neither title nor text anywhere, only the tombstone and the reason', () => {
    const channels = renderChannels(sampleWithdrawn(), publisher);
    expect(JSON.parse(channels.json).items).toEqual([]);
    expect(channels.rss).not.toContain('<item>');
    expect(channels.atom).toContain('<at:deleted-entry');
    expect(channels.page).toContain('Uppgifterna lämnades av misstag');
  });

  test('is the same for the same input', () => {
    expect(renderChannels(sampleView(), samplePublisher())).toEqual(renderChannels(sampleView(), samplePublisher()));
  });
});

describe('previewView', () => {
  const content = plainContent();
  const draft = {
    release: '5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01',
    slug: 'bibliotek-far-nya-oppettider',
    content,
    hash: contentHash(content),
  };
  const newsroom = sampleNewsroom();
  const first = { n: 1, kind: 'first' as const, publishedAt: new Date('2026-11-18T08:00:00Z'), changeNote: null, conceal: false };

  test('shows a first draft as revision 1, published at that moment, with what the newsroom file fills in', () => {
    const view = previewView({ draft, newsroom, at: AT });
    expect(view).toMatchObject({ n: 1, kind: 'first', publishedAt: AT, firstPublishedAt: AT, significantAt: AT });
    expect(view.content).toMatchObject({ organisation: 'Region Älvmark', address: newsroom.address, boilerplate: newsroom.boilerplate.sv });
    expect(view.rendered.body).toContain('<p>De nya tiderna');
  });

  test('shows the draft of a correction after what is public already', () => {
    const view = previewView({ draft, newsroom, at: AT, history: [first], correction: { kind: 'major', note: 'Tiden var fel.' } });
    expect(view).toMatchObject({
      n: 2,
      kind: 'major',
      firstPublishedAt: first.publishedAt,
      significantAt: AT,
      changeNote: 'Tiden var fel.',
    });
    expect(renderChannels(view, publisher).page).toContain('Tiden var fel.');
  });

  test('a minor correction keeps the time of the last significant change', () => {
    const view = previewView({ draft, newsroom, at: AT, history: [first], correction: { kind: 'minor', note: '' } });
    expect(view).toMatchObject({ n: 2, kind: 'minor', significantAt: first.publishedAt });
  });
});
