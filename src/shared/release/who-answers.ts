import type { Person } from './content.ts';
import { isoWeek, localDay, momentOf, startOfWeek } from './dates.ts';
import type { Newsroom } from './newsroom/newsroom.ts';
import { onDuty, pressContactsOf, zoneOf } from './parts.ts';
import type { PublicView, Publisher, RevisionView } from './view.ts';

/*
 * What a release's page says by the clock: whom one may ring today, and that the event has been. Everything else on it is fixed at publication.
 */

export type Answering = {
  /** Those who know the matter; without telephone and address once the release is old. */
  readonly contacts: readonly Person[];
  /** The press contacts named on the release; none once it is old. */
  readonly press: readonly Person[];
  /** Whoever is on duty this week, when that is none of those. */
  readonly today: Person | undefined;
  /** The release is so old that its people have given way to the press contact. */
  readonly old: boolean;
};

/** Whom a release named when it was published, as its letter and its feed item do for good. */
export function asPublished(view: RevisionView, publisher: Publisher): Answering {
  return { contacts: view.content.contacts, press: pressContactsOf(view, publisher), today: undefined, old: false };
}

/** Who answers about a release at a moment. */
export function whoAnswers(view: RevisionView, { newsroom }: Publisher, at: Date): Answering {
  const old = at >= staffUntil(view, newsroom);
  const press = old ? [] : view.content.pressContacts;
  const duty = onDuty(newsroom, at)[0];
  return {
    contacts: old ? view.content.contacts.map((person) => ({ ...person, phones: [], email: undefined })) : view.content.contacts,
    press,
    today: duty && press.some(({ name }) => name === duty.name) ? undefined : duty,
    old,
  };
}

/** Whom to ring first at a moment, as one list: those named, else who is on duty; empty when the newsroom's press address stands alone. */
export function pressAt(view: RevisionView, publisher: Publisher, at: Date): readonly Person[] {
  const { press, today } = whoAnswers(view, publisher, at);
  return press.length > 0 || !today ? press : [today];
}

/** True once the event of a release has ended; without a stated end, once its day has. */
export function eventIsOver(view: RevisionView, publisher: Publisher, at: Date): boolean {
  const end = eventEnd(view, publisher);
  return end !== undefined && at >= end;
}

/**
 * The first moment after `at` at which a page says something else without anything being published: who is on duty changes, the event ends,
 * the release grows old. Undefined when none is known. A page made at `at` is true until then.
 */
export function changesAt(view: PublicView, publisher: Publisher, at: Date): Date | undefined {
  const own = view.kind === 'withdrawal' ? [] : [eventEnd(view, publisher), staffUntil(view, publisher.newsroom)];
  const later = [...own, nextDuty(publisher.newsroom, at)].filter((moment) => moment !== undefined && moment > at) as Date[];
  return later.length === 0 ? undefined : new Date(Math.min(...later.map(Number)));
}

function eventEnd(view: RevisionView, publisher: Publisher): Date | undefined {
  const { event } = view.content;
  if (!event) return undefined;
  const zone = zoneOf(view, publisher);
  return event.end ? momentOf(event.end, zone) : endOfDay(momentOf(event.start, zone), zone);
}

function endOfDay(moment: Date, zone: string): Date {
  const next = new Date(`${localDay(moment, zone)}T00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return momentOf(`${next.toISOString().slice(0, 10)}T00:00`, zone);
}

function staffUntil(view: RevisionView, newsroom: Newsroom): Date {
  const end = new Date(view.firstPublishedAt);
  end.setUTCMonth(end.getUTCMonth() + newsroom.staffMonths);
  return end;
}

/** Moments at which another person takes over, in order: a rota is read for every page, and a week costs a calendar. */
const takeovers = new WeakMap<Newsroom, readonly Date[]>();

function nextDuty(newsroom: Newsroom, at: Date): Date | undefined {
  let moments = takeovers.get(newsroom);
  if (!moments) {
    moments = takeoversOf(newsroom);
    takeovers.set(newsroom, moments);
  }
  return moments.find((moment) => moment > at);
}

function takeoversOf({ duty, timezone }: Newsroom): Date[] {
  const moments: Date[] = [];
  for (const week of Object.keys(duty)) {
    const start = startOfWeek(week, timezone);
    // A day that is surely in the week before or after, whatever the clock did on the Sunday between.
    const [before, after] = [-3, 10].map((days) => isoWeek(new Date(start.getTime() + days * 86_400_000), timezone));
    if (duty[before!] !== duty[week]) moments.push(start);
    if (duty[after!] === undefined) moments.push(startOfWeek(after!, timezone));
  }
  return moments.sort((one, other) => Number(one) - Number(other));
}
