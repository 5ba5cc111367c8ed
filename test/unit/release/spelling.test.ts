import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askedWords } from '../../../src/shared/release/search/did-you-mean.ts';
import { foldWord, lettersShared, slipsAllowed, slipsBetween } from '../../../src/shared/release/search/spelling.ts';

const anyWord = (minLength = 0) => fc.stringMatching(new RegExp(`^[a-fåäö]{${minLength},12}$`));

describe('slips between two spellings', () => {
  test.each([
    ['skola', 'skola', 0],
    ['skolla', 'skola', 1],
    ['biblotek', 'bibliotek', 1],
    ['mesterskap', 'mästerskap', 1],
    ['regoin', 'region', 1],
    ['kommmunala', 'kommunal', 2],
    ['', 'buss', 4],
  ])('%s is %s with so many slips: %i', (one, other, slips) => {
    expect(slipsBetween(one, other)).toBe(slips);
    expect(slipsBetween(other, one)).toBe(slips);
  });

  test('are the same number whether it stops early or not', () => {
    fc.assert(
      fc.property(anyWord(), anyWord(), fc.integer({ min: 0, max: 3 }), (one, other, most) => {
        expect(slipsBetween(one, other, most)).toBe(Math.min(slipsBetween(one, other), most + 1));
      }),
      { numRuns: 2_000 },
    );
  });

  test('are none between a word and itself alone, and never more than the longer has letters', () => {
    fc.assert(
      fc.property(anyWord(), anyWord(), (one, other) => {
        const slips = slipsBetween(one, other);
        expect(slips === 0).toBe(one === other);
        expect(slips).toBeLessThanOrEqual(Math.max(one.length, other.length));
      }),
    );
  });
});

/** A word with one slip in it: a letter put in, left out, changed, or two neighbours in each other's place. */
const slipped = fc
  .tuple(anyWord(4), fc.nat(), fc.constantFrom('in', 'out', 'other', 'turned'), fc.constantFrom(...'aåx'))
  .map(([word, place, slip, letter]) => {
    const at = place % word.length;
    const [before, after] = [word.slice(0, at), word.slice(at)];
    if (slip === 'in') return { word, typed: before + letter + after };
    if (slip === 'out') return { word, typed: before + after.slice(1) };
    if (slip === 'other') return { word, typed: before + letter + after.slice(1) };
    return { word, typed: before + (after[1] ?? '') + after.charAt(0) + after.slice(2) };
  });

test('whatever the slip, one end of the word is as it was meant: it is among those looked at', () => {
  fc.assert(
    fc.property(slipped, ({ word, typed }) => {
      fc.pre(slipsAllowed(typed.length) === 1);
      const shared = lettersShared(typed.length);
      const end = (text: string) => text.slice(text.length - shared);
      expect(word.startsWith(typed.slice(0, shared)) || end(word) === end(typed)).toBe(true);
      expect(slipsBetween(word, typed)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 1_000 },
  );
});

test('without a Swedish keyboard a word is still the same', () => {
  expect(['Älvmark', 'föräldrar', 'åäö', 'idé', 'A\u030angermanland'].map(foldWord)).toEqual([
    'alvmark',
    'foraldrar',
    'aao',
    'ide',
    'angermanland',
  ]);
});

test.each([
  ['skolla i lillån', ['skolla', 'lillån']],
  ['"hälsa och vård"', ['hälsa', 'och', 'vård']],
  ['skolor -förskolor', ['skolor']],
  ['RUN 2026-0417, e-tjänst a.b@alvmark.example o’boy', ['RUN']],
  ['buss or tåg', ['buss', 'tåg']],
  ['', []],
])('only plain words of a question are doubted: %s', (words, asked) => {
  expect(askedWords(words).map(({ word }) => word)).toEqual(asked);
});
