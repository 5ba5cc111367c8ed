import { formatDay } from '../release/dates.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { contextOf, type DigestContext, type DigestInput, type Extent } from './digest-context.ts';
import { renderDigest } from './digest-html.ts';
import { renderDigestText } from './digest-text.ts';
import { renderLetterFrame } from './letter-frame.ts';
import { LETTER_BYTES } from './letter-parts.ts';
import type { LetterText } from './raw.ts';

export type { DigestInput } from './digest-context.ts';

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

function compose(context: DigestContext, extent: Extent): LetterText {
  const { input, publisher, language, words, heading } = context;
  const [first, ...others] = input.items;
  const subject = others.length === 0 ? first!.content.title : `${heading}, ${subjectDay(context)}`;
  const preview = others.length === 0 ? first!.content.lead : previewOf(input.items);
  return {
    language,
    subject,
    html: renderLetterFrame({ publisher, language, words, title: subject, preview, main: renderDigest(context, extent) }),
    text: renderDigestText(context, extent),
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
