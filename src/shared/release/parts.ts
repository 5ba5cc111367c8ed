import { shownFrom } from './changes/concealed.ts';
import type { Decisions, Person, ProgrammeItem, ReleaseContent, ReleaseEvent } from './content.ts';
import { formatClock, formatDay, formatTime, isoWeek, localDay, momentOf } from './dates.ts';
import type { Newsroom } from './newsroom/newsroom.ts';
import type { HistoryLine, Publisher, RevisionView } from './view.ts';
import { releaseWords } from './words.ts';

/*
 * What page, feed and letter all have to work out about the parts of a release, so that they say the same.
 */

/** The zone a release's wall times stand in: frozen with it, else the newsroom's. */
export function zoneOf(view: RevisionView, publisher: Publisher): string {
  return view.content.timezone ?? publisher.newsroom.timezone;
}

export type Correction = HistoryLine & { readonly changeNote: string };

/** The newest correction a reader must be told of; a minor change is named in the page's history alone. */
export function correctionOf(view: RevisionView): Correction | undefined {
  return correctionsSince(view, 0)[0];
}

/** Every correction that whoever has revision `had` must be told of, newest first. Of one whose note is concealed there is a note that says so. */
export function correctionsSince({ history, content }: RevisionView, had: number): Correction[] {
  const { concealedNote } = releaseWords(content.language);
  const corrections = history.flatMap((line) => {
    const changeNote = line.n < shownFrom(history) ? concealedNote : line.changeNote;
    return line.n > had && line.kind === 'major' && changeNote ? [{ ...line, changeNote }] : [];
  });
  return corrections.toReversed();
}

/** The registration number (diarienummer); undefined when there is none or the release is exempt. */
export function registrationOf({ content: { registration } }: Pick<RevisionView, 'content'>): string | undefined {
  return registration && !registration.startsWith('exempt') ? registration : undefined;
}

/** Contacts in their order, those with the same `about` under one heading; those without come first. */
export function groupContacts(contacts: readonly Person[]): { about: string | undefined; people: Person[] }[] {
  const groups = Map.groupBy(contacts, (person) => person.about);
  return [...groups]
    .map(([about, people]) => ({ about, people }))
    .sort((one, other) => Number(one.about !== undefined) - Number(other.about !== undefined));
}

/**
 * Whom the press may ring: those named on the release, else the newsroom's contact on duty in the week of its first publication,
 * else none, and the newsroom's press address stands alone.
 */
export function pressContactsOf(view: RevisionView, publisher: Publisher): readonly Person[] {
  const named = view.content.pressContacts;
  return named.length > 0 ? named : onDuty(publisher.newsroom, view.firstPublishedAt);
}

/** The newsroom's contact on duty in the week of that moment, as the newsroom's calendar counts weeks. */
export function onDuty(newsroom: Newsroom, at: Date): Person[] {
  const contact = newsroom.contacts[newsroom.duty[isoWeek(at, newsroom.timezone)] ?? ''];
  return contact ? [{ ...contact, organisation: newsroom.name }] : [];
}

/** A zero that is dialled within the country alone: `+46 (0)70-174 06 17`. */
const TRUNK_ZERO = /(?<=\+\d[\d\s-]*)\(0\)/;
/** The number itself: what goes before or comes after it is words, an extension or a second number. */
const NUMBER = /[+(]*\d[^\p{L},;/:+]*/u;

/** A `tel:` address of the number in a line as people write it, `vx 0980-319 20, ankn. 12`: digits, and a plus in front (RFC 3966). */
export function telephone(phone: string): string {
  const [number = phone] = NUMBER.exec(phone.replace(TRUNK_ZERO, '')) ?? [];
  return `tel:${number.includes('+') ? '+' : ''}${number.replace(/\D/g, '')}`;
}

/** What stands over an event: where the timetable is the news, that; over an invitation, and where there is none, when and where. */
export function eventHeading(content: ReleaseContent, words: { readonly timeAndPlace: string; readonly programme: string }): string {
  const { type, event } = content;
  return type === 'invitation' || !event || event.programme.length === 0 ? words.timeAndPlace : words.programme;
}

/** When it is: `torsdag 3 december 2026 kl. 09.00–15.30`, both days when it lasts longer than one. */
export function eventTime(event: ReleaseEvent, language: string, timezone: string): string {
  const start = momentOf(event.start, timezone);
  const end = event.end === undefined ? undefined : momentOf(event.end, timezone);
  const from = `${formatDay(start, language, timezone)}${clockWord(language)}${formatTime(start, language, timezone)}`;
  if (!end) return from;
  if (localDay(end, timezone) === localDay(start, timezone)) return `${from}–${formatTime(end, language, timezone)}`;
  return `${from} – ${formatDay(end, language, timezone)}${clockWord(language)}${formatTime(end, language, timezone)}`;
}

/** `09.30`, or `09.30–10.15` when the item says when it ends. */
export function clockOf(item: ProgrammeItem, language: string): string {
  const start = formatClock(item.time, language);
  return item.end === undefined ? start : `${start}–${formatClock(item.end, language)}`;
}

/** What the decisions come to: as stated, else the amounts added; undefined where none is named. */
export function sumOf({ total, items }: Decisions): number | undefined {
  if (items.every((item) => item.amount === undefined)) return undefined;
  return total ?? items.reduce((sum, { amount = 0 }) => sum + amount, 0);
}

function clockWord(language: string): string {
  return language.startsWith('sv') ? ' kl. ' : language.startsWith('en') ? ' at ' : ' ';
}
