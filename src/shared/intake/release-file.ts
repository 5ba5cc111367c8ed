import { dirname, resolve as resolvePath } from 'node:path';
import { InvalidInput, type Problem } from '../platform/failure.ts';
import { checkContent, type Stage } from '../release/check.ts';
import type { ReleaseContent } from '../release/content.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { MISSING, pathOf, problemsOf } from '../release/problems.ts';
import { readText } from '../release/read-text.ts';
import type { LocalMoment } from '../release/values.ts';
import type { Resolve } from './files.ts';
import { type Raw, type ReleaseForm, rawForm, rawJsonText, rawText, rawValue } from './raw-release.ts';
import { refuseFiles, resolveFiles } from './release-assets.ts';
import { FileRelease, RELEASE_REMEDIES, ShownRelease, salvage } from './release-shape.ts';

export { checkingFiles, type Resolve, type ResolvedFile, storingFiles } from './files.ts';

/** A release read from outside: its content, its wishes for a time, and what a careful colleague would say. */
export type ReadRelease = {
  readonly content: ReleaseContent;
  readonly publishAt?: LocalMoment | undefined;
  readonly publishLatest?: LocalMoment | undefined;
  /** Advice. */
  readonly problems: readonly Problem[];
  /** Puts file and line to a problem that was found later, as by checkContent. */
  readonly locate: (problem: Problem) => Problem;
};

export type ReadOptions = {
  /** Turns `file:` into an asset. Without it a release that names files is refused. */
  readonly resolve?: Resolve | undefined;
  /** Checks the release in this newsroom as well, so that one run names every problem. */
  readonly newsroom?: Newsroom | undefined;
};

/**
 * The release in a file: Markdown with YAML front matter, or JSON when its name ends so. Paths in it are read from its folder.
 * Throws InvalidInput with every problem, each with file, line, field and remedy.
 */
export async function readReleaseFile(path: string, options: ReadOptions = {}): Promise<ReadRelease> {
  const file = await readText(path);
  if (file.problems.some((problem) => problem.severity === 'error')) throw new InvalidInput(file.problems);
  const { resolve } = options;
  const fromFolder: Resolve | undefined = resolve && ((name, kind) => resolve(resolvePath(dirname(path), name), kind));
  const raw = /\.json$/i.test(path) ? rawJsonText(file.text, file.name) : rawText(file.text, file.name);
  raw.problems.unshift(...file.problems);
  return finish(await resolveFiles(raw, fromFolder), options.newsroom);
}

/** The release in a text of the form of a release file; `name` stands in front of line numbers. Paths go to `resolve` as written. Throws InvalidInput. */
export async function readReleaseText(text: string, options: ReadOptions & { readonly name: string }): Promise<ReadRelease> {
  return finish(await resolveFiles(rawText(text, options.name), options.resolve), options.newsroom);
}

/** The same for a text that names no files. Throws InvalidInput. */
export function parseReleaseText(text: string, name: string): ReadRelease {
  return finish(refuseFiles(rawText(text, name)));
}

/**
 * A draft from a form; `name` stands in front of the line numbers of its fields. It names assets, not files, and its pictures may still lack their
 * words: a form that is refused is work that is not saved. Throws InvalidInput.
 */
export function parseReleaseForm(
  form: ReleaseForm,
  { name, newsroom }: Pick<ReadOptions, 'newsroom'> & { readonly name: string },
): ReadRelease {
  return finish(refuseFiles(rawForm(form, name)), newsroom, 'draft');
}

/** A release as JSON: the same shape, with asset hashes in place of files. Problems carry the JSON path as field. Throws InvalidInput. */
export function parseReleaseJson(value: unknown): ReadRelease {
  return finish(refuseFiles(rawValue(value, (problem) => problem)));
}

function finish(raw: Raw, newsroom?: Newsroom, stage: Stage = 'submission'): ReadRelease {
  const parsed = FileRelease.safeParse(raw.value);
  const problems = [...raw.problems];
  if (parsed.success) {
    const { publishAt, publishLatest, ...content } = parsed.data;
    if (newsroom) problems.push(...checkContent(content, newsroom, stage).map(raw.locate));
    if (!problems.some((problem) => problem.severity === 'error'))
      return { content, publishAt, publishLatest, problems, locate: raw.locate };
  } else {
    const found = problemsOf(parsed.error, raw.value, ShownRelease, RELEASE_REMEDIES).map(raw.locate);
    // A line that could not be read has been explained; that its field is therefore missing needs no word.
    const explained = new Set(raw.problems.map((problem) => lastName(problem.field)));
    const places = new Set(raw.problems.map((problem) => `${problem.at} ${problem.field}`));
    const missing = (problem: Problem) => problem.message === MISSING && explained.has(lastName(problem.field));
    problems.push(...found.filter((problem) => !missing(problem) && !places.has(`${problem.at} ${problem.field}`)));
    if (newsroom) problems.push(...salvage(raw.value, parsed.error, { newsroom, stage }).map(raw.locate));
  }
  throw new InvalidInput(inOrder(problems));
}

function lastName(field: string): string {
  return String(pathOf(field).at(-1) ?? '');
}

/** By line, as one reads a file. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const line = (problem: Problem) => Number(/:(\d+)$/.exec(problem.at)?.[1] ?? 0);
  return [...problems].sort((a, b) => line(a) - line(b));
}
