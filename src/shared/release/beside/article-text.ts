import { absolute, assetPath, releasePath } from '../addresses.ts';
import type { Decisions, Person, ReleaseEvent } from '../content.ts';
import { formatAmount, formatBytes, formatLocalDate, formatMoment } from '../dates.ts';
import { fileKind } from '../files/file-types.ts';
import { markdownText, standingPlainText } from '../markdown/markdown.ts';
import { clockOf, correctionOf, eventHeading, eventTime, groupContacts, registrationOf, sumOf, zoneOf } from '../parts.ts';
import type { Publisher, RevisionView } from '../view.ts';
import { type Answering, asPublished, whoAnswers } from '../who-answers.ts';
import { type ReleaseWords, releaseWords } from '../words.ts';

/** Whoever shows the text wraps it: lines of our own would break in a narrow window. */
const NO_WRAP = Number.POSITIVE_INFINITY;

type Context = {
  readonly view: RevisionView;
  readonly publisher: Publisher;
  readonly words: ReleaseWords;
  readonly language: string;
  readonly answering: Answering;
};

/** `release.txt`: name of the newsroom, kind and time, title, the article, where it stands. For readers who copy, and for terminals. */
export function renderReleaseText(view: RevisionView, publisher: Publisher, at: Date): string {
  const { content } = view;
  const words = releaseWords(content.language);
  const time = (moment: Date) => formatMoment(moment, content.language, zoneOf(view, publisher));
  const updated = view.n > 1 ? `, ${words.updated} ${time(view.publishedAt)}` : '';
  const head = `${publisher.newsroom.name}\n${words.types[content.type]}, ${time(view.firstPublishedAt)}${updated}`;
  const address = absolute(publisher.baseUrl, releasePath(view.slug));
  return `${[head, content.title, renderArticleText(view, publisher, whoAnswers(view, publisher, at)), address].join('\n\n')}\n`;
}

/**
 * A release without its title as plain text, for feeds and `release.txt`: made from its content, not from its HTML. Paragraphs are parted by
 * an empty line. Left out, `answering` is whom it named when it was published.
 */
export function renderArticleText(view: RevisionView, publisher: Publisher, answering: Answering = asPublished(view, publisher)): string {
  const { content } = view;
  const context: Context = { view, publisher, words: releaseWords(content.language), language: content.language, answering };
  const invitation = content.type === 'invitation';
  const paragraphs = [
    correction(context),
    content.lead,
    ...captions(context),
    invitation ? event(context) : '',
    markdownText(content.body, NO_WRAP).trim(),
    content.decisions ? decisions(content.decisions, context) : '',
    invitation ? '' : event(context),
    ...content.facts.map((fact) => section(fact.title, markdownText(fact.text, NO_WRAP).trim())),
    contacts(context),
    pressContacts(context),
    attachments(context),
    about(context),
    registration(context),
  ];
  return paragraphs.filter(Boolean).join('\n\n');
}

function section(title: string, ...paragraphs: string[]): string {
  return [title, ...paragraphs].filter(Boolean).join('\n\n');
}

function correction({ view, publisher, words, language }: Context): string {
  const newest = correctionOf(view);
  return newest ? `${words.correction} ${formatMoment(newest.publishedAt, language, zoneOf(view, publisher))}: ${newest.changeNote}` : '';
}

function captions({ view, words }: Context): string[] {
  return view.content.images.flatMap(({ alt, caption, credit }) => {
    const text = caption || alt;
    return text ? [[text, credit && `${words.photo}: ${credit}`].filter(Boolean).join(' ')] : [];
  });
}

function event({ view, publisher, words, language }: Context): string {
  const { event } = view.content;
  if (!event) return '';
  const facts = [
    event.title,
    eventTime(event, language, zoneOf(view, publisher)),
    event.place,
    event.stream && `${words.stream}: ${event.stream}`,
  ];
  return section(eventHeading(view.content, words), facts.filter(Boolean).join('\n'), programme(event, language));
}

function programme(event: ReleaseEvent, language: string): string {
  const lines = event.programme.flatMap((item) => [
    `${clockOf(item, language)} ${item.text}`,
    ...item.points.map((point) => `  – ${point}`),
  ]);
  return lines.join('\n');
}

function decisions(made: Decisions, { words, language }: Context): string {
  const items = made.items.map((item) => {
    const head = [item.title, item.recipient].filter(Boolean).join(', ');
    return [item.amount === undefined ? head : `${head}: ${formatAmount(item.amount, language)}`, item.text].filter(Boolean).join('\n');
  });
  const sum = sumOf(made);
  const total = sum === undefined ? '' : `${words.sum}: ${formatAmount(sum, language)}`;
  return section(words.decisions, words.decidedBy(made.by, formatLocalDate(made.date, language)), ...items, total);
}

function contacts({ answering, words }: Context): string {
  const groups = groupContacts(answering.contacts);
  if (groups.length === 0) return '';
  const paragraphs = groups.flatMap(({ about, people }) => [about ? words.about(about) : '', ...people.map(person)]);
  return section(words.moreInformation, ...paragraphs);
}

function pressContacts({ answering: { press, today }, publisher, words }: Context): string {
  const named = press.length > 0 || today ? press.map(person) : [publisher.newsroom.pressEmail];
  return section(words.pressContact, ...named, today ? `${words.answersToday}: ${person(today)}` : '');
}

function person(who: Person): string {
  const name = [who.name, who.title, who.organisation].filter(Boolean).join(', ');
  return [name, ...who.phones, who.email].filter(Boolean).join('\n');
}

function attachments({ view, publisher, words, language }: Context): string {
  const files = view.content.attachments;
  if (files.length === 0) return '';
  return section(
    words.attachments,
    files
      .map(
        (file) =>
          `${file.title} (${fileKind(file.mediaType)}, ${formatBytes(file.bytes, language)})\n${absolute(publisher.baseUrl, assetPath(file.asset, file.name))}`,
      )
      .join('\n'),
  );
}

function about({ view, publisher, words }: Context): string {
  const { boilerplate, address, organisation } = view.content;
  if (!boilerplate && !address) return '';
  const text = boilerplate ? standingPlainText(boilerplate) : '';
  return section(words.about(organisation ?? publisher.newsroom.name), text, address ?? '');
}

function registration({ view, words }: Context): string {
  const number = registrationOf(view);
  return number ? `${words.registration} ${number}` : '';
}
