import type { PersonLetter } from '../../shared/delivery/history.ts';
import type { PersonStory } from '../../shared/publishing/person.ts';
import type { Newsroom } from '../../shared/release/newsroom/newsroom.ts';
import { cut, moment, table } from './text.ts';

/** A terminal's width beside the columns before it. */
const ANSWER_SHOWN = 60;

/** The story of one address, for people. */
export function personText(story: PersonStory, { timezone }: Pick<Newsroom, 'timezone'>): string {
  const at = (date: Date) => moment(date, timezone);
  const { subscriber, suppression } = story;
  const about = subscriber
    ? [
        ['state', subscriber.state],
        ...(subscriber.name ? [['name', subscriber.name]] : []),
        ['language', subscriber.language],
        [
          'topics',
          subscriber.subscriptions.map(({ topic, frequency }) => `${topic === '*' ? 'all' : topic} (${frequency})`).join(', ') || 'none',
        ],
        ...(subscriber.pausedUntil ? [['paused', `until ${at(subscriber.pausedUntil)}`]] : []),
      ]
    : [['state', 'nobody here has this address']];
  const barred = suppression ? [['barred', `${suppression.reason} since ${at(suppression.since)}`]] : [];
  const parts = [`${story.address}\n${table([...about, ...barred])}`];
  if (subscriber && subscriber.consents.length > 0) {
    const rows = subscriber.consents.map((row) => [at(row.at), row.event, [row.legal_basis, row.source].filter(Boolean).join(', ')]);
    parts.push(`why\n${table(rows)}`);
  }
  if (story.letters.length > 0) parts.push(`letters\n${table(story.letters.map((letter) => letterRow(letter, at)))}`);
  if (story.olderLetters !== undefined) parts.push(`older:  ./depesch subscribers show ${story.address} --before ${story.olderLetters}`);
  if (story.bounces.length > 0) {
    const rows = story.bounces.map((bounce) => [at(bounce.receivedAt), bounce.verdict ?? bounce.state, bounce.code ?? '']);
    parts.push(`came back\n${table(rows)}`);
  }
  return parts.join('\n\n');
}

function letterRow(letter: PersonLetter, at: (date: Date) => string): string[] {
  const tries = letter.attempts > 1 ? `${letter.attempts} tries` : '';
  const when = letter.at ? at(letter.at) : `due ${at(letter.dueAt)}`;
  const answer = [letter.code, letter.reply, letter.report && `later: ${letter.report} ${letter.reportCode ?? ''}`]
    .filter(Boolean)
    .join(' ');
  return [when, `${letter.slug} ${letter.n}`, letter.state, letter.relay ?? '', tries, cut(answer.trim(), ANSWER_SHOWN)];
}
