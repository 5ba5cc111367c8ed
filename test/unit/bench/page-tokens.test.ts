import { describe, expect, test } from 'vitest';
import { entriesOf, pageTokens, withoutList } from '../../bench/parts/page-tokens.ts';

const PAGE = '<main>\n<p class="lead" data-silent>Två  rader &amp;\nen till</p>\n<a href="mailto:?subject=%C3%A5">å</a></main>\n';

describe('a page as its elements, attributes and text', () => {
  test('is the same however it is indented, its attributes are ordered and its characters written', () => {
    const other = '<main><p data-silent class="lead">\n  Två rader &#38; en till</p><a href="mailto:?subject=%c3%a5">å</a></main>';
    expect(pageTokens(other)).toEqual(pageTokens(PAGE));
  });

  test.each([
    ['another word', PAGE.replace('rader', 'ord')],
    ['another attribute', PAGE.replace('lead', 'small')],
    ['an attribute less', PAGE.replace(' data-silent', '')],
    ['another address', PAGE.replace('%C3%A5', 'b')],
    ['an element less', PAGE.replace(/<a.*<\/a>/, 'å')],
    ['an element more', PAGE.replace('</main>', '<br></main>')],
    ['a space that does not break', PAGE.replace('en till', 'en&nbsp;till')],
  ])('is another with %s', (_what, other) => {
    expect(pageTokens(other)).not.toEqual(pageTokens(PAGE));
  });

  test('has its JSON-LD as data: the order of members says nothing, their values do', () => {
    const page = (json: string) => pageTokens(`<script type="application/ld+json">${json}</script>`);
    expect(page('{"a":1,"b":[2,3]}')).toEqual(page('{ "b":[2,3], "a": 1 }'));
    expect(page('{"a":1,"b":[2,3]}')).not.toEqual(page('{"a":1,"b":[3,2]}'));
  });

  test('is not read by halves', () => {
    expect(() => pageTokens('<p>a</p><!-- kept --><p>b</p>')).toThrow('cannot read');
    expect(() => pageTokens('<p>a</p><p class="')).toThrow('cannot read');
  });
});

test('a list comes apart into its entries and the page around them', () => {
  const list = (entries: string) =>
    pageTokens(`<h1>Ämne</h1><ul class="releases">${entries}</ul><nav class="pager"><a href="/1/">1</a></nav><p>Efter</p>`);
  const tokens = list('<li>ett</li><li>två</li>');
  expect(entriesOf(tokens)).toEqual(['<li>\nett\n</li>\n', '<li>\ntvå\n</li>\n']);
  expect(withoutList(tokens)).toEqual(['<h1>', 'Ämne', '</h1>', '<p>', 'Efter', '</p>']);
});
