import { absolute, releasePath } from '../addresses.ts';
import { momentOf } from '../dates.ts';
import { clockOf, zoneOf } from '../parts.ts';
import type { Publisher, RevisionView } from '../view.ts';
import { releaseWords } from '../words.ts';
import { escapeText, renderContentLines } from './content-lines.ts';

/**
 * The event of a release as an iCalendar file (RFC 5545); undefined when it has none. Times stand in UTC, so that no program needs our zone.
 * The UID is the release's id and SEQUENCE its revision: a file fetched anew replaces the entry it made before. It is a file to keep and no invitation: with
 * a METHOD it would need an ORGANIZER (RFC 5546 3.2.1), and programs would offer to answer us.
 */
export function renderCalendar(view: RevisionView, publisher: Publisher): string | undefined {
  const { event, language, lead } = view.content;
  if (!event) return undefined;
  const zone = zoneOf(view, publisher);
  const address = absolute(publisher.baseUrl, releasePath(view.slug));
  const programme = event.programme.flatMap((item) => [
    `${clockOf(item, language)} ${item.text}`,
    ...item.points.map((point) => `– ${point}`),
  ]);
  const stream = event.stream && `${releaseWords(language).stream}: ${event.stream}`;
  const description = [lead, programme.join('\n'), stream, address].filter(Boolean).join('\n\n');
  const text = (name: string, value: string) => `${name};LANGUAGE=${language}:${escapeText(value)}`;
  return renderContentLines([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Depesch//Newsroom//EN',
    'BEGIN:VEVENT',
    `UID:${view.id}`,
    `SEQUENCE:${view.n}`,
    `DTSTAMP:${utc(view.publishedAt)}`,
    `CREATED:${utc(view.firstPublishedAt)}`,
    `LAST-MODIFIED:${utc(view.publishedAt)}`,
    `DTSTART:${utc(momentOf(event.start, zone))}`,
    event.end && `DTEND:${utc(momentOf(event.end, zone))}`,
    text('SUMMARY', event.title),
    event.place && text('LOCATION', event.place),
    text('DESCRIPTION', description),
    `URL:${address}`,
    'STATUS:CONFIRMED',
    'END:VEVENT',
    'END:VCALENDAR',
  ]);
}

/** `20261203T080000Z` (RFC 5545 3.3.5, form 2). */
function utc(moment: Date): string {
  return moment.toISOString().replace(/\.\d{3}|[-:]/g, '');
}
