import { type Problem, problemWith } from '../platform/failure.ts';
import { adviseOn } from './advice.ts';
import type { Person, ReleaseContent, ReleaseImage } from './content.ts';
import { formatBytes, momentOf } from './dates.ts';
import { checkMarkdown } from './markdown/check-markdown.ts';
import type { Newsroom } from './newsroom/newsroom.ts';
import { nearMiss } from './problems.ts';

/** What a release has to be good enough for. */
export type Stage = 'draft' | 'submission';

/**
 * Everything that is wrong with a release in this newsroom. Errors forbid submission: what readers, the law or the photographer have a right to
 * (alt text, credit, licence), and what would break in a channel. The rest is advice. A draft is saved while its pictures still lack their words:
 * somebody may have to ask the photographer first. Never throws.
 */
export function checkContent(content: ReleaseContent, newsroom: Newsroom, stage: Stage = 'submission'): Problem[] {
  return [
    ...checkTopics(content, newsroom),
    ...content.images.flatMap((image, index) => [
      ...(stage === 'submission' ? lacksOf(image, `images[${index}]`, newsroom) : []),
      ...checkImage(image, `images[${index}]`, newsroom),
    ]),
    ...checkTexts(content, newsroom),
    ...checkEvent(content, newsroom),
    ...checkPeople(content.contacts, 'contacts'),
    ...checkPeople(content.pressContacts, 'pressContacts'),
    ...adviseOn(content),
  ];
}

function checkTopics(content: ReleaseContent, newsroom: Newsroom): Problem[] {
  const known = Object.keys(newsroom.topics);
  const unknown = content.topics.filter((topic) => !known.includes(topic));
  return unknown.map((topic) =>
    problemWith('topics', `"${topic}" is not a topic of this newsroom.`, nearMiss(topic, known, 'All: ./depesch topics')),
  );
}

function lacksOf(image: ReleaseImage, field: string, newsroom: Newsroom): Problem[] {
  const problems: Problem[] = [];
  if (image.alt === '' && !image.decorative) {
    problems.push(problemWith(`${field}.alt`, 'is missing.', 'Say what the picture shows; for pure decoration: decorative: yes'));
  }
  if (image.credit === '')
    problems.push(problemWith(`${field}.credit`, 'is missing.', 'Name the photographer: credit: Mira Alm/Region Älvmark'));
  if (image.licence === '' && newsroom.defaultLicence === undefined)
    problems.push(problemWith(`${field}.licence`, 'is missing.', licencesOf(newsroom)));
  return problems;
}

function checkImage(image: ReleaseImage, field: string, newsroom: Newsroom): Problem[] {
  const problems: Problem[] = [];
  if (image.alt !== '' && image.decorative) {
    problems.push(
      problemWith(`${field}.decorative`, 'is yes, but the picture has an alt text.', 'Keep one: the alt text, or decorative: yes.'),
    );
  }
  const licences = Object.keys(newsroom.licences);
  if (image.licence !== '' && !licences.includes(image.licence)) {
    const remedy = nearMiss(image.licence, licences, licencesOf(newsroom));
    problems.push(problemWith(`${field}.licence`, `"${image.licence}" is not a licence of this newsroom.`, remedy));
  }
  return problems;
}

function licencesOf({ licences }: Newsroom): string {
  return `Licences of this newsroom: ${Object.keys(licences).join(', ') || 'none yet; add one to the newsroom file'}.`;
}

function checkTexts(content: ReleaseContent, newsroom: Newsroom): Problem[] {
  const bytes = Buffer.byteLength(content.body);
  const most = newsroom.limits.bodyBytes;
  if (bytes > most) {
    // A text of megabytes is not read any further.
    const size = `is ${formatBytes(bytes, 'en')}, more than ${formatBytes(most, 'en')}.`;
    return [problemWith('body', size, 'Shorten it, or attach the long text as a file under attachments:.')];
  }
  return [
    ...checkMarkdown('body', content.body),
    ...content.facts.flatMap((fact, index) => checkMarkdown(`facts[${index}].text`, fact.text)),
  ];
}

function checkEvent(content: ReleaseContent, newsroom: Newsroom): Problem[] {
  const { event } = content;
  if (event === undefined || event.end === undefined) return [];
  const zone = content.timezone ?? newsroom.timezone;
  if (momentOf(event.end, zone) > momentOf(event.start, zone)) return [];
  return [
    problemWith(
      'event.end',
      `${event.end.replace('T', ' ')} is not after the start, ${event.start.replace('T', ' ')}.`,
      'Give a later time, or leave end out.',
    ),
  ];
}

function checkPeople(people: readonly Person[], field: string): Problem[] {
  const seen = new Map<string, number>();
  return people.flatMap((person, index) => {
    const key = `${person.name.toLowerCase()} ${person.about ?? ''}`;
    const first = seen.get(key);
    seen.set(key, first ?? index);
    if (first === undefined) return [];
    const twice: Problem = {
      ...problemWith(`${field}[${index}]`, `${person.name} stands here and in ${field}[${first}].`, 'Keep one of them.'),
      severity: 'advice',
    };
    return [twice];
  });
}
