import { assetPath, releasePath } from '../release/addresses.ts';
import type { Decisions, ReleaseEvent } from '../release/content.ts';
import { formatAmount, formatBytes, formatDate, formatLocalDate, formatMoment } from '../release/dates.ts';
import { fileKind } from '../release/file-types.ts';
import { correctionOf, eventTime, groupContacts, pressContactsOf, registrationOf } from '../release/parts.ts';
import { inLanguage } from '../release/words.ts';
import { contextOf, type LetterContext, type LetterInput } from './letter-context.ts';
import { pressOffice } from './letter-people.ts';
import { captionOf, leadingPicture } from './letter-picture.ts';
import { clockOf, sumOf } from './letter-tables.ts';
import { footerLines, headed, lengthOf, markdownLines, mastheadLines, personLines, TEXT_WIDTH, wrapText } from './plain-text.ts';

/** The letter as plain text, in the order of the page, from the same source as the HTML. */
export function renderLetterText(input: LetterInput): string {
  const context = contextOf(input);
  const { content } = input.view;
  const event = content.event ? eventLines(context, content.event) : [];
  const invitation = content.type === 'invitation';
  const lines = [
    ...beginning(context),
    ...picture(context),
    ...(invitation ? event : []),
    ...markdownLines(content.body),
    '',
    ...(content.decisions ? decisionLines(context, content.decisions) : []),
    ...(invitation ? [] : event),
    ...content.facts.flatMap((fact) => [...section(fact.title), ...markdownLines(fact.text), '']),
    ...people(context),
    ...ending(context),
    ...footerLines(input.publisher, context.words),
  ];
  return lines.join('\n');
}

function section(title: string): string[] {
  return headed(title, '-');
}

function beginning(context: LetterContext): string[] {
  const { view, words, at } = context;
  const { content } = view;
  const time = (moment: Date) => formatMoment(moment, context.language, context.timezone);
  const updated = view.n > 1 ? `, ${words.updated} ${time(view.publishedAt)}` : '';
  const correction = correctionOf(view);
  return [
    ...mastheadLines(context.publisher, `${words.types[content.type]}, ${time(view.firstPublishedAt)}${updated}`),
    ...(correction ? [...wrapText(`${words.correction} ${time(correction.publishedAt)}`), ...wrapText(correction.changeNote)] : []),
    ...(correction && context.corrects ? wrapText(words.replaces) : []),
    ...(correction ? [''] : []),
    ...headed(content.title, '='),
    '',
    ...wrapText(content.lead),
    '',
    `${words.onWeb}:`,
    at(releasePath(view.slug)),
    ...view.translations.flatMap(({ slug, language }) => [`${inLanguage(language)}:`, at(releasePath(slug))]),
    '',
  ];
}

function picture(context: LetterContext): string[] {
  const leading = leadingPicture(context);
  if (!leading) return [];
  const { caption, terms } = captionOf(context, leading.image);
  const what = [leading.alt, caption, terms].filter(Boolean);
  return [...wrapText(`[${context.words.picture}: ${what.join(' ')}]`), leading.address, ''];
}

function decisionLines({ words, language }: LetterContext, decisions: Decisions): string[] {
  const row = (title: string, kronor: number | undefined) => columns(title, kronor === undefined ? '' : formatAmount(kronor, language));
  const items = decisions.items.flatMap((item) => [
    ...row(item.title, item.amount),
    ...(item.recipient ? indent(item.recipient) : []),
    ...(item.text ? indent(item.text) : []),
    '',
  ]);
  const sum = decisions.items.some((item) => item.amount !== undefined) ? [...row(words.sum, sumOf(decisions)), ''] : [];
  return [
    ...section(words.decisions),
    ...wrapText(words.decidedBy(decisions.by, formatLocalDate(decisions.date, language))),
    '',
    ...items,
    ...sum,
  ];
}

/** A text on the left, wrapped, and a short one at the right margin of its first line. */
function columns(left: string, right: string): string[] {
  const [first = '', ...rest] = wrapText(left, TEXT_WIDTH - lengthOf(right) - 2);
  return [`${first}${' '.repeat(Math.max(2, TEXT_WIDTH - lengthOf(first) - lengthOf(right)))}${right}`.trimEnd(), ...rest];
}

function indent(text: string, by = 2): string[] {
  return wrapText(text, TEXT_WIDTH - by).map((line) => ' '.repeat(by) + line);
}

function eventLines(context: LetterContext, event: ReleaseEvent): string[] {
  const { words, language } = context;
  const { programme } = event;
  const width = Math.max(0, ...programme.map((item) => lengthOf(clockOf(item, language)))) + 2;
  const rows = programme.flatMap((item) => {
    const lines = wrapText(item.text, TEXT_WIDTH - width).map(
      (line, index) => (index === 0 ? clockOf(item, language).padEnd(width) : ' '.repeat(width)) + line,
    );
    return [...lines, ...item.points.flatMap((point) => indent(`- ${point}`, width))];
  });
  return [
    ...section(context.view.content.type === 'invitation' ? words.timeAndPlace : words.programme),
    ...wrapText(event.title),
    ...wrapText(`${words.time}: ${eventTime(event, language, context.timezone)}`),
    ...(event.place ? wrapText(`${words.place}: ${event.place}`) : []),
    ...(event.stream ? [`${words.stream}: ${event.stream}`] : []),
    '',
    ...(rows.length > 0 ? [...rows, ''] : []),
  ];
}

function people({ view, publisher, words }: LetterContext): string[] {
  const groups = groupContacts(view.content.contacts).flatMap(({ about, people: group }) => [
    ...(about ? [...wrapText(words.about(about)), ''] : []),
    ...group.flatMap((person) => [...personLines(person), '']),
  ]);
  const press = pressContactsOf(view, publisher);
  return [
    ...(groups.length > 0 ? [...section(words.moreInformation), ...groups] : []),
    ...section(words.pressContact),
    ...(press.length > 0 ? press : [pressOffice(publisher.newsroom)]).flatMap((person) => [...personLines(person), '']),
  ];
}

function ending(context: LetterContext): string[] {
  const { view, publisher, words, language, at } = context;
  const { attachments, boilerplate, address, organisation } = view.content;
  const registration = registrationOf(view);
  const files = attachments.flatMap((file) => [
    ...wrapText(`${file.title} (${fileKind(file.mediaType)}, ${formatBytes(file.bytes, language)})`),
    at(assetPath(file.asset, file.name)),
    '',
  ]);
  const links = view.related.flatMap((link) => [
    ...wrapText(`${link.title} (${formatDate(link.publishedAt, language, context.timezone)})`),
    at(releasePath(link.slug)),
    '',
  ]);
  return [
    ...(files.length > 0 ? [...section(words.attachments), ...files] : []),
    ...(links.length > 0 ? [...section(words.related), ...links] : []),
    ...(boilerplate || address ? section(words.about(organisation ?? publisher.newsroom.name)) : []),
    ...(boilerplate ? [...markdownLines(boilerplate), ''] : []),
    ...(address ? [...wrapText(address), ''] : []),
    ...(registration ? [`${words.registration} ${registration}`, ''] : []),
  ];
}
