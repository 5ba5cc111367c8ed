import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import type { Resolve } from '../../src/shared/intake/release-file.ts';
import { sha256Hex } from '../../src/shared/platform/canonical.ts';
import { formatProblem, InvalidInput, type Problem } from '../../src/shared/platform/failure.ts';

/** An invented release with every element a release can have. */
export function sampleReleaseText(): string {
  return readFileSync(join(import.meta.dirname, 'files/sample-release.md'), 'utf8');
}

/** Takes every path for a stored file; nothing is read. */
export const anyFile: Resolve = async (path, kind) => ({
  asset: sha256Hex(path),
  name: basename(path),
  mediaType: kind === 'image' ? 'image/jpeg' : 'application/pdf',
  bytes: 1_000,
});

/** A small release file. `fields` come below the required ones, on line 7. */
export function releaseText(parts: { fields?: string; body?: string; title?: string; lead?: string; language?: string } = {}): string {
  const { fields = '', body = 'En text.', title = 'En rubrik', lead = 'En ingress.', language = 'sv' } = parts;
  return `---\nlanguage: ${language}\ntitle: >-\n  ${title}\nlead: >-\n  ${lead}\n${fields === '' ? '' : `${fields}\n`}---\n${body}\n`;
}

/** The problems a reading ends with; none when it succeeds. */
export async function problemsIn(read: () => unknown): Promise<readonly Problem[]> {
  try {
    await read();
    return [];
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
}

/** The one problem that an input must be answered with. */
export type Expected = { at: string; field: string; says: string | RegExp; remedy: string | RegExp };

/** Holds that there is one error, with that place and field, that wording and that remedy. */
export function expectProblem(problems: readonly Problem[], row: Expected): void {
  const errors = problems.filter((problem) => problem.severity === 'error');
  expect(errors.map(formatProblem)).toHaveLength(1);
  const [problem] = errors;
  expect({ at: problem!.at, field: problem!.field }).toEqual({ at: row.at, field: row.field });
  expect(problem!.message).toMatch(row.says);
  expect(problem!.remedy).toMatch(row.remedy);
}
