import { interfaceLanguage } from '../release/newsroom/newsroom.ts';
import type { Publisher } from '../release/view.ts';
import { composeLinkLetter } from './link-letter.ts';
import type { LetterText } from './raw.ts';

const WORDS = {
  sv: {
    subject: (name: string) => `Dina uppgifter hos ${name}`,
    asked: (name: string) => `Någon, förmodligen du, har bett att få se vad ${name} har sparat om dig.`,
    press: 'Öppna länken, så kan du läsa allt, ladda ner det eller få det raderat:',
    button: 'Visa mina uppgifter',
    until: (hours: number) =>
      `Länken gäller i ${hours === 1 ? 'en timme' : `${hours} timmar`} och är bara till för dig. Skicka inte brevet vidare.`,
    notYou: 'Var det inte du? Då behöver du inte göra något, och ingenting ändras.',
    why: 'Det här brevet skickas bara när någon ber om det och hör inte till någon lista.',
  },
  en: {
    subject: (name: string) => `Your data with ${name}`,
    asked: (name: string) => `Somebody, probably you, asked to see what ${name} keeps about you.`,
    press: 'Open the link to read everything, download it or have it erased:',
    button: 'Show my data',
    until: (hours: number) =>
      `The link holds for ${hours === 1 ? 'one hour' : `${hours} hours`} and is for you alone. Do not forward this letter.`,
    notYou: 'Was it not you? Then there is nothing to do, and nothing changes.',
    why: 'This letter is sent only when somebody asks for it and belongs to no list.',
  },
} as const;

/** The letter with the second link: whoever was forwarded a letter of ours does not get this one. Pure. */
export function composeOwnDataLetter(wish: { language: string; link: string; hours: number }, publisher: Publisher): LetterText {
  const words = WORDS[interfaceLanguage(wish.language)];
  const { name } = publisher.newsroom;
  const letter = {
    language: wish.language,
    subject: words.subject(name),
    asked: words.asked(name),
    press: words.press,
    button: words.button,
    link: wish.link,
    after: `${words.until(wish.hours)} ${words.notYou}`,
    why: words.why,
  };
  return composeLinkLetter(letter, publisher);
}
