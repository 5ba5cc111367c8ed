import { type Problem, problemWith } from '../../platform/failure.ts';
import type { Channel } from '../../schema/tables.ts';
import { nearMiss } from '../problems.ts';
import { contrast, readableOn } from './colours.ts';
import { weeksOf } from './duty.ts';
import type { Newsroom } from './newsroom.ts';
import type { NewsroomShape } from './newsroom-shape.ts';
import { PAPERS } from './palette.ts';

/** WCAG 2.2, 1.4.3. */
const CONTRAST_LEAST = 4.5;

/** What only shows when the parts of a newsroom file are held against each other: duty, colours, names, licences. */
export function checkNewsroom(shape: NewsroomShape, newsroom: Newsroom): Problem[] {
  return [...checkDuty(shape), ...checkColours(shape), ...checkTopics(shape, newsroom), ...checkLicences(shape), ...checkChannels(shape)];
}

function checkDuty({ duty, contacts }: NewsroomShape): Problem[] {
  const people = Object.keys(contacts);
  const taken = new Map<string, string>();
  return Object.entries(duty).flatMap(([key, contact]) => {
    const problems: Problem[] = [];
    const all = `Contacts: ${people.join(', ') || 'none yet'}.`;
    if (!people.includes(contact))
      problems.push(problemWith(`duty.${key}`, `"${contact}" is not one of contacts.`, nearMiss(contact, people, all)));
    for (const week of weeksOf(key) ?? []) {
      const other = taken.get(week);
      if (other !== undefined)
        problems.push(
          problemWith(`duty.${key}`, `${week} has somebody on duty already, by ${other}.`, 'Let one of the two begin or end earlier.'),
        );
      taken.set(week, key);
    }
    return problems.slice(0, 2);
  });
}

function checkColours({ colours }: NewsroomShape): Problem[] {
  const check = (field: 'accent' | 'accentDark', paper: string, page: string, way: string): Problem[] => {
    const colour = colours[field];
    const ratio = colour === undefined ? CONTRAST_LEAST : contrast(colour, paper);
    if (ratio >= CONTRAST_LEAST) return [];
    // Cut, not rounded: 4.49 must not read as 4.5.
    const shown = (Math.floor(ratio * 100) / 100).toFixed(2);
    const near = readableOn(paper, colour!, CONTRAST_LEAST);
    return [
      problemWith(
        `colours.${field}`,
        `${colour} has a contrast of ${shown}:1 against the ${page} page, ${paper}.`,
        `Links need 4.5:1. Take a ${way} colour, such as '${near}'.`,
      ),
    ];
  };
  return [...check('accent', PAPERS.light, 'light', 'darker'), ...check('accentDark', PAPERS.dark, 'dark', 'lighter')];
}

function checkTopics({ topics }: NewsroomShape, { languages }: Newsroom): Problem[] {
  const first = languages[0]!;
  const nameless = Object.entries(topics).filter(([, topic]) => !topic.unlisted && topic.names[first] === undefined);
  return nameless.map(([slug]) =>
    problemWith(
      `topics.${slug}`,
      `has no name in ${first}.`,
      `Write ${slug}: {${first}: NAME}, or unlisted: yes when readers shall not see it.`,
    ),
  );
}

function checkLicences({ licences }: NewsroomShape): Problem[] {
  const defaults = Object.keys(licences).filter((key) => licences[key]!.default);
  if (defaults.length < 2) return [];
  return [problemWith('licences', `${defaults.join(' and ')} are both default.`, 'Keep default: yes on one of them.')];
}

/** Whoever subscribes to hubs or webhooks can also ask the feeds; without one of these a release would not be published, or not be kept. */
const NEEDED: readonly Channel[] = ['html', 'feeds', 'email', 'archive'];

function checkChannels({ channels }: NewsroomShape): Problem[] {
  const left = channels.length === 0 ? [] : NEEDED.filter((channel) => !channels.includes(channel));
  if (left.length === 0) return [];
  return [
    problemWith(
      'channels',
      `leaves out ${left.join(' and ')}, but every release goes through them.`,
      'Leave channels out, or leave out of it only websub and webhooks. A release without letters says letters: no.',
    ),
  ];
}
