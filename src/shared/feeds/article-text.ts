import type { Decisions, Person, ReleaseEvent } from '../release/content.ts';
import { formatAmount, formatBytes, formatClock, formatLocalDate, formatMoment } from '../release/dates.ts';
import { fileKind } from '../release/file-types.ts';
import { markdownText } from '../release/markdown.ts';
import { correctionOf, eventTime, groupContacts, pressContactsOf, registrationOf, zoneOf } from '../release/parts.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { type ReleaseWords, releaseWords } from '../release/words.ts';
import { feedAttachments } from './feed-files.ts';

/** Whoever shows the text wraps it: lines of our own would break in a narrow window. */
const NO_WRAP = Number.POSITIVE_INFINITY;

type Context = { readonly view: RevisionView; readonly publisher: Publisher; readonly words: ReleaseWords; readonly language: string };

/** The article of renderArticle as plain text, made from the same content, not from its HTML. Paragraphs are parted by an empty line. */
export function renderArticleText(view: RevisionView, publisher: Publisher): string {
  const { content } = view;
  const context: Context = { view, publisher, words: releaseWords(content.language), language: content.language };
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
  const heading = event.programme.length > 0 ? words.programme : words.timeAndPlace;
  const facts = [
    event.title,
    eventTime(event, language, zoneOf(view, publisher)),
    event.place,
    event.stream && `${words.stream}: ${event.stream}`,
  ];
  return section(heading, facts.filter(Boolean).join('\n'), programme(event, language));
}

function programme(event: ReleaseEvent, language: string): string {
  const lines = event.programme.flatMap((item) => [
    `${formatClock(item.time, language)} ${item.text}`,
    ...item.points.map((point) => `  – ${point}`),
  ]);
  return lines.join('\n');
}

function decisions(made: Decisions, { words, language }: Context): string {
  const items = made.items.map((item) => {
    const head = [item.title, item.recipient].filter(Boolean).join(', ');
    return [item.amount === undefined ? head : `${head}: ${formatAmount(item.amount, language)}`, item.text].filter(Boolean).join('\n');
  });
  const total = made.total === undefined ? '' : `${words.sum}: ${formatAmount(made.total, language)}`;
  return section(words.decisions, words.decidedBy(made.by, formatLocalDate(made.date, language)), ...items, total);
}

function contacts({ view, words }: Context): string {
  const groups = groupContacts(view.content.contacts);
  if (groups.length === 0) return '';
  const paragraphs = groups.flatMap(({ about, people }) => [about ? words.about(about) : '', ...people.map(person)]);
  return section(words.moreInformation, ...paragraphs);
}

function pressContacts({ view, publisher, words }: Context): string {
  const people = pressContactsOf(view, publisher);
  return section(words.pressContact, ...(people.length > 0 ? people.map(person) : [publisher.newsroom.pressEmail]));
}

function person(who: Person): string {
  const name = [who.name, who.title, who.organisation].filter(Boolean).join(', ');
  return [name, ...who.phones, who.email].filter(Boolean).join('\n');
}

function attachments({ view, publisher, words, language }: Context): string {
  const files = feedAttachments(view, publisher);
  if (files.length === 0) return '';
  return section(
    words.attachments,
    files.map((file) => `${file.title} (${fileKind(file.mediaType)}, ${formatBytes(file.bytes, language)})\n${file.url}`).join('\n'),
  );
}

function about({ view, publisher, words }: Context): string {
  const { boilerplate, address, organisation } = view.content;
  if (!boilerplate && !address) return '';
  const text = boilerplate ? markdownText(boilerplate, NO_WRAP).trim() : '';
  return section(words.about(organisation ?? publisher.newsroom.name), text, address ?? '');
}

function registration({ view, words }: Context): string {
  const number = registrationOf(view);
  return number ? `${words.registration} ${number}` : '';
}
