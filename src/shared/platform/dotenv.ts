import { existsSync, readFileSync } from 'node:fs';
import type { Problem } from './failure.ts';
import { editDistance, nearest } from './spelling.ts';

/** Reads NAME=value lines; an unknown name or a line that is neither adds to `problems`. No file is no settings. */
export function readDotEnv(path: string, names: readonly string[], problems: Problem[]): Record<string, string> {
  if (!existsSync(path)) return {};
  const values: Record<string, string> = {};
  for (const [index, line] of readFileSync(path, 'utf8').split(/\r?\n/).entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const match = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(text);
    const at = `.env:${index + 1}`;
    if (!match) {
      problems.push({ at, field: '', message: `"${text}" is not a setting.`, remedy: 'Write NAME=value.', severity: 'error' });
      continue;
    }
    const name = match[1]!;
    if (!names.includes(name)) {
      const near = nearest(name, names);
      problems.push({
        at,
        field: name,
        message: 'is not a setting.',
        remedy: near ? `Near: ${near}.` : 'Remove it; see .env.example.',
        severity: 'error',
      });
      continue;
    }
    values[name] = match[2]!.replace(/^(["'])(.*)\1$/, '$2');
  }
  return values;
}

/** One sentence for each name in the environment that is one slip away from a setting. */
export function nearMisses(found: readonly string[], names: readonly string[]): string[] {
  const warnings: string[] = [];
  for (const name of found) {
    if (names.includes(name) || name.length < 6 || !/^[A-Z_]+$/.test(name)) continue;
    const near = names.find((candidate) => editDistance(name, candidate) === 1);
    if (near !== undefined) warnings.push(`${name} is set in the environment but is not a setting; ${near} is.`);
  }
  return warnings;
}
