import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Problem, problemWith } from '../../platform/failure.ts';
import { checkMarkdown } from '../markdown/check-markdown.ts';
import { nearMiss } from '../problems.ts';
import { readText } from '../read-text.ts';

/** Fields that hold a text in Markdown per language, or the path of a file that does. */
const TEXTS = [['boilerplate'], ['privacy', 'text'], ['accessibility', 'text']] as const;

/** Puts the text of a file where its path stands, and checks every text's Markdown. */
export async function readTexts(value: unknown, folder: string): Promise<{ value: unknown; problems: Problem[] }> {
  const problems: Problem[] = [];
  const copy = structuredClone(value) as Record<string, unknown>;
  for (const path of TEXTS) {
    const texts = path.reduce<unknown>((group, part) => (group as Record<string, unknown> | undefined)?.[part], copy);
    if (texts === null || typeof texts !== 'object') continue;
    for (const [language, text] of Object.entries(texts)) {
      if (typeof text !== 'string') continue;
      const field = [...path, language].join('.');
      const read = /^\S.*\.(md|txt)$/i.test(text.trim()) ? await readNamed(join(folder, text.trim()), field) : { text, problems: [] };
      const name = read.text === text ? undefined : text.trim();
      const inText = checkMarkdown(field, read.text).map((problem) =>
        name === undefined ? problem : { ...problem, at: `${name}:${problem.at.slice(5)}` },
      );
      problems.push(...read.problems, ...inText);
      (texts as Record<string, unknown>)[language] = read.text || '?';
    }
  }
  return { value: copy, problems };
}

async function readNamed(path: string, field: string): Promise<{ text: string; problems: readonly Problem[] }> {
  const file = await readText(path);
  if (file.text.trim() !== '') return file;
  const beside = await readdir(dirname(path)).catch(() => []);
  const texts = beside.filter((entry) => /\.(md|txt)$/i.test(entry));
  const found = file.problems[0] ?? problemWith(field, 'the file is empty.', 'Write the text into it.');
  const remedy = found.message.includes('does not exist')
    ? nearMiss(basename(path), texts, 'Its path is read from the newsroom file.')
    : found.remedy;
  return { text: '', problems: [problemWith(field, `${file.name}: ${found.message}`, remedy)] };
}
