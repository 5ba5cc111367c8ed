import { html, type Markup } from '../platform/markup.ts';

/** ISO 15924: the scripts of today that run from right to left. */
const RIGHT_TO_LEFT = new Set(['Adlm', 'Arab', 'Hebr', 'Mand', 'Nkoo', 'Rohg', 'Samr', 'Syrc', 'Thaa']);

const known = new Map<string, boolean>();

/** Whether a language is written from right to left: `ar`, `fa`, `ku-Arab`. */
export function isRightToLeft(language: string): boolean {
  let rightToLeft = known.get(language);
  if (rightToLeft === undefined) {
    rightToLeft = RIGHT_TO_LEFT.has(new Intl.Locale(language).maximize().script ?? '');
    known.set(language, rightToLeft);
  }
  return rightToLeft;
}

/**
 * What marks words in another language than those around them (WCAG 3.1.2): ` lang="fi"`, and with ` dir="rtl"` where they run from right to left, without
 * which a sentence has its full stop, and a list its bullets, on the wrong side.
 */
export function langAttribute(language: string): Markup {
  return html` lang="${language}"${isRightToLeft(language) && html` dir="rtl"`}`;
}
