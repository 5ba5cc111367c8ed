import { html, type Markup, raw } from '../platform/markup.ts';
import { absolute, monthPath, releasePath, topicPath } from '../release/addresses.ts';
import { formatDay, formatMoment, localMonth } from '../release/dates.ts';
import { keepFigures } from '../release/figures.ts';
import { type InterfaceLanguage, interfaceLanguage, topicName } from '../release/newsroom.ts';
import { correctionOf, eventTime, zoneOf } from '../release/parts.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { renderLetterFrame } from './letter-frame.ts';
import { LETTER_BYTES } from './letter-parts.ts';
import { footerLines, headed, mastheadLines, wrapText } from './plain-text.ts';
import type { LetterText } from './raw.ts';
import { type LetterWords, letterWords } from './words.ts';

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

/** What nobody reads through in a letter: beyond it the titles stand alone, and beyond the second the archive has the rest. */
const ENTRIES_MOST = 30;
const TITLES_MOST = 100;

/** Mail programs show about so much of a letter beside its subject. */
const PREVIEW_MOST = 200;

/** One letter with everything owed to a person since the last one. Pure; its HTML and its text stay below LETTER_BYTES whatever the number of items. */
export function composeDigest(input: DigestInput, publisher: Publisher): LetterText {
  const context = contextOf(input, publisher);
  let entries = Math.min(input.items.length, ENTRIES_MOST);
  let titles = Math.min(input.items.length - entries, TITLES_MOST);
  for (;;) {
    const letter = compose(context, { entries, titles });
    const fits = Buffer.byteLength(letter.html) <= LETTER_BYTES && Buffer.byteLength(letter.text) <= LETTER_BYTES;
    if (fits || entries + titles <= 1) return letter;
    // Leads give way before titles: a title says that there is something to read.
    if (entries > 1) {
      titles = Math.min(TITLES_MOST, titles + entries - Math.floor(entries / 2));
      entries = Math.floor(entries / 2);
    } else titles = Math.floor(titles / 2);
  }
}

