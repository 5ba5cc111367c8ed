import { SLUG_MOST } from './values.ts';

/** Letters that do not come apart into a plain letter and an accent. Northern Sámi ŋ and ŧ as neighbours write them in addresses. */
const LETTERS: Record<string, string> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ß: 'ss',
  ð: 'd',
  đ: 'd',
  þ: 'th',
  ł: 'l',
  ŋ: 'n',
  ŧ: 't',
  ı: 'i',
  ħ: 'h',
};

/** What an address says when a title holds no letter of ours, as in Arabic or only signs. */
const NAMELESS = 'release';

/**
 * The address of a title: å and ä become a, ö becomes o, everything else that is no letter or digit a hyphen; figures in groups stay together.
 * Cut at a word, at most `max` characters.
 */
export function slugOf(title: string, max: number = SLUG_MOST): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}|[’'\u00ad]/gu, '')
    .replace(/[æœøßðđþłŋŧıħ]/gu, (letter) => LETTERS[letter]!)
    // Figures in groups are one number; NFKD has turned no-break and thin spaces into plain ones.
    .replace(/(?<!\d)\d{1,3}(?: \d{3})+(?!\d)/g, (groups) => groups.replaceAll(' ', ''));
  const words: string[] = plain.match(/[a-z0-9]+/g) ?? [];
  // A figure that is left of a title in other letters names nothing: /releases/3/.
  if (/\p{L}/u.test(plain) && !/[a-z]/.test(plain)) words.unshift(NAMELESS);
  let slug = '';
  for (const word of words) {
    const longer = slug === '' ? word.slice(0, max) : `${slug}-${word}`;
    if (longer.length > max) break;
    slug = longer;
  }
  return slug === '' ? NAMELESS : slug;
}
