import type { InterfaceLanguage } from '../../shared/release/newsroom/newsroom.ts';
import type { Frequency } from '../../shared/schema/tables.ts';

/** How long letters may rest, in the order of the form. */
export const PAUSES = ['week', 'month', 'three-months'] as const;
export type PauseSpan = (typeof PAUSES)[number];

const sv = {
  title: 'Dina brev',
  lead: (name: string) => `Så här ofta och om det här skriver ${name} till dig. Ändra och tryck på Spara.`,
  topics: 'Ämnen',
  everything: 'Alla ämnen',
  language: 'Språk',
  frequency: 'Hur ofta',
  keepFrequency: 'Som nu: olika för olika ämnen',
  pause: 'Paus',
  noPause: 'Ingen paus',
  keepPause: (until: string) => `Paus till ${until}`,
  resume: 'Börja skicka igen nu',
  pauses: { week: 'Inga brev i en vecka', month: 'Inga brev i en månad', 'three-months': 'Inga brev i tre månader' } as Record<
    PauseSpan,
    string
  >,
  pauseHint: 'Det som publiceras under en paus skickas inte efteråt. Det finns att läsa här på webbplatsen.',
  save: 'Spara',
  someOnly: 'Vill du bara läsa om några ämnen? Ta bort krysset vid Alla ämnen och kryssa för dem.',
  topicsMissing: 'Välj minst ett ämne.',
  problem: 'Välj minst ett ämne, eller sluta få alla brev med knappen längre ner.',
  stale: 'Något i formuläret gäller inte längre. Se efter och spara igen.',
  saved: 'Sparat',
  now: (what: { often: string; topics: string; language: string }) => `Du får brev ${what.often} om ${what.topics}, på ${what.language}.`,
  often: { 'at-once': 'direkt när något publiceras', daily: 'en gång om dagen', weekly: 'en gång i veckan' } as Record<Frequency, string>,
  mixed: 'olika ofta för olika ämnen',
  allTopics: 'alla ämnen',
  pausedNow: (until: string) => `Breven vilar till ${until}.`,
  underWay: 'Ett brev som redan är på väg kan hinna fram.',
  undo: 'Ångra ändringen',
  leave: 'Sluta få brev',
  leaveText: 'Du kan alltid komma tillbaka.',
  leaveAll: 'Sluta få alla brev',
  none: 'Du får inga brev från oss.',
  wayBack: 'Vill du ha dem igen?',
  again: 'Ja, skicka igen',
  subscribe: 'Prenumerera på nytt',
  news: 'Läs nyheterna här',
  ownData: 'Dina uppgifter',
  ownDataText:
    'Du kan se, ladda ner eller radera det vi har sparat om dig. Eftersom brev kan skickas vidare mejlar vi en länk till din adress. Den gäller i en timme.',
  askOwnData: 'Mejla mig länken',
  asked: 'Titta i din inkorg',
  askedText:
    'Om adressen kan få våra brev kommer snart ett med en länk till dina uppgifter. Den gäller i en timme från det att brevet skickas.',
  askedOften: 'Inget brev efter en stund? Titta i skräpposten, eller försök igen i morgon.',
};

const en: typeof sv = {
  title: 'Your letters',
  lead: (name) => `This is how often, and about what, ${name} writes to you. Change it and press Save.`,
  topics: 'Topics',
  everything: 'Every topic',
  language: 'Language',
  frequency: 'How often',
  keepFrequency: 'As it is now: different for different topics',
  pause: 'Pause',
  noPause: 'No pause',
  keepPause: (until) => `Pause until ${until}`,
  resume: 'Begin sending again now',
  pauses: { week: 'No letters for a week', month: 'No letters for a month', 'three-months': 'No letters for three months' },
  pauseHint: 'What is published during a pause is not sent afterwards. It can be read here on the site.',
  save: 'Save',
  someOnly: 'Do you want to read about some topics only? Untick Every topic and tick them.',
  topicsMissing: 'Choose at least one topic.',
  problem: 'Choose at least one topic, or stop all letters with the button further down.',
  stale: 'Something in the form no longer holds. Look at it and save again.',
  saved: 'Saved',
  now: (what) => `You get letters ${what.often} about ${what.topics}, in ${what.language}.`,
  often: { 'at-once': 'as soon as something is published', daily: 'once a day', weekly: 'once a week' },
  mixed: 'more or less often, depending on the topic,',
  allTopics: 'every topic',
  pausedNow: (until) => `The letters rest until ${until}.`,
  underWay: 'A letter already on its way may still arrive.',
  undo: 'Undo the change',
  leave: 'Stop the letters',
  leaveText: 'You can always come back.',
  leaveAll: 'Stop all letters',
  none: 'You get no letters from us.',
  wayBack: 'Would you like them again?',
  again: 'Yes, send them again',
  subscribe: 'Subscribe anew',
  news: 'Read the news here',
  ownData: 'Your data',
  ownDataText:
    'You can see, download or erase what we keep about you. Letters get forwarded, so we mail a link to your address. It holds for one hour.',
  askOwnData: 'Mail me the link',
  asked: 'Look in your inbox',
  askedText:
    'If the address can get our letters, one with a link to your data comes soon. It holds for one hour from when the letter is sent.',
  askedOften: 'No letter after a while? Look among the spam, or try again tomorrow.',
};

/** What the page behind a preferences link says. */
export const PREFERENCES_WORDS: Record<InterfaceLanguage, typeof sv> = { sv, en };
