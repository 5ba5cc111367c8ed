import type { Problem } from '../platform/failure.ts';
import type { ProgrammeItem } from '../release/content.ts';
import { cleanText } from '../release/text.ts';
import { readTime } from '../release/values.ts';

const TIME = '(?:kl\\.?\\s*)?\\d{1,2}[.:]\\d{2}';
const OPENS_ITEM = new RegExp(`^(${TIME})(?:\\s*[–—-]\\s*(${TIME}))?(?:[:,]?\\s+(.*)|$)`, 'iu');
const OPENS_POINT = /^[–—•*·-]\s+(.+)$/u;

type Item = { time: string; end?: string; text: string; points: string[] };

/**
 * A programme as pasted: a line that opens with a time starts an item (`09.00 Fika`, `9.00–9.30 Coffee`), a dash belongs to the item above,
 * any other line goes on with what stands above it. Problems carry `line N` of the text.
 */
export function parseProgramme(text: string): { items: ProgrammeItem[]; problems: Problem[] } {
  const items: Item[] = [];
  const problems: Problem[] = [];
  const refuse = (line: number, message: string, remedy: string) =>
    problems.push({ at: `line ${line}`, field: 'event.programme', message, remedy, severity: 'error' });
  const starts: number[] = [];
  for (const [index, raw] of cleanText(text).split(/\r?\n/).entries()) {
    const line = raw.replace(/\s+/gu, ' ').trim();
    if (line === '') continue;
    const opened = OPENS_ITEM.exec(line);
    const last = items.at(-1);
    if (opened) {
      const item = readItem(opened);
      if (!item) refuse(index + 1, `"${opened[0].slice(0, 40)}" does not open with a time of day.`, 'Write hours and minutes: 09.30 Fika');
      items.push(item ?? { time: '00:00', text: '?', points: [] });
      starts.push(index + 1);
    } else if (!last) refuse(index + 1, `"${line.slice(0, 40)}" stands before the first time.`, 'Begin with a time: 09.30 Fika');
    else continueItem(last, line);
  }
  for (const [index, item] of items.entries()) {
    if (item.text === '') refuse(starts[index]!, `nothing stands at ${item.time}.`, 'Say what happens then.');
  }
  return { items: items as ProgrammeItem[], problems };
}

function readItem(match: RegExpExecArray): Item | undefined {
  const time = readTime(match[1]!);
  const end = match[2] === undefined ? undefined : readTime(match[2]);
  if (time === undefined || (match[2] !== undefined && end === undefined)) return undefined;
  return { time, ...(end === undefined ? {} : { end }), text: (match[3] ?? '').trim(), points: [] };
}

function continueItem(item: Item, line: string): void {
  const point = OPENS_POINT.exec(line)?.[1];
  if (point !== undefined) item.points.push(point);
  else if (item.points.length > 0) item.points.push(`${item.points.pop()} ${line}`);
  else item.text = `${item.text} ${line}`.trim();
}
