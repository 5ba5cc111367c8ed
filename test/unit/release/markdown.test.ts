import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReleaseContent } from '../../../src/shared/release/content.ts';
import { excerpt, markdownText, renderContent, renderMarkdown } from '../../../src/shared/release/markdown/markdown.ts';
import { quotesOf } from '../../../src/shared/release/markdown/quotes.ts';

const content = (parts: Partial<ReleaseContent>) => ReleaseContent.parse({ language: 'sv', title: 'T', lead: 'L', body: 'B', ...parts });
const karin = { name: 'Karin Ekholm', title: 'ordförande' };
const body = (text: string, more: Partial<ReleaseContent> = {}) =>
  renderContent(content({ body: text, speakers: [karin], ...more })).body.trim();

describe('a body as HTML', () => {
  it('sets a quote off with its words unchanged', () => {
    const quote = '– Nu finns en dörr,\nsäger Karin Ekholm (A).';
    expect(body(`Ett.\n\n${quote}\n\nTvå.`)).toBe(`<p>Ett.</p>\n<blockquote>\n<p>${quote}</p>\n</blockquote>\n<p>Två.</p>`);
  });

  it.each([
    ['a no-break space after the dash', '–\u00a0Ja, säger Karin Ekholm.', 'sv', true],
    ['the last name alone', '– Ja, menar Ekholm.', 'sv', true],
    ['a genitive', '– Ja. Ekholms kollega nickar.', 'sv', true],
    ['a name that only contains it', '– Ja, säger Ekholmsson.', 'sv', false],
    ['nobody we know', '– Ja, säger Erik Sund.', 'sv', false],
    ['a quotation mark in English', '“Yes,” says Karin Ekholm.', 'en', true],
    ['a quotation mark in Swedish, which may be a title', '”Arenan” är ett projekt, säger Karin Ekholm.', 'sv', false],
    ['a dash inside the text', 'Karin Ekholm säger – kanske – ja.', 'sv', false],
  ])('knows a quote: %s', (_, text, language, quote) => expect(body(text, { language }).includes('<blockquote>')).toBe(quote));

  it('goes on with whom it quoted last', () => {
    const found = quotesOf(
      content({ body: '– Ja, säger Karin Ekholm.\n\n– Och så, säger hon.\n\n– Nej.\n\n– Nja, säger hon.', speakers: [karin] }),
    );
    expect(found.map((quote) => quote.speaker?.name)).toEqual(['Karin Ekholm', 'Karin Ekholm', undefined, undefined]);
    expect(found.map((quote) => quote.line)).toEqual([1, 3, 5, 7]);
  });

  it('begins its headings at the second level and skips none', () => {
    expect(body('#### A\n\n## B\n\n##### C\n\n# D')).toBe('<h2>A</h2>\n<h2>B</h2>\n<h3>C</h3>\n<h2>D</h2>');
    expect(renderContent(content({ facts: [{ title: 'F', text: '## A' }] })).facts).toEqual(['<h3>A</h3>\n']);
  });

  it('marks links as leading elsewhere and lets no other scheme through', () => {
    expect(body('[mer](https://a.example/x?a=1&b=2)')).toBe('<p><a href="https://a.example/x?a=1&amp;b=2" rel="noopener">mer</a></p>');
    expect(body('https://a.example och jon@a.example')).toContain('<a href="mailto:jon@a.example">jon@a.example</a>');
    for (const address of ['javascript:alert(1)', '&#106;avascript:alert(1)', 'data:text/html,x', '//evil.example', 'om.html'])
      expect(body(`[x](${address})`)).not.toContain('<a');
  });

  it('shows HTML as text, and pictures not at all', () => {
    expect(body('<b>x</b> <script>alert(1)</script>')).not.toMatch(/<(b|script)>/);
    expect(body('![x](https://a.example/b.png)')).not.toContain('<img');
  });

  it('gives tables headers with a scope and figures a class, without inline styles', () => {
    const table = body('| a | b |\n|---|--:|\n| 1 | 2 |');
    expect(table).toContain('<th scope="col" class="number">b</th>');
    expect(table).not.toContain('style');
  });

  it('does not take indented text for code', () => expect(body('Ett.\n\n    två')).toBe('<p>Ett.</p>\n<p>två</p>'));

  it('never lets a script, a handler or another scheme out, whatever goes in (property)', () => {
    const piece = fc.constantFrom(
      '<script>',
      '</p>',
      '[a](',
      'javascript:',
      ')',
      '<img src=x onerror=alert(1)>',
      '"',
      '`',
      '\n\n',
      '– ',
      '> ',
      '<!--',
      '&#x6a;',
      '![',
      '](data:',
      '|',
      '---',
      'x',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const html = renderMarkdown(pieces.join(''));
        expect(html).not.toMatch(/<(script|img|style|iframe)|<[^>]*\son\w+=|href="(?!https?:|mailto:|tel:)/i);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a body as plain text', () => {
  it('wraps paragraphs, keeps lists, and puts addresses behind their text', () => {
    const text =
      '## Rubrik\n\nEtt **viktigt** ord om [regionens anslag](https://a.example/t) och\nmer text.\n\n- ett\n- två\n  1. a\n  2. b\n\n> citat\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nSkriv till <jon@a.example>.';
    expect(markdownText(text, 40)).toBe(
      [
        'Rubrik',
        '',
        'Ett viktigt ord om regionens anslag',
        '<https://a.example/t> och mer text.',
        '',
        '- ett',
        '- två',
        '  1. a',
        '  2. b',
        '',
        '> citat',
        '',
        'a | b',
        '1 | 2',
        '',
        'Skriv till jon@a.example.',
      ].join('\n'),
    );
  });

  it('keeps loose lists apart and breaks where the author breaks', () =>
    expect(markdownText('- a\n\n- b\n\nx  \ny', 40)).toBe('- a\n\n- b\n\nx\ny'));

  it('never breaks at a no-break space', () => expect(markdownText('får 2\u00a0835\u00a0500 kr', 8)).toBe('får\n2\u00a0835\u00a0500\nkr'));

  it('is not wrapped when nobody wants it', () => expect(markdownText('a\nb '.repeat(50), Number.POSITIVE_INFINITY)).not.toContain('\n'));

  it('is cut at a word', () => {
    expect(excerpt('Ett **två** [tre](https://a.example) fyra.', 100)).toBe('Ett två tre fyra.');
    expect(excerpt('Ett, två och tre', 9)).toBe('Ett, två…');
    expect(excerpt('Ett, två', 6)).toBe('Ett…');
  });
});
