import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addCommands } from '../../../src/producers/cli/commands.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Every command there is, as people type it: `up`, `release publish`. */
function commands(): Set<string> {
  const program = new Command();
  addCommands(program, () => async () => undefined);
  // cli.ts itself brings the demo.
  const names = new Set(['demo']);
  for (const command of program.commands) {
    if (command.commands.length === 0) names.add(command.name());
    for (const sub of command.commands) names.add(`${command.name()} ${sub.name()}`);
  }
  return names;
}

function textFiles(): string[] {
  const below = (folder: string, ending: RegExp) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && ending.test(entry.name))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
  return ['README.md', ...below('docs', /\.md$/), ...below('src', /\.ts$/)];
}

test('every command that a document or a message names exists', () => {
  const known = commands();
  const groups = new Set([...known].filter((name) => name.includes(' ')).map((name) => name.split(' ')[0]!));
  const missing = textFiles().flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const named = [...text.matchAll(/\.\/depesch +([a-z][a-z-]*)(?: +([a-z][a-z-]*))?/g)].map(([, first, second]) =>
      groups.has(first!) ? `${first} ${second ?? ''}`.trim() : first!,
    );
    // A group alone stands for its help, as in `./depesch account --help`.
    return named.filter((name) => !known.has(name) && !groups.has(name)).map((name) => `${file}: ${name}`);
  });
  expect(missing).toEqual([]);
});
