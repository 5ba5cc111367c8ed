import type { Problem } from '../platform/failure.ts';

export type FrontMatter = {
  readonly front: string;
  /** Line of the file on which the front matter's text begins, from 1. */
  readonly frontLine: number;
  readonly body: string;
  /** Line of the file on which the body's first letter stands. */
  readonly bodyLine: number;
  readonly problems: readonly Problem[];
};

const FENCE = /^---[ \t]*$/;

/** Parts a release file into the fields between two lines of `---` and the text below them. */
export function splitFrontMatter(text: string, name: string): FrontMatter {
  const lines = text.split('\n');
  const open = lines.findIndex((line) => line.trim() !== '');
  const nothing = { front: '', frontLine: 1, body: '', bodyLine: 1 };
  const refuse = (line: number, message: string, remedy: string): FrontMatter => ({
    ...nothing,
    problems: [{ at: `${name}:${line}`, field: '', message, remedy, severity: 'error' }],
  });
  const begin = 'Begin with a line of three hyphens, the fields, and another line of three hyphens: ./depesch release template';
  if (open === -1) return refuse(1, 'the file is empty.', begin);
  if (!FENCE.test(lines[open]!)) return refuse(open + 1, 'the file does not begin with a line ---', begin);
  const close = lines.findIndex((line, index) => index > open && FENCE.test(line));
  if (close === -1) return refuse(open + 1, 'the fields have no end.', 'Write a line --- between the fields and the text.');
  const first = lines.findIndex((line, index) => index > close && line.trim() !== '');
  return {
    front: lines.slice(open + 1, close).join('\n'),
    frontLine: open + 2,
    body: lines.slice(close + 1).join('\n'),
    bodyLine: (first === -1 ? close + 1 : first) + 1,
    problems: [],
  };
}
