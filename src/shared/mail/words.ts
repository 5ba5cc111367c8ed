import { type InterfaceLanguage, interfaceLanguage } from '../release/newsroom/newsroom.ts';
import { type ReleaseWords, releaseWords } from '../release/words.ts';

/** What only letters say. The names of a release's parts are in release/words.ts. */
const WORDS = {
  sv: {
    subjects: { correction: 'Rättelse: ', withdrawal: 'Återkallat: ' },
    /** Subject of a withdrawal whose title nobody handed over. */
    someRelease: (newsroom: string) => `pressmeddelande från ${newsroom}`,
    onWeb: 'Läs på webben',
    restOnWeb: 'Texten är längre än vad ett brev rymmer. Läs resten på webben',
    picture: 'Bild',
    picturesLeft: (count: number) => `${count} ${count === 1 ? 'bild' : 'bilder'} till på webben`,
    replaces: 'Det här brevet ersätter det du fick tidigare.',
    addedText: 'Tillagt',
    removedText: 'Borttaget',
    muchChanged: 'Så mycket har ändrats att hela texten är ny',
    allChanges: 'Se på webben vad som har ändrats',
    goneAt: (time: string) => `Återkallat ${time}`,
    goneLetter: (newsroom: string, date: string) =>
      `Du har fått ett brev med ett pressmeddelande som ${newsroom} publicerade den ${date}. Uppgifterna i det gäller inte längre. Använd dem inte.`,
    why: (newsroom: string) => `Du får brevet för att du prenumererar på nyheter från ${newsroom}.`,
    leave: 'Avsluta prenumerationen',
    change: 'Ändra vad du får',
    untracked: 'Brevet spårar dig inte: det har ingen dold bild och inga omskrivna länkar.',
  },
  en: {
    subjects: { correction: 'Correction: ', withdrawal: 'Withdrawn: ' },
    someRelease: (newsroom: string) => `press release from ${newsroom}`,
    onWeb: 'Read on the web',
    restOnWeb: 'The text is longer than a letter holds. Read the rest on the web',
    picture: 'Picture',
    picturesLeft: (count: number) => `${count} more ${count === 1 ? 'picture' : 'pictures'} on the web`,
    replaces: 'This letter replaces the one you got before.',
    addedText: 'Added',
    removedText: 'Removed',
    muchChanged: 'So much has changed that the whole text is new',
    allChanges: 'See on the web what has changed',
    goneAt: (time: string) => `Withdrawn ${time}`,
    goneLetter: (newsroom: string, date: string) =>
      `You have had a letter with a press release that ${newsroom} published on ${date}. What it says no longer holds. Please do not use it.`,
    why: (newsroom: string) => `You get this letter because you subscribe to news from ${newsroom}.`,
    leave: 'Unsubscribe',
    change: 'Change what you get',
    untracked: 'This letter does not track you: it has no hidden picture and no rewritten links.',
  },
} satisfies Record<InterfaceLanguage, unknown>;

type OwnWords = (typeof WORDS)['sv'];
export type LetterWords = ReleaseWords & OwnWords;

// Fails to compile when the two languages do not say the same things.
const EVERY: Record<InterfaceLanguage, OwnWords> = WORDS;

/** The words of a letter about a release in `language`. */
export function letterWords(language: string): LetterWords {
  return { ...releaseWords(language), ...EVERY[interfaceLanguage(language)] };
}
