import type { Markup } from '../platform/markup.ts';
import { langAttribute } from '../release/lang-attribute.ts';
import { type InterfaceLanguage, interfaceLanguage } from '../release/newsroom/newsroom.ts';
import { type ReleaseWords, releaseWords } from '../release/words.ts';

/** What the site says around releases, in both interface languages. The names of a release's own parts are in release/words.ts. */
const WORDS = {
  sv: {
    skip: 'Till innehållet',
    newsroom: 'Nyhetsrum',
    menu: 'Huvudmeny',
    news: 'Nyheter',
    topics: 'Ämnen',
    archive: 'Arkiv',
    subscribe: 'Prenumerera',
    byLetter: 'få som brev',
    byLetterOf: (topic: string) => `, ämnet ${topic}`,
    toChanges: 'Vad som ändrades, ord för ord',
    changesOf: (title: string) => `Ändringar i ”${title}”`,
    backToRelease: 'Till meddelandet',
    took: 'borttaget:',
    put: 'tillagt:',
    nothingVisible: 'Ändringen syns inte i texten.',
    updatedAt: (time: string) => `uppdaterad kl. ${time}`,
    listen: 'Lyssna',
    stopListening: 'Sluta läsa',
    print: 'Skriv ut',
    asText: 'Som text',
    toCalendar: 'Lägg i kalendern (.ics)',
    decisionsFile: 'Besluten som tabellfil (CSV)',
    card: 'Spara kontakten',
    cardOf: (name: string) => `: ${name}`,
    shareByMail: 'Skicka vidare med e-post',
    copyLink: 'Kopiera länken',
    linkCopied: 'Länken är kopierad.',
    shortLink: 'Kort länk',
    proof: 'Arkivbevis',
    proofOf: (n: number) => `Revision ${n}, SHA-256`,
    toPressContact: 'Presskontakt',
    toContent: 'Vad sidan innehåller',
    download: 'Ladda ner bilden',
    event: 'Evenemang',
    topicsOf: 'Ämnen',
    feedOf: (topic: string) => `RSS för ämnet ${topic}`,
    history: 'Ändringar',
    revision: (n: number) => `Revision ${n}`,
    kinds: { first: 'publicerad', minor: 'mindre ändring', major: 'rättelse' },
    concealed: 'Tidigare text visas inte, av hänsyn till enskild.',
    accessibility: 'Tillgänglighet',
    aboutUs: 'Om oss',
    feeds: 'Flöden',
    siteLinks: 'Om webbplatsen',
    officer: 'Dataskyddsombud',
    latest: 'Senaste nytt',
    frontDescription: (name: string) => `Pressmeddelanden och nyheter från ${name}.`,
    noReleases: 'Inget är publicerat här ännu.',
    olderReleases: 'Äldre nyheter i arkivet',
    topicsLead: 'Varje ämne har en egen sida och egna flöden, och går att få som brev.',
    newsFrom: (name: string) => `Nyheter från ${name}`,
    trail: 'Du är här',
    allFeeds: 'Alla flöden',
    follow: 'Följ ämnet',
    followByLetter: 'Få nyheterna som brev',
    followAll: 'Flöden på alla språk',
    pages: 'Sidor',
    older: 'Äldre',
    newer: 'Nyare',
    page: (number: number) => `sida ${number}`,
    count: (number: number) => (number === 1 ? '1 nyhet' : `${number} nyheter`),
    archiveLead: 'Allt som har publicerats, månad för månad.',
    notFound: 'Sidan finns inte',
    notFoundText: 'Adressen kan vara felskriven, eller så har sidan aldrig funnits.',
    toFront: 'Till nyheterna',
    toArchive: 'Till arkivet',
  },
  en: {
    skip: 'Skip to content',
    newsroom: 'Newsroom',
    menu: 'Main menu',
    news: 'News',
    topics: 'Topics',
    archive: 'Archive',
    subscribe: 'Subscribe',
    byLetter: 'get by e-mail',
    byLetterOf: (topic: string) => `, the topic ${topic}`,
    toChanges: 'What changed, word by word',
    changesOf: (title: string) => `Changes to “${title}”`,
    backToRelease: 'Back to the release',
    took: 'removed:',
    put: 'added:',
    nothingVisible: 'The change does not show in the text.',
    updatedAt: (time: string) => `updated at ${time}`,
    listen: 'Listen',
    stopListening: 'Stop reading',
    print: 'Print',
    asText: 'As text',
    toCalendar: 'Add to calendar (.ics)',
    decisionsFile: 'The decisions as a table (CSV)',
    card: 'Save contact',
    cardOf: (name: string) => `: ${name}`,
    shareByMail: 'Pass on by e-mail',
    copyLink: 'Copy link',
    linkCopied: 'The link is copied.',
    shortLink: 'Short link',
    proof: 'Proof',
    proofOf: (n: number) => `Revision ${n}, SHA-256`,
    toPressContact: 'Press contact',
    toContent: 'What this page holds',
    download: 'Download the picture',
    event: 'Event',
    topicsOf: 'Topics',
    feedOf: (topic: string) => `RSS for the topic ${topic}`,
    history: 'Changes',
    revision: (n: number) => `Revision ${n}`,
    kinds: { first: 'published', minor: 'minor change', major: 'correction' },
    concealed: 'Earlier text is not shown, out of consideration for an individual.',
    accessibility: 'Accessibility',
    aboutUs: 'About us',
    feeds: 'Feeds',
    siteLinks: 'About this site',
    officer: 'Data protection officer',
    latest: 'Latest news',
    frontDescription: (name: string) => `Press releases and news from ${name}.`,
    noReleases: 'Nothing has been published here yet.',
    olderReleases: 'Older news in the archive',
    topicsLead: 'Each topic has a page and feeds of its own, and can be had by e-mail.',
    newsFrom: (name: string) => `News from ${name}`,
    trail: 'You are here',
    allFeeds: 'All feeds',
    follow: 'Follow this topic',
    followByLetter: 'Get the news by e-mail',
    followAll: 'Feeds in all languages',
    pages: 'Pages',
    older: 'Older',
    newer: 'Newer',
    page: (number: number) => `page ${number}`,
    count: (number: number) => (number === 1 ? '1 release' : `${number} releases`),
    archiveLead: 'Everything that has been published, month by month.',
    notFound: 'There is no such page',
    notFoundText: 'The address may be misspelt, or the page never existed.',
    toFront: 'To the news',
    toArchive: 'To the archive',
  },
} satisfies Record<InterfaceLanguage, unknown>;

type SiteWords = (typeof WORDS)['sv'];
export type Words = ReleaseWords & SiteWords;

// Fails to compile when the two languages do not say the same things.
const EVERY: Record<InterfaceLanguage, SiteWords> = WORDS;
const merged = { sv: { ...releaseWords('sv'), ...EVERY.sv }, en: { ...releaseWords('en'), ...EVERY.en } };

/** The interface texts for a page whose content is in `language`. */
export function wordsOf(language: string): Words {
  return merged[interfaceLanguage(language)];
}

/** How a release speaks on its page: the interface around it, and what marks the release's own words when they are in another language. */
export type Spoken = {
  readonly words: Words;
  /** Of headings, dates and amounts: an interface language. */
  readonly language: InterfaceLanguage;
  /** A `lang` attribute for the release's own words; undefined when the interface speaks the same language (WCAG 3.1.2). */
  readonly own: Markup | undefined;
};

export function spokenIn(language: string): Spoken {
  const around = interfaceLanguage(language);
  return { words: wordsOf(language), language: around, own: around === language ? undefined : langAttribute(language) };
}
