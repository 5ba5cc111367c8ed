import { html } from '../platform/markup.ts';
import { interfaceLanguage, topicName } from '../release/newsroom.ts';
import type { Publisher } from '../release/view.ts';
import { renderLetterFrame } from './letter-frame.ts';
import { wrapText } from './plain-text.ts';
import type { LetterText } from './raw.ts';
import { letterWords } from './words.ts';

const WORDS = {
  sv: {
    subject: (name: string) => `Bekräfta att du vill få nyheter från ${name}`,
    asked: (name: string) => `Någon, förmodligen du, har bett om att få nyheter från ${name} till den här adressen. Det gäller:`,
    everything: 'Alla ämnen',
    press: 'Öppna länken och tryck på knappen, så börjar breven komma:',
    confirm: 'Bekräfta prenumerationen',
    until: (hours: number) => `Länken gäller i ${hours} timmar.`,
    notYou: 'Var det inte du? Då behöver du inte göra något: utan ditt ja får du inga fler brev, och adressen tas bort efter en vecka.',
    why: 'Det här brevet skickas en gång och hör inte till någon lista.',
  },
  en: {
    subject: (name: string) => `Confirm that you want news from ${name}`,
    asked: (name: string) => `Somebody, probably you, asked for news from ${name} to be sent to this address. It is about:`,
    everything: 'Every topic',
    press: 'Open the link and press the button, and the letters begin to come:',
    confirm: 'Confirm the subscription',
    until: (hours: number) => `The link holds for ${hours} hours.`,
    notYou: 'Was it not you? Then there is nothing to do: without your yes no more letters come, and the address is deleted after a week.',
    why: 'This letter is sent once and belongs to no list.',
  },
} as const;

export type Confirmation = {
  readonly language: string;
  /** Names of this newsroom's topics, or `*`. Nothing in the letter is the visitor's own text: nobody can make us say something to a stranger. */
  readonly topics: readonly string[];
  /** Where the button is. */
  readonly link: string;
  readonly hours: number;
};

/** The letter that asks an address whether its owner wants what was asked for in its name. Pure. */
export function composeConfirmation(wish: Confirmation, publisher: Publisher): LetterText {
  const { newsroom } = publisher;
  const language = interfaceLanguage(wish.language);
  const words = WORDS[language];
  const subject = words.subject(newsroom.name);
  const topics = wish.topics.map((topic) => (topic === '*' ? words.everything : topicName(newsroom, topic, wish.language)));
  const main = html`<h1 style="margin-top:28px">${subject}</h1>
<p>${words.asked(newsroom.name)}</p>
<ul>
${topics.map((topic) => html`<li>${topic}</li>\n`)}</ul>
<p>${words.press}</p>
<p class="tools"><a class="tap" href="${wish.link}">${words.confirm}</a></p>
<p>${words.until(wish.hours)} ${words.notYou}</p>
`;
  const text = [
    ...wrapText(words.asked(newsroom.name)),
    '',
    ...topics.flatMap((topic) => wrapText(`– ${topic}`)),
    '',
    ...wrapText(words.press),
    '',
    wish.link,
    '',
    ...wrapText(`${words.until(wish.hours)} ${words.notYou}`),
    '',
    '-- ',
    ...wrapText(words.why),
    ...wrapText(`${newsroom.name}, ${newsroom.address}`),
    '',
  ].join('\n');
  const frame = { publisher, language, words: letterWords(language), title: subject, preview: words.press, main, why: html`${words.why}` };
  return { language, subject, html: renderLetterFrame(frame), text };
}
