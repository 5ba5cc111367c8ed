import type { Markup } from '../platform/markup.ts';
import { absolute, monthPath, topicPath } from '../release/addresses.ts';
import { formatDay, formatMoment, localMonth } from '../release/dates.ts';
import { langAttribute } from '../release/lang-attribute.ts';
import { type InterfaceLanguage, interfaceLanguage, topicName } from '../release/newsroom/newsroom.ts';
import { correctionsSince, eventTime, zoneOf } from '../release/parts.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { type LetterWords, letterWords } from './words.ts';

/*
 * What a digest says of its releases, in its HTML and in its text alike.
 */

export type DigestInput = {
  /** `mixed`: a person whose releases come by the day and by the week. */
  readonly frequency: 'daily' | 'weekly' | 'mixed';
  /** The person's, for everything but the releases' own words. */
  readonly language: string;
  readonly date: Date;
  /** Newest publication first, at least one. */
  readonly items: readonly RevisionView[];
};

const WORDS = {
  sv: {
    names: { daily: 'Dagens sammanfattning', weekly: 'Veckans sammanfattning', mixed: 'Sammanfattning' },
    count: (count: number, newsroom: string) => `${count} ${count === 1 ? 'nyhet' : 'nyheter'} från ${newsroom}`,
    also: 'Också publicerat',
    more: (count: number) => `Och ${count} till`,
    topics: 'Ämnen',
  },
  en: {
    names: { daily: 'Daily digest', weekly: 'Weekly digest', mixed: 'Digest' },
    count: (count: number, newsroom: string) => `${count} ${count === 1 ? 'news item' : 'news items'} from ${newsroom}`,
    also: 'Also published',
    more: (count: number) => `And ${count} more`,
    topics: 'Topics',
  },
} as const;

/** What the parts of a digest are made with. */
export type DigestContext = {
  readonly input: DigestInput;
  readonly publisher: Publisher;
  readonly language: InterfaceLanguage;
  readonly words: LetterWords;
  readonly own: (typeof WORDS)[InterfaceLanguage];
  readonly heading: string;
  readonly dateline: string;
  readonly at: (path: string) => string;
};

/** How many items stand with their leads, and how many after them by title alone. */
export type Extent = { readonly entries: number; readonly titles: number };

export function contextOf(input: DigestInput, publisher: Publisher): DigestContext {
  const { newsroom, baseUrl } = publisher;
  const language = interfaceLanguage(input.language);
  const own = WORDS[language];
  return {
    input,
    publisher,
    language,
    words: letterWords(language),
    own,
    heading: own.count(input.items.length, newsroom.name),
    dateline: `${own.names[input.frequency]} · ${formatDay(input.date, language, newsroom.timezone)}`,
    at: (path) => absolute(baseUrl, path),
  };
}

/** What kind, when: the first line of an entry. */
export function headOf(context: DigestContext, view: RevisionView): string {
  const { words, language, publisher } = context;
  const time = (moment: Date) => formatMoment(moment, language, zoneOf(view, publisher));
  const updated = view.n > 1 ? ` · ${words.updated} ${time(view.publishedAt)}` : '';
  return `${words.types[view.content.type]} · ${time(view.firstPublishedAt)}${updated}`;
}

/** More corrections of one release nobody makes within a week; with all of them one release could fill the letter. The page has them all. */
const CORRECTIONS_MOST = 10;

/** Every correction, newest first: it is the reader's first letter about the release, and they may have read it elsewhere as it was before any of them. */
export function correctionLines({ words, language, publisher }: DigestContext, view: RevisionView): { head: string; note: string }[] {
  return correctionsSince(view, 0)
    .slice(0, CORRECTIONS_MOST)
    .map(({ publishedAt, changeNote }) => ({
      head: `${words.correction} ${formatMoment(publishedAt, language, zoneOf(view, publisher))}:`,
      note: changeNote,
    }));
}

/** When and where, for whoever is invited. */
export function eventLines({ words, language, publisher }: DigestContext, { content, ...view }: RevisionView): string[] {
  const { event } = content;
  if (content.type !== 'invitation' || !event) return [];
  const when = `${words.time}: ${eventTime(event, language, zoneOf({ ...view, content }, publisher))}`;
  return [when, ...(event.place ? [`${words.place}: ${event.place}`] : [])];
}

/** Topics that have a page. */
export function topicsOf({ publisher, language }: DigestContext, view: RevisionView): { name: string; path: string }[] {
  const listed = view.content.topics.filter((topic) => publisher.newsroom.topics[topic]?.unlisted === false);
  return listed.map((topic) => ({ name: topicName(publisher.newsroom, topic, language), path: topicPath(topic) }));
}

/** Where the items are that the letter has no room for: in the archive, from the newest of them on. */
export function restOf({ input, publisher, own, at }: DigestContext, shown: number): { label: string; address: string } | undefined {
  const next = input.items[shown];
  if (!next) return undefined;
  const month = localMonth(next.firstPublishedAt, publisher.newsroom.timezone);
  return { label: own.more(input.items.length - shown), address: at(monthPath(month)) };
}

/** A `lang` attribute for the release's own words where they are in another language (WCAG 3.1.2). */
export function langOf({ language }: DigestContext, { content }: RevisionView): Markup | false {
  return content.language !== language && langAttribute(content.language);
}
