import { describe, expect, test } from 'vitest';
import { beginningOf } from '../../../src/shared/release/search/search-query.ts';

describe('the last word as the beginning of a longer one', () => {
  test.each([
    ['bibl', { before: '', word: 'bibl' }],
    ['arena lillå', { before: 'arena ', word: 'lillå' }],
    ['"hälsa och vård" bibl', { before: '"hälsa och vård" ', word: 'bibl' }],
  ])('is what a reader may have meant: %s', (words, beginning) => {
    expect(beginningOf(words)).toEqual(beginning);
  });

  test.each([
    ['', 'nothing'],
    ['bi', 'too short'],
    ['skolor -förskolor', 'left out'],
    ['"hälsa och vård', 'inside a phrase'],
    ['"hälsa och vård"', 'a phrase'],
    ['buss or tåg', 'one of two'],
    ['bibl:*', 'no word'],
    ['bibliotek ', 'a word that ended'],
    ["o'bibl", 'part of a word'],
  ])('is not meant by %s: %s', (words) => {
    expect(beginningOf(words)).toBeUndefined();
  });
});
