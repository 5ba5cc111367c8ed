import { absolute, preferencesPath, privacyPath, unsubscribePath } from '../release/addresses.ts';
import type { Person } from '../release/content.ts';
import { markdownText } from '../release/markdown/markdown.ts';
import { parseMarkdown } from '../release/markdown/markdown-parser.ts';
import type { Publisher } from '../release/view.ts';
import { PLACEHOLDER_TOKENS } from './links.ts';
import type { LetterWords } from './words.ts';

/** A terminal of 80 columns with room for one level of quoting in an answer. */
export const TEXT_WIDTH = 72;

/** Wrapped at plain spaces; a word longer than the line, such as an address, stands whole. */
export function wrapText(text: string, width = TEXT_WIDTH): string[] {
  return text.split('\n').flatMap((line) => {
    const lines: string[] = [];
    let current = '';
    for (const word of line.split(/[ \t]+/).filter(Boolean)) {
      const longer = current === '' ? word : `${current} ${word}`;
      if (current !== '' && lengthOf(longer) > width) {
        lines.push(current);
        current = word;
      } else {
        current = longer;
      }
    }
    return [...lines, current];
  });
}

/** How many places a text takes on a terminal: characters as people count them. */
export function lengthOf(text: string): number {
  return [...segmenter.segment(text)].length;
}
const segmenter = new Intl.Segmenter();

/** A heading underlined with `mark`. */
export function headed(title: string, mark: '=' | '-'): string[] {
  const lines = wrapText(title);
  return [...lines, mark.repeat(Math.max(...lines.map(lengthOf)))];
}

/** Markdown as lines, its headings underlined like those of the letter. */
export function markdownLines(markdown: string): string[] {
  // A link by reference has its address elsewhere in the text, which therefore stays in one piece.
  if (/^ {0,3}\[[^\]]+\]:/m.test(markdown)) return markdownText(markdown, TEXT_WIDTH).split('\n');
  const lines = markdown.split('\n');
  const out: string[] = [];
  let from = 0;
  const textUntil = (end: number) => {
    const text = markdownText(lines.slice(from, end).join('\n'), TEXT_WIDTH);
    if (text !== '') out.push(...text.split('\n'), '');
  };
  for (const { type, level, map } of parseMarkdown(markdown)) {
    if (type !== 'heading_open' || level > 0 || !map) continue;
    textUntil(map[0]);
    from = map[1];
    const title = markdownText(lines.slice(map[0], map[1]).join('\n'), Number.POSITIVE_INFINITY);
    if (title !== '') out.push(...headed(title, '-'));
  }
  textUntil(lines.length);
  return out.slice(0, -1);
}

export function mastheadLines({ newsroom }: Publisher, dateline: string): string[] {
  return [newsroom.name.toLocaleUpperCase(newsroom.languages[0]), ...wrapText(dateline), ''];
}

export function personLines(person: Person): string[] {
  const role = [person.title, person.organisation].filter(Boolean).join(', ');
  return [
    person.name,
    ...(role ? wrapText(role) : []),
    ...(person.phones.length > 0 ? [person.phones.join(', ')] : []),
    ...(person.email ? [person.email] : []),
  ];
}

/** Why it came, how to leave, who sent it. The first line is the usual mark of what a mail program may fold away. */
export function footerLines({ newsroom, baseUrl }: Publisher, words: LetterWords): string[] {
  return [
    '-- ',
    ...wrapText(words.why(newsroom.name)),
    '',
    `${words.leave}:`,
    absolute(baseUrl, unsubscribePath(PLACEHOLDER_TOKENS.unsubscribe)),
    `${words.change}:`,
    absolute(baseUrl, preferencesPath(PLACEHOLDER_TOKENS.preferences)),
    '',
    ...wrapText(`${newsroom.name}, ${newsroom.address}`),
    `${words.publisher}: ${newsroom.publisher}`,
    `${words.privacy}: ${absolute(baseUrl, privacyPath())}`,
    ...wrapText(words.untracked),
    '',
  ];
}
