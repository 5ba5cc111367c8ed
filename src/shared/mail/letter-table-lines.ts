import type { Decisions, ReleaseEvent } from '../release/content.ts';
import { formatAmount, formatLocalDate } from '../release/dates.ts';
import { clockOf, eventHeading, eventTime, sumOf } from '../release/parts.ts';
import type { LetterContext } from './letter-context.ts';
import { headed, lengthOf, TEXT_WIDTH, wrapText } from './plain-text.ts';

/** What was decided, amounts at the right margin, the sum last. */
export function decisionLines({ words, language }: LetterContext, decisions: Decisions): string[] {
  const row = (title: string, kronor: number | undefined) => columns(title, kronor === undefined ? '' : formatAmount(kronor, language));
  const items = decisions.items.flatMap((item) => [
    ...row(item.title, item.amount),
    ...(item.recipient ? indent(item.recipient) : []),
    ...(item.text ? indent(item.text) : []),
    '',
  ]);
  const sum = sumOf(decisions);
  return [
    ...headed(words.decisions, '-'),
    ...wrapText(words.decidedBy(decisions.by, formatLocalDate(decisions.date, language))),
    '',
    ...items,
    ...(sum === undefined ? [] : [...row(words.sum, sum), '']),
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

/** When, where, and the timetable. */
export function eventLines(context: LetterContext, event: ReleaseEvent): string[] {
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
    ...headed(eventHeading(context.view.content, words), '-'),
    ...wrapText(event.title),
    ...wrapText(`${words.time}: ${eventTime(event, language, context.timezone)}`),
    ...(event.place ? wrapText(`${words.place}: ${event.place}`) : []),
    ...(event.stream ? [`${words.stream}: ${event.stream}`] : []),
    '',
    ...(rows.length > 0 ? [...rows, ''] : []),
  ];
}
