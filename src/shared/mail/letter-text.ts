import { assetPath, releasePath } from '../release/addresses.ts';
import { formatBytes, formatDate, formatMoment } from '../release/dates.ts';
import { fileKind } from '../release/files/file-types.ts';
import { groupContacts, pressContactsOf, registrationOf } from '../release/parts.ts';
import { inLanguage } from '../release/words.ts';
import { changeLines } from './letter-changes.ts';
import { contextOf, type LetterContext, type LetterInput } from './letter-context.ts';
import { fitLetter, type Part, partOf } from './letter-parts.ts';
import { pressOffice } from './letter-people.ts';
import { captionOf, type LetterPicture, leadingPicture, otherPictures } from './letter-picture.ts';
import { decisionLines, eventLines } from './letter-table-lines.ts';
import { footerLines, headed, markdownLines, mastheadLines, personLines, wrapText } from './plain-text.ts';

/** The letter as plain text, in the order of the page, from the same source as the HTML. */
export function renderLetterText(input: LetterInput): string {
  const context = contextOf(input);
  const { content } = input.view;
  const event = linesPart(content.event ? eventLines(context, content.event) : []);
  const invitation = content.type === 'invitation';
  const parts = [
    linesPart(beginning(context), 'keep'),
    linesPart(leading(context)),
    ...(invitation ? [event] : []),
    textPart([...markdownLines(content.body), '']),
    ...(content.decisions ? [linesPart(decisionLines(context, content.decisions))] : []),
    ...(invitation ? [] : [event]),
    ...content.facts.map((fact) => textPart([...headed(fact.title, '-'), ...markdownLines(fact.text), ''])),
    linesPart(pictures(context)),
    linesPart(people(context)),
    linesPart(press(context)),
    ...ending(context),
    linesPart(footerLines(input.publisher, context.words), 'keep'),
  ];
  const rest = asText([`${context.words.restOnWeb}:`, context.at(releasePath(input.view.slug)), '']);
  return fitLetter(parts, { rest, render: (text) => text.replace(/\n$/, '') });
}

/** Each line with its end, the last one too, so that parts can stand one after the other. */
function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function linesPart(lines: readonly string[], keep?: 'keep'): Part {
  return partOf(lines.length > 0 && asText(lines), keep);
}

/** A text that may be cut between its paragraphs. */
function textPart(lines: readonly string[]): Part {
  return { pieces: asText(lines).split(/(?<=\n\n)/) };
}

function beginning(context: LetterContext): string[] {
  const { view, words, at } = context;
  const { content } = view;
  const time = (moment: Date) => formatMoment(moment, context.language, context.timezone);
  const updated = view.n > 1 ? `, ${words.updated} ${time(view.publishedAt)}` : '';
  const { corrections } = context;
  return [
    ...mastheadLines(context.publisher, `${words.types[content.type]}, ${time(view.firstPublishedAt)}${updated}`),
    ...corrections.flatMap(({ publishedAt, changeNote }, index) => [
      ...(index > 0 ? [''] : []),
      ...wrapText(`${words.correction} ${time(publishedAt)}`),
      ...wrapText(changeNote),
    ]),
    ...(corrections.length > 1 ? [''] : []),
    ...(context.corrects ? [...wrapText(words.replaces), ...changeLines(context)] : []),
    ...(corrections.length > 0 ? [''] : []),
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

function leading(context: LetterContext): string[] {
  const picture = leadingPicture(context);
  return picture ? pictureLines(context, picture) : [];
}

function pictures(context: LetterContext): string[] {
  const { pictures: others, left } = otherPictures(context);
  if (others.length === 0) return [];
  return [
    ...headed(context.words.moreImages, '-'),
    ...others.flatMap((picture) => pictureLines(context, picture)),
    ...(left > 0 ? [`${context.words.picturesLeft(left)}:`, context.at(releasePath(context.view.slug)), ''] : []),
  ];
}

function pictureLines(context: LetterContext, { image, alt, address }: LetterPicture): string[] {
  const { text, terms } = captionOf(context, image);
  return [...wrapText(`[${context.words.picture}: ${[alt, text, terms].filter(Boolean).join(' ')}]`), address, ''];
}

function people({ view, words }: LetterContext): string[] {
  const groups = groupContacts(view.content.contacts).flatMap(({ about, people: group }) => [
    ...(about ? [...wrapText(words.about(about)), ''] : []),
    ...group.flatMap((person) => [...personLines(person), '']),
  ]);
  return groups.length > 0 ? [...headed(words.moreInformation, '-'), ...groups] : [];
}

function press({ view, publisher, words }: LetterContext): string[] {
  const named = pressContactsOf(view, publisher);
  const answering = named.length > 0 ? named : [pressOffice(publisher.newsroom)];
  return [...headed(words.pressContact, '-'), ...answering.flatMap((person) => [...personLines(person), ''])];
}

function ending(context: LetterContext): Part[] {
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
    linesPart(files.length > 0 ? [...headed(words.attachments, '-'), ...files] : []),
    linesPart(links.length > 0 ? [...headed(words.related, '-'), ...links] : []),
    linesPart([
      ...(boilerplate || address ? headed(words.about(organisation ?? publisher.newsroom.name), '-') : []),
      ...(boilerplate ? [...markdownLines(boilerplate), ''] : []),
      ...(address ? [...wrapText(address), ''] : []),
      ...(registration ? [`${words.registration} ${registration}`, ''] : []),
    ]),
  ];
}
