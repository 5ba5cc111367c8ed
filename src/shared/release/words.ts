import { type InterfaceLanguage, interfaceLanguage } from './newsroom.ts';

/** What the parts of a release are called wherever it is read: page, feed, letter. */
const WORDS = {
  sv: {
    types: { 'press-release': 'Pressmeddelande', invitation: 'Pressinbjudan', news: 'Nyhet' },
    correction: 'Rättelse',
    photo: 'Foto',
    timeAndPlace: 'Tid och plats',
    programme: 'Program',
    stream: 'Sändning',
    decisions: 'Beslut',
    decidedBy: (by: string, date: string) => `${by}, beslut ${date}`,
    project: 'Projekt',
    amount: 'Belopp',
    sum: 'Summa',
    moreInformation: 'För mer information',
    about: (what: string) => `Om ${what}`,
    pressContact: 'Presskontakt',
    attachments: 'Bilagor',
    registration: 'Diarienummer',
  },
  en: {
    types: { 'press-release': 'Press release', invitation: 'Press invitation', news: 'News' },
    correction: 'Correction',
    photo: 'Photo',
    timeAndPlace: 'Time and place',
    programme: 'Programme',
    stream: 'Live stream',
    decisions: 'Decisions',
    decidedBy: (by: string, date: string) => `${by}, decided ${date}`,
    project: 'Project',
    amount: 'Amount',
    sum: 'Total',
    moreInformation: 'For more information',
    about: (what: string) => `About ${what}`,
    pressContact: 'Press contact',
    attachments: 'Attachments',
    registration: 'Registration number',
  },
} satisfies Record<InterfaceLanguage, unknown>;

export type ReleaseWords = (typeof WORDS)['sv'];

// Fails to compile when the two languages do not say the same things.
const EVERY: Record<InterfaceLanguage, ReleaseWords> = WORDS;

/** The names of a release's parts for a text in `language`. */
export function releaseWords(language: string): ReleaseWords {
  return EVERY[interfaceLanguage(language)];
}