type DigestContext = {
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
type Extent = { readonly entries: number; readonly titles: number };

function contextOf(input: DigestInput, publisher: Publisher): DigestContext {
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

function compose(context: DigestContext, extent: Extent): LetterText {
  const { input, publisher, language, words, heading } = context;
  const [first, ...others] = input.items;
  const subject = others.length === 0 ? first!.content.title : `${heading}, ${subjectDay(context)}`;
  const preview = others.length === 0 ? first!.content.lead : previewOf(input.items);
  return {
    language,
    subject,
    html: renderLetterFrame({ publisher, language, words, title: subject, preview, main: renderMain(context, extent) }),
    text: textOf(context, extent),
  };
}

/** `måndag 23 november`: the year says nothing in a list of letters. */
function subjectDay({ input, language, publisher }: DigestContext): string {
  return formatDay(input.date, language, publisher.newsroom.timezone).replace(/ \d{4}$/, '');
}

function previewOf(items: readonly RevisionView[]): string {
  let preview = '';
  for (const { content } of items) {
    if (preview.length > PREVIEW_MOST) return `${preview} …`;
    preview += `${preview && ' · '}${content.title}`;
  }
  return preview;
}

function renderMain(context: DigestContext, { entries, titles }: Extent): Markup {
  const { input, own, at } = context;
  const named = input.items.slice(entries, entries + titles);
  const rest = restOf(context, entries + titles);
  return html`<p class="dateline">${context.dateline}</p>
<h1>${context.heading}</h1>
${input.items.slice(0, entries).map((view) => renderEntry(context, view))}${
  named.length > 0 &&
  html`<h2>${own.also}</h2>\n<ul class="links">\n${named.map(
    (view) => html`<li${langOf(context, view)}><a href="${at(releasePath(view.slug))}">${view.content.title}</a></li>\n`,
  )}</ul>\n`
}${rest && html`<p><a class="tap" href="${rest.address}">${rest.label}</a></p>\n`}`;
}

function renderEntry(context: DigestContext, view: RevisionView): Markup {
  const { at } = context;
  const { content } = view;
  const when = eventLines(context, view);
  const lang = langOf(context, view);
  const topics = topicsOf(context, view);
  const correction = correctionLine(context, view);
  return html`<div class="entry">
<p class="dateline">${headOf(context, view)}</p>
<h2${lang}><a href="${at(releasePath(view.slug))}">${keepFigures(content.title)}</a></h2>
${correction && html`<p><strong>${correction.head}</strong> <span${lang}>${correction.note}</span></p>\n`}<p${lang}>${content.lead}</p>
${when.length > 0 && html`<p class="about">${when.map((line, index) => html`${index > 0 && raw('<br>')}${line}`)}</p>\n`}${
  topics.length > 0 &&
  html`<p class="about">${topics.map(({ name, path }, index) => html`${index > 0 && ' · '}<a class="tap" href="${at(path)}">${name}</a>`)}</p>\n`
}</div>
`;
}

function textOf(context: DigestContext, { entries, titles }: Extent): string {
  const { input, publisher, words, own, at } = context;
  const named = input.items.slice(entries, entries + titles);
  const rest = restOf(context, entries + titles);
  return [
    ...mastheadLines(publisher, context.dateline.replace(' · ', ', ')),
    ...headed(context.heading, '='),
    '',
    ...input.items.slice(0, entries).flatMap((view) => entryLines(context, view)),
    ...(named.length > 0 ? headed(own.also, '-') : []),
    ...named.flatMap((view) => [...wrapText(view.content.title), at(releasePath(view.slug)), '']),
    ...(rest ? [`${rest.label}:`, rest.address, ''] : []),
    ...footerLines(publisher, words),
  ].join('\n');
}

function entryLines(context: DigestContext, view: RevisionView): string[] {
  const { own, at } = context;
  const topics = topicsOf(context, view);
  const correction = correctionLine(context, view);
  return [
    ...headed(view.content.title, '-'),
    ...wrapText(headOf(context, view).replaceAll(' · ', ', ')),
    '',
    ...(correction ? [...wrapText(`${correction.head} ${correction.note}`), ''] : []),
    ...wrapText(view.content.lead),
    '',
    ...eventLines(context, view).flatMap((line) => wrapText(line)),
    ...(topics.length > 0 ? wrapText(`${own.topics}: ${topics.map(({ name }) => name).join(', ')}`) : []),
    at(releasePath(view.slug)),
    '',
  ];
}

/** What kind, when: the first line of an entry. */
function headOf(context: DigestContext, view: RevisionView): string {
  const { words, language, publisher } = context;
  const time = (moment: Date) => formatMoment(moment, language, zoneOf(view, publisher));
  const updated = view.n > 1 ? ` · ${words.updated} ${time(view.publishedAt)}` : '';
  return `${words.types[view.content.type]} · ${time(view.firstPublishedAt)}${updated}`;
}

function correctionLine({ words, language, publisher }: DigestContext, view: RevisionView): { head: string; note: string } | undefined {
  const correction = correctionOf(view);
  if (!correction) return undefined;
  return {
    head: `${words.correction} ${formatMoment(correction.publishedAt, language, zoneOf(view, publisher))}:`,
    note: correction.changeNote,
  };
}

/** When and where, for whoever is invited. */
function eventLines({ words, language, publisher }: DigestContext, { content, ...view }: RevisionView): string[] {
  const { event } = content;
  if (content.type !== 'invitation' || !event) return [];
  const when = `${words.time}: ${eventTime(event, language, zoneOf({ ...view, content }, publisher))}`;
  return [when, ...(event.place ? [`${words.place}: ${event.place}`] : [])];
}

/** Topics that have a page. */
function topicsOf({ publisher, language }: DigestContext, view: RevisionView): { name: string; path: string }[] {
  const listed = view.content.topics.filter((topic) => publisher.newsroom.topics[topic]?.unlisted === false);
  return listed.map((topic) => ({ name: topicName(publisher.newsroom, topic, language), path: topicPath(topic) }));
}

/** Where the items are that the letter has no room for: in the archive, from the newest of them on. */
function restOf({ input, publisher, own, at }: DigestContext, shown: number): { label: string; address: string } | undefined {
  const next = input.items[shown];
  if (!next) return undefined;
  const month = localMonth(next.firstPublishedAt, publisher.newsroom.timezone);
  return { label: own.more(input.items.length - shown), address: at(monthPath(month)) };
}

/** A `lang` attribute for the release's own words where they are in another language (WCAG 3.1.2). */
function langOf({ language }: DigestContext, { content }: RevisionView): Markup | false {
  return content.language !== language && html` lang="${content.language}"`;
}
