import type { InterfaceLanguage } from '../../shared/release/newsroom/newsroom.ts';
import { en } from './words-en.ts';
import { sv } from './words-sv.ts';

/** Every text of the desk in one language. Swedish is written first; English has to say the same things or does not compile. */
export type DeskWords = typeof sv;

const WORDS: Record<InterfaceLanguage, DeskWords> = { sv, en };

export function deskWords(language: InterfaceLanguage): DeskWords {
  return WORDS[language];
}

/** 1206 → `1 206` or `1,206`: counts as the language writes them. */
export function formatCount(count: number, language: InterfaceLanguage): string {
  return new Intl.NumberFormat(language === 'sv' ? 'sv-SE' : 'en-GB').format(count);
}
