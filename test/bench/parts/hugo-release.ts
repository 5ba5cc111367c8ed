import { mayShowChanges } from '../../../src/shared/release/changes/changes.ts';
import { formatTime, localDay, localMonth } from '../../../src/shared/release/dates.ts';
import { quoteFinder } from '../../../src/shared/release/markdown/quotes.ts';
import { correctionsSince, onDuty, registrationOf } from '../../../src/shared/release/parts.ts';
import { shortCodeOf } from '../../../src/shared/release/short-code.ts';
import type { PublicView, Publisher, RevisionView, WithdrawnView } from '../../../src/shared/release/view.ts';
import { changesAt, whoAnswers } from '../../../src/shared/release/who-answers.ts';
import { cardOf } from '../../../src/shared/site/card/card.ts';
import { wordsOf } from '../../../src/shared/site/words.ts';

/** A release as a file of Hugo's: what our page takes from the database is front matter, the text is Markdown as its author would write it there. */
export function pageOfRelease(view: PublicView, publisher: Publisher): string {
  return view.kind === 'withdrawal' ? pageOfWithdrawn(view, publisher) : pageOfRevision(view, publisher);
}

function pageOfRevision(view: RevisionView, publisher: Publisher): string {
  const { content, history, n } = view;
  const { newsroom } = publisher;
  const { contacts, today } = whoAnswers(view, publisher, view.publishedAt);
  const [elsewhere] = view.translations;
  const at = (date: Date) => localTime(date, newsroom.timezone);
  const corrections = correctionsSince(view, 0);
  const matter = {
    title: content.title,
    description: content.lead,
    date: at(view.firstPublishedAt),
    lastmod: at(view.publishedAt),
    language: content.language,
    kind: content.type,
    id: view.id,
    revision: n,
    hash: view.hash,
    short: shortCodeOf(view.id),
    card: cardOf(view, publisher).path.split('/').at(-1),
    until: changesAt(view, publisher, view.publishedAt)?.toISOString(),
    registration: registrationOf(view),
    topics: content.topics.filter((topic) => newsroom.topics[topic]?.unlisted === false),
    archive: [localMonth(view.firstPublishedAt, newsroom.timezone)],
    contacts,
    duty: today,
    related: view.related.map(({ slug }) => slug),
    ...(elsewhere && {
      elsewhere: `/releases/${elsewhere.slug}/`,
      translated: elsewhere.slug,
      translation: elsewhere.slug === content.translationOf,
    }),
    ...(n > 1 && {
      changes: mayShowChanges(view),
      concealed: history.some((line) => line.conceal),
      corrections: corrections.map(({ publishedAt, changeNote }) => ({ at: at(publishedAt), note: changeNote })),
      history: history.toReversed().map((line) => ({ n: line.n, kind: line.kind, at: at(line.publishedAt), note: line.changeNote })),
    }),
  };
  return `${JSON.stringify(matter, null, 1)}\n\n${markdownOf(view)}\n`;
}

/** What stands at the address of a withdrawn release; no list has it. */
function pageOfWithdrawn(view: WithdrawnView, publisher: Publisher): string {
  const { newsroom } = publisher;
  const matter = {
    title: wordsOf(view.language).gone,
    date: localTime(view.publishedAt, newsroom.timezone),
    language: view.language,
    layout: 'gone',
    noindex: true,
    status: 410,
    until: changesAt(view, publisher, view.publishedAt)?.toISOString(),
    reason: view.reason,
    duty: onDuty(newsroom, view.publishedAt)[0],
    _build: { list: 'never' },
  };
  return `${JSON.stringify(matter, null, 1)}\n`;
}

/** The text, with the mark of a quotation where our own Markdown finds one by its speaker. */
function markdownOf({ content }: RevisionView): string {
  const isQuote = quoteFinder(content.speakers, content.language);
  return content.body
    .split('\n\n')
    .map((paragraph) => (isQuote(paragraph)?.speaker ? `> ${paragraph}` : paragraph))
    .join('\n\n');
}

/** A moment on the newsroom's clock, with its distance from UTC, as Hugo's own front matter has it. */
function localTime(date: Date, timezone: string): string {
  const clock = `${localDay(date, timezone)}T${formatTime(date, 'en', timezone)}`;
  const minutes = Math.round((Date.parse(`${clock}Z`) - Math.floor(date.getTime() / 60_000) * 60_000) / 60_000);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${clock}${date.toISOString().slice(16, -1)}+${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
