import type { Decisions, Person, ReleaseContent, ReleaseEvent } from '../content.ts';
import { formatAmount, formatBytes, formatLocalDate } from '../dates.ts';
import { fileKind } from '../files/file-types.ts';
import { markdownPassages } from '../markdown/markdown.ts';
import { clockOf, eventTime, registrationOf, sumOf } from '../parts.ts';
import { type ReleaseWords, releaseWords } from '../words.ts';

/** Where in a release a passage stands; releaseWords(language).places names it. */
export type Place = keyof ReleaseWords['places'];

/**
 * A release as the passages that a reader sees, places in the order of the page, dates and amounts as `language` writes them. Left out is what
 * the newsroom's file says about itself and what only points elsewhere (topics, related releases).
 */
export function passagesOf(content: ReleaseContent, language: string): Readonly<Record<Place, readonly string[]>> {
  const words = releaseWords(language);
  const { decisions, event } = content;
  const registration = registrationOf({ content });
  return {
    title: [content.title],
    lead: [content.lead],
    images: content.images.map(({ alt, caption, credit }) => joined(caption, alt, credit && `${words.photo}: ${credit}`)),
    event: event ? eventTexts(event, content.timezone, language) : [],
    body: markdownPassages(content.body),
    decisions: decisions ? decisionTexts(decisions, language) : [],
    programme: event ? programmeTexts(event, language) : [],
    facts: content.facts.flatMap(({ title, text }) => [title, ...markdownPassages(text)]),
    contacts: content.contacts.map(personText),
    pressContacts: content.pressContacts.map(personText),
    attachments: content.attachments.map(
      ({ title, mediaType, bytes }) => `${title} (${fileKind(mediaType)}, ${formatBytes(bytes, language)})`,
    ),
    registration: registration ? [registration] : [],
  };
}

function eventTexts(event: ReleaseEvent, timezone: string | undefined, language: string): string[] {
  const words = releaseWords(language);
  // A wall time reads the same in whatever zone it is both read and written in.
  const time = eventTime(event, language, timezone ?? 'UTC');
  return [
    event.title,
    `${words.time}: ${time}`,
    ...(event.place ? [`${words.place}: ${event.place}`] : []),
    ...(event.stream ? [`${words.stream}: ${event.stream}`] : []),
  ];
}

function programmeTexts({ programme }: ReleaseEvent, language: string): string[] {
  return programme.flatMap((item) => [`${clockOf(item, language)} ${item.text}`, ...item.points.map((point) => `– ${point}`)]);
}

function decisionTexts(decisions: Decisions, language: string): string[] {
  const words = releaseWords(language);
  const sum = sumOf(decisions);
  return [
    words.decidedBy(decisions.by, formatLocalDate(decisions.date, language)),
    ...decisions.items.map(({ title, recipient, amount, text }) =>
      joined(title, recipient, amount === undefined ? undefined : formatAmount(amount, language), text),
    ),
    ...(sum === undefined ? [] : [`${words.sum}: ${formatAmount(sum, language)}`]),
  ];
}

function personText({ name, about, title, organisation, phones, email }: Person): string {
  return joined(about, name, title, organisation, ...phones, email);
}

function joined(...parts: (string | undefined)[]): string {
  return parts.filter(Boolean).join(', ');
}
