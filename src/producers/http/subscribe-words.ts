import type { InterfaceLanguage } from '../../shared/release/newsroom/newsroom.ts';

const sv = {
  title: 'Få nyheterna som brev',
  lead: (name: string) => `Välj ämnen och hur ofta, så skickar ${name} nya pressmeddelanden till din e-post.`,
  problems: 'Något behöver rättas',
  topics: 'Vad vill du läsa om?',
  everything: 'Alla ämnen',
  topicsMissing: 'Välj minst ett ämne.',
  language: 'På vilket språk?',
  frequency: 'Hur ofta?',
  address: 'Din e-postadress',
  addressHint: 'Till exempel anna.berg@example.org',
  addressWrong: 'Skriv en e-postadress, till exempel anna.berg@example.org.',
  trap: 'Lämna det här fältet tomt',
  consent: (name: string) =>
    `När jag skickar formuläret och sedan bekräftar i brevet jag får, samtycker jag till att ${name} sparar min e-postadress och mina val av ämnen, språk och hur ofta för att skicka nyheter till mig. Jag kan sluta när jag vill, med en länk i varje brev.`,
  privacy: 'Så behandlar vi personuppgifter',
  changed: 'Texten om samtycke har ändrats sedan sidan öppnades. Läs den och skicka igen.',
  away: 'Det gick inte just nu, och felet är vårt. Det du har fyllt i står kvar. Vänta en liten stund och tryck på knappen igen.',
  send: 'Prenumerera',
  sent: 'Titta i din inkorg',
  sentText: (hours: number) =>
    `Om adressen kan få våra brev kommer snart ett med en länk. Öppna den inom ${hours} timmar och tryck på knappen, så börjar nyheterna komma.`,
  notThere: 'Inget brev efter en stund? Titta i skräpposten, eller försök igen i morgon.',
  confirmTitle: 'Bekräfta prenumerationen',
  confirmText: (name: string) => `Tryck på knappen så skickar ${name} de nyheter du valde till din adress.`,
  confirm: 'Ja, skicka nyheterna',
  confirmed: 'Prenumerationen är bekräftad',
  confirmedText: (name: string) => `${name} skickar nyheterna du valde till din adress. Varje brev har en länk för att ändra eller sluta.`,
  expired: 'Länken gäller inte längre',
  expiredText: 'Den är för gammal eller felskriven. Ingenting har ändrats.',
  again: 'Prenumerera på nytt',
  news: 'Läs nyheterna här',
};

const en: typeof sv = {
  title: 'Get the news by mail',
  lead: (name) => `Choose topics and how often, and ${name} sends new press releases to your mailbox.`,
  problems: 'Something needs to be corrected',
  topics: 'What do you want to read about?',
  everything: 'Every topic',
  topicsMissing: 'Choose at least one topic.',
  language: 'In which language?',
  frequency: 'How often?',
  address: 'Your e-mail address',
  addressHint: 'For example anna.berg@example.org',
  addressWrong: 'Write an e-mail address, such as anna.berg@example.org.',
  trap: 'Leave this field empty',
  consent: (name) =>
    `By sending this form and then confirming in the letter I get, I consent to ${name} keeping my e-mail address and my choice of topics, language and how often in order to send me news. I can stop whenever I want, with a link in every letter.`,
  privacy: 'How we treat personal data',
  changed: 'The text about consent has changed since the page was opened. Read it and send again.',
  away: 'It did not work just now, and the fault is ours. What you filled in still stands here. Wait a moment and press the button again.',
  send: 'Subscribe',
  sent: 'Look in your inbox',
  sentText: (hours) =>
    `If the address can get our letters, one with a link comes soon. Open it within ${hours} hours and press the button, and the news begins to come.`,
  notThere: 'No letter after a while? Look among the spam, or try again tomorrow.',
  confirmTitle: 'Confirm the subscription',
  confirmText: (name) => `Press the button, and ${name} sends the news you chose to your address.`,
  confirm: 'Yes, send the news',
  confirmed: 'The subscription is confirmed',
  confirmedText: (name) => `${name} sends the news you chose to your address. Every letter has a link to change or stop.`,
  expired: 'This link no longer holds',
  expiredText: 'It is too old or misspelt. Nothing was changed.',
  again: 'Subscribe anew',
  news: 'Read the news here',
};

/** What the pages about signing up say. */
export const SIGN_UP_WORDS: Record<InterfaceLanguage, typeof sv> = { sv, en };
