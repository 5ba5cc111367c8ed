import { expect, test } from 'vitest';
import { type Found, MARK } from '../../../src/shared/release/search/search.ts';
import { renderContactsPage } from '../../../src/shared/site/contacts-page.ts';
import { embedCountOf, embedLists, frameSnippet, renderEmbed } from '../../../src/shared/site/embed.ts';
import { renderOpenSearch } from '../../../src/shared/site/opensearch.ts';
import { marked, renderSearchPage, type SearchOutcome } from '../../../src/shared/site/search-page.ts';
import { samplePublisher } from '../../support/views.ts';

const publisher = samplePublisher();
const NOTHING: Found = { hits: [], count: 0, page: 1, pages: 0, upTo: 7, meant: undefined };

function searched(words: string, outcome: SearchOutcome): string {
  const wish = { words, topic: undefined, year: undefined, language: undefined, page: 1, upTo: undefined };
  return renderSearchPage({ publisher, language: 'sv', wish, outcome, years: [2026], languages: ['en', 'sv'] });
}

test('found words are marked, everything around them is text', () => {
  const text = `<b>a</b> ${MARK.open}Bibliotek${MARK.close} & ${MARK.open}<i>${MARK.close}`;
  expect(marked(text).toString()).toBe('&lt;b&gt;a&lt;/b&gt; <mark>Bibliotek</mark> &amp; <mark>&lt;i&gt;</mark>');
});

test('what was searched for stands in the page as text, in the field and in the heading', () => {
  const page = searched('"><script>alert(1)</script>', { kind: 'found', found: NOTHING });
  expect(page).not.toContain('<script>alert');
  expect(page).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
});

test('a search that found nothing says what to try, with a link that tries it', () => {
  const page = searched('xyzzy bibliotek', { kind: 'found', found: NOTHING });
  expect(page).toContain('Inget hittades på ”xyzzy bibliotek”');
  expect(page).toContain('href="/search?q=xyzzy%20or%20bibliotek"');
  expect(searched('xyzzy', { kind: 'found', found: NOTHING })).not.toContain('något av orden i stället');
});

test('what may have been meant stands in the page as text and in a link, beside few hits too', () => {
  const page = searched('<skolla>', { kind: 'found', found: { ...NOTHING, meant: '<skola> & "buss"' } });
  expect(page).toContain(
    '<p class="meant">Menade du <a class="target" href="/search?q=%3Cskola%3E+%26+%22buss%22">&lt;skola&gt; &amp; &quot;buss&quot;</a>?</p>',
  );
  expect(searched('skolla', { kind: 'found', found: NOTHING })).not.toContain('Menade du');
});

test('of a text, what stood on lines of its own is set off in a hit, and a line that merely went on is not', () => {
  const hit = {
    slug: 'buss',
    language: 'sv',
    type: 'news',
    publishedAt: new Date('2026-11-20T10:00Z'),
    topics: [],
    title: 'Buss',
  } as const;
  const found = { ...NOTHING, count: 1, pages: 1, hits: [{ ...hit, snippet: 'Bussen går\nvarje dag.\nAlltid Storforsa\n\nGranbäck' }] };
  expect(searched('buss', { kind: 'found', found })).toContain('<p>Bussen går varje dag. Alltid Storforsa · Granbäck …</p>');
});

test('results and empty results stay out of search engines, the form does not', () => {
  expect(searched('x', { kind: 'found', found: NOTHING })).toContain('content="noindex"');
  expect(searched('', { kind: 'unasked' })).not.toContain('content="noindex"');
});

test('the contacts page names who answers in the week it is read, and the coming weeks in their order', () => {
  const duty = { '2026-W47': 'elin', '2026-W48': 'jonas', '2026-W49': 'jonas', '2026-W51': 'elin' };
  const at = (moment: string) => renderContactsPage(samplePublisher({ duty }), 'sv', new Date(moment));
  const page = at('2026-11-20T10:00Z');
  expect(page).toMatch(
    /Svarar den här veckan<\/h2>\n<p class="small">Vecka 47, 16–22\u00a0november\u00a02026<\/p>\n<div class="person">\n<p><strong class="name">Elin Sand/,
  );
  expect(page).toContain('<span>Jonas Lind</span> <span class="meta">Vecka 48–49, 23 november–6\u00a0december\u00a02026</span>');
  expect(page).toContain('<span>Elin Sand</span> <span class="meta">Vecka 51, 14–20\u00a0december\u00a02026</span>');
  // Monday midnight in the newsroom's zone is an hour before that of UTC.
  expect(at('2026-11-22T23:30Z')).toMatch(/Svarar den här veckan<\/h2>\n.*\n<div class="person">\n<p><strong class="name">Jonas Lind/);
  expect(at('2026-12-09T10:00Z')).toContain('Den här veckan svarar pressavdelningen på e-post.');
});

test('a frame on another site asks for five headlines, or as many as it names, ten at most', () => {
  expect([undefined, '7', '0', '999', '-1', 'x', ['3']].map(embedCountOf)).toEqual([5, 7, 1, 10, 5, 5, 5]);
});

test('lists for other sites are those the public may see, and their titles stay inside the markup to copy', () => {
  const hostile = samplePublisher({ name: 'A "quoted" <region>' });
  expect(embedLists(hostile).map(({ list }) => list)).not.toContain('topic:lokalmedia');
  expect(frameSnippet(embedLists(hostile)[0]!, hostile)).toContain('title="A &quot;quoted&quot; &lt;region&gt;: senaste nytt"');
  expect(renderEmbed(embedLists(hostile)[0]!, [], hostile)).not.toMatch(/<script|<header|<img/);
});

test('titles of the newsroom file are read aloud in its language on pages in another', () => {
  const at = new Date('2026-11-19T10:00Z');
  expect(renderContactsPage(publisher, 'en', at)).toContain(
    '<strong class="name">Elin Sand</strong><br><span lang="sv">kommunikatör</span>',
  );
  expect(renderContactsPage(publisher, 'sv', at)).toContain('<strong class="name">Elin Sand</strong><br>kommunikatör');
});

test('the description for browsers keeps to the sixteen characters of its short name', () => {
  expect(renderOpenSearch(samplePublisher({ name: 'Östra Storforsa kommun' }))).toContain('<ShortName>Östra Storforsa</ShortName>');
  expect(renderOpenSearch(publisher)).toMatch(/template="https?:\/\/[^"]+\/search\?q=\{searchTerms\}"/);
});
