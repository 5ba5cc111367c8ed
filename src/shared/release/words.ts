import { type InterfaceLanguage, interfaceLanguage } from './newsroom/newsroom.ts';

/** What the parts of a release are called wherever it is read: page, feed, letter. */
const WORDS = {
  sv: {
    types: { 'press-release': 'Pressmeddelande', invitation: 'Pressinbjudan', news: 'Nyhet' },
    correction: 'Rättelse',
    concealedNote: 'Vad som rättades visas inte, av hänsyn till enskild.',
    photo: 'Foto',
    timeAndPlace: 'Tid och plats',
    programme: 'Program',
    stream: 'Sändning',
    decisions: 'Beslut',
    decidedBy: (by: string, date: string) => `${by}, beslut ${date}`,
    project: 'Projekt',
    amount: 'Belopp',
    sum: 'Summa',
    recipient: 'Mottagare',
    description: 'Beskrivning',
    decidedByWhom: 'Beslutat av',
    decisionDate: 'Beslutsdatum',
    source: 'Källa',
    moreInformation: 'För mer information',
    about: (what: string) => `Om ${what}`,
    pressContact: 'Presskontakt',
    answersToday: 'I dag svarar',
    staffGone: (age: string) =>
      `Telefon och e-post till enskilda visas inte på meddelanden som är äldre än ${age}. Presskontakten hjälper dig vidare.`,
    months: (count: number) => (count % 12 === 0 ? `${count / 12} år` : `${count} månader`),
    eventIsOver: 'Evenemanget har varit',
    attachments: 'Bilagor',
    registration: 'Diarienummer',
    updated: 'uppdaterad',
    licence: 'Licens',
    moreImages: 'Fler bilder',
    time: 'Tid',
    place: 'Plats',
    translations: 'På andra språk',
    related: 'Mer om detta',
    publisher: 'Ansvarig utgivare',
    privacy: 'Personuppgifter',
    gone: 'Pressmeddelandet är återkallat',
    goneOn: (time: string) => `Återkallat ${time}.`,
    goneReason: 'Skäl',
    questions: 'Frågor',
    before: 'Före',
    now: 'Nu',
    places: {
      title: 'Rubrik',
      lead: 'Ingress',
      images: 'Bilder',
      body: 'Text',
      decisions: 'Beslut',
      event: 'Tid och plats',
      programme: 'Program',
      facts: 'Fakta',
      contacts: 'Kontakter',
      pressContacts: 'Presskontakt',
      attachments: 'Bilagor',
      registration: 'Diarienummer',
    },
  },
  en: {
    types: { 'press-release': 'Press release', invitation: 'Press invitation', news: 'News' },
    correction: 'Correction',
    concealedNote: 'What was corrected is not shown, out of consideration for an individual.',
    photo: 'Photo',
    timeAndPlace: 'Time and place',
    programme: 'Programme',
    stream: 'Live stream',
    decisions: 'Decisions',
    decidedBy: (by: string, date: string) => `${by}, decided ${date}`,
    project: 'Project',
    amount: 'Amount',
    sum: 'Total',
    recipient: 'Recipient',
    description: 'Description',
    decidedByWhom: 'Decided by',
    decisionDate: 'Date of decision',
    source: 'Source',
    moreInformation: 'For more information',
    about: (what: string) => `About ${what}`,
    pressContact: 'Press contact',
    answersToday: 'Answering today',
    staffGone: (age: string) =>
      `Telephone numbers and addresses of individuals are not shown on releases more than ${age} old. The press contact will help you.`,
    months: (count: number) => (count % 12 === 0 ? (count === 12 ? '1 year' : `${count / 12} years`) : `${count} months`),
    eventIsOver: 'This event is over',
    attachments: 'Attachments',
    registration: 'Registration number',
    updated: 'updated',
    licence: 'Licence',
    moreImages: 'More pictures',
    time: 'Time',
    place: 'Place',
    translations: 'In other languages',
    related: 'More about this',
    publisher: 'Legally responsible publisher',
    privacy: 'Personal data',
    gone: 'This press release has been withdrawn',
    goneOn: (time: string) => `Withdrawn ${time}.`,
    goneReason: 'Reason',
    questions: 'Questions',
    before: 'Before',
    now: 'Now',
    places: {
      title: 'Heading',
      lead: 'Lead',
      images: 'Pictures',
      body: 'Text',
      decisions: 'Decisions',
      event: 'Time and place',
      programme: 'Programme',
      facts: 'Facts',
      contacts: 'Contacts',
      pressContacts: 'Press contact',
      attachments: 'Attachments',
      registration: 'Registration number',
    },
  },
} satisfies Record<InterfaceLanguage, unknown>;

export type ReleaseWords = (typeof WORDS)['sv'];

// Fails to compile when the two languages do not say the same things.
const EVERY: Record<InterfaceLanguage, ReleaseWords> = WORDS;

/** The names of a release's parts for a text in `language`. */
export function releaseWords(language: string): ReleaseWords {
  return EVERY[interfaceLanguage(language)];
}

/** Names already asked for: finding one costs as much as a tenth of a page, and each page names every language. */
const names = new Map<string, string>();

/** A language's own name for itself, as links to it are read: "Svenska", "English", "Suomi". */
export function languageName(language: string): string {
  const known = names.get(language);
  if (known !== undefined) return known;
  const name = new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
  const capitalised = name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
  names.set(language, capitalised);
  return capitalised;
}

const IN_LANGUAGE: Record<string, string> = { sv: 'På svenska', en: 'In English', fi: 'Suomeksi', nb: 'På norsk', de: 'Auf Deutsch' };

/** What a link to the same text in another language says, in that language: "På svenska", else the language's own name. */
export function inLanguage(language: string): string {
  return IN_LANGUAGE[language] ?? languageName(language);
}
