import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slugOf } from '../../../src/shared/release/slugs.ts';
import { anyText } from '../../support/any-text.ts';

describe('the address of a title', () => {
  it.each([
    ['Åre får ny väg över ån', 'are-far-ny-vag-over-an'],
    ['Café Älvkök öppnar: 3 nya jobb!', 'cafe-alvkok-oppnar-3-nya-jobb'],
    ['Tre mötesplatser får 2 835 500 kronor', 'tre-motesplatser-far-2835500-kronor'],
    ['2\u00a0835\u202f500 kr', '2835500-kr'],
    ['År 2026 100 nya platser', 'ar-2026-100-nya-platser'],
    ['Regionens “bästa” idé – nu', 'regionens-basta-ide-nu'],
    ["Region's plan", 'regions-plan'],
    ['Sámi ŋ, ŧ och Đ', 'sami-n-t-och-d'],
    ['Ærø & Łódź', 'aero-lodz'],
    ['  --  ', 'release'],
    ['北京', 'release'],
    ['معلومات مهمة عن اللقاح في 3 أماكن', 'release-3'],
    ['1177', '1177'],
  ])('%j is %s', (title, slug) => expect(slugOf(title)).toBe(slug));

  it('is cut at a word', () => {
    const slug = slugOf('Klart: tre nya mötesplatser i inlandet får 2 835 500 kronor av regionens nämnd');
    expect(slug).toBe('klart-tre-nya-motesplatser-i-inlandet-far-2835500-kronor-av');
    expect(slugOf('a'.repeat(80))).toBe('a'.repeat(60));
    expect(slugOf('ett tva tre', 7)).toBe('ett-tva');
  });

  it('is always an address (property)', () => {
    fc.assert(
      fc.property(
        anyText(),
        fc.integer({ min: 10, max: 60 }),
        (title, max) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slugOf(title, max)) && slugOf(title, max).length <= max,
      ),
    );
  });
});
