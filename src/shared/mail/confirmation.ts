import { frequencyText } from '../release/digest-words.ts';
import { interfaceLanguage, topicName } from '../release/newsroom/newsroom.ts';
import type { Publisher } from '../release/view.ts';
import { composeLinkLetter } from './link-letter.ts';
import type { LetterText } from './raw.ts';

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
  readonly frequency: Parameters<typeof frequencyText>[0];
  /** Where the button is. */
  readonly link: string;
  readonly hours: number;
};

/** The letter that asks an address whether its owner wants what was asked for in its name. Pure. */
export function composeConfirmation(wish: Confirmation, publisher: Publisher): LetterText {
  const { newsroom } = publisher;
  const words = WORDS[interfaceLanguage(wish.language)];
  const letter = {
    language: wish.language,
    subject: words.subject(newsroom.name),
    asked: words.asked(newsroom.name),
    items: [
      ...wish.topics.map((topic) => (topic === '*' ? words.everything : topicName(newsroom, topic, wish.language))),
      frequencyText(wish.frequency, newsroom, wish.language),
    ],
    press: words.press,
    button: words.confirm,
    link: wish.link,
    after: `${words.until(wish.hours)} ${words.notYou}`,
    why: words.why,
  };
  return composeLinkLetter(letter, publisher);
}
