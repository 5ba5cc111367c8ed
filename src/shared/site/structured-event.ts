import { absolute, frontPath, releasePath } from '../release/addresses.ts';
import { momentOf } from '../release/dates.ts';
import { zoneOf } from '../release/parts.ts';
import type { Publisher, RevisionView } from '../release/view.ts';

/** Where people meet, by whether there is a place, a stream or both. */
const ATTENDANCE = { place: 'OfflineEventAttendanceMode', stream: 'OnlineEventAttendanceMode', both: 'MixedEventAttendanceMode' } as const;

/** The event a release tells of; undefined when it tells of none. An event that is called off is a correction or a withdrawal. */
export function structuredEvent(view: RevisionView, publisher: Publisher): unknown {
  const { content } = view;
  const { event } = content;
  if (!event) return undefined;
  const zone = zoneOf(view, publisher);
  const { baseUrl, newsroom } = publisher;
  const url = absolute(baseUrl, releasePath(view.slug));
  const mode = event.place && event.stream ? 'both' : event.stream ? 'stream' : 'place';
  return {
    '@type': 'Event',
    name: event.title,
    description: content.lead,
    url,
    inLanguage: content.language,
    startDate: momentOf(event.start, zone).toISOString(),
    endDate: event.end && momentOf(event.end, zone).toISOString(),
    eventStatus: 'https://schema.org/EventScheduled',
    eventAttendanceMode: event.place || event.stream ? `https://schema.org/${ATTENDANCE[mode]}` : undefined,
    location: [
      event.place && { '@type': 'Place', name: event.place, address: event.place },
      event.stream && { '@type': 'VirtualLocation', url: event.stream },
    ].filter(Boolean),
    organizer: {
      '@type': 'Organization',
      name: content.organisation ?? newsroom.name,
      url: absolute(baseUrl, frontPath(newsroom.languages[0]!, newsroom)),
    },
  };
}
