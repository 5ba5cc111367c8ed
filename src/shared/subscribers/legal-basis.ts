import type { InterfaceLanguage } from '../release/newsroom/newsroom.ts';

type Words = Readonly<Record<InterfaceLanguage, string>> & { readonly also?: readonly string[] };

/** GDPR article 6.1: each basis a proof may state, as people read it, and what else a file may call it. */
const LEGAL_BASES: Readonly<Record<string, Words>> = {
  consent: { sv: 'samtycke', en: 'consent' },
  contract: { sv: 'avtal', en: 'contract' },
  'legal-obligation': { sv: 'rättslig förpliktelse', en: 'legal obligation' },
  'public-task': {
    sv: 'uppgift av allmänt intresse',
    en: 'public task',
    also: ['public interest', 'allmänt intresse', 'myndighetsutövning'],
  },
  'legitimate-interest': { sv: 'berättigat intresse', en: 'legitimate interest', also: ['intresseavvägning'] },
};

export const LEGAL_BASIS_NAMES = Object.keys(LEGAL_BASES);

/** Every basis by its name, in the words of one language. */
export function legalBasisWords(language: InterfaceLanguage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(LEGAL_BASES).map(([name, words]) => [name, words[language]]));
}

/** The name of the basis that somebody's word means; small letters, words apart by single spaces. */
export function findLegalBasis(word: string): string | undefined {
  return LEGAL_BASIS_NAMES.find((name) => {
    const { sv, en, also = [] } = LEGAL_BASES[name]!;
    return [name.replaceAll('-', ' '), sv, en, ...also].includes(word);
  });
}
