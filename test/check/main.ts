import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Check } from '../support/check.ts';

/*
 * Checks of what leaves the program by software that is not ours. Not part of `npm test`: they need programs that this one does not.
 *   npm run check                 all of them
 *   npm run check -- dkim spam    some
 * Each file beside this one exports a `check`. Its figures replace its section of docs/checks.md; those of a check that fails do not.
 */
const PAGE = join(import.meta.dirname, '../../docs/checks.md');
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .map((file) => basename(file, '.ts'))
  .sort();

type Section = { readonly name: string; readonly text: string };

const INTRODUCTION = `# Checks by software that is not ours

What each check found when it was last run; \`npm run check\` writes this page. Not part of \`npm test\`, for it needs programs that Depesch
itself does not; a check whose program is missing names the package to install.
`;

async function main(wanted: readonly string[]): Promise<void> {
  const strangers = wanted.filter((name) => !names.includes(name));
  if (strangers.length > 0) {
    console.error(`There is no check ${strangers.join(', ')}. Checks: ${names.join(', ')}.`);
    process.exitCode = 1;
    return;
  }
  for (const name of wanted.length > 0 ? wanted : names) {
    if (!(await perform(name))) process.exitCode = 1;
  }
}

/** Runs one check, prints its figures and keeps them when all are right. */
async function perform(name: string): Promise<boolean> {
  const { check } = (await import(`./${name}.ts`)) as { check: Check };
  console.log(`${name}: ${check.about}`);
  const missing = await check.missing();
  if (missing !== undefined) {
    console.log(`  not run: ${missing}`);
    return false;
  }
  const { with: program, figures, notes = [] } = await check.run();
  for (const { what, found, wanted, right } of figures)
    console.log(`  ${right ? 'right' : 'WRONG'}  ${what}: ${found} (wanted: ${wanted})`);
  if (!figures.every(({ right }) => right)) return false;
  const lines = [
    `${check.about[0]!.toUpperCase()}${check.about.slice(1)}. \`npm run check -- ${name}\`, ${new Date().toISOString().slice(0, 10)}, ${program}, Node ${process.version}.`,
    '',
    '| what | found | wanted |',
    '|---|---|---|',
    ...figures.map(({ what, found, wanted }) => `| ${what} | ${found} | ${wanted} |`),
    ...notes.flatMap((note) => ['', note]),
  ];
  await keep({ name, text: lines.join('\n') });
  return true;
}

/** Puts the section in its place on the page, in the order of the alphabet. */
async function keep(section: Section): Promise<void> {
  const [, ...parts] = (existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '').split(/^## /m);
  const kept = parts.map((part): Section => {
    const end = part.indexOf('\n');
    return { name: part.slice(0, end).trim(), text: part.slice(end).trim() };
  });
  const sections = [...kept.filter(({ name }) => name !== section.name), section].sort((one, other) => (one.name < other.name ? -1 : 1));
  await writeFile(PAGE, [INTRODUCTION, ...sections.map(({ name, text }) => `## ${name}\n\n${text}\n`)].join('\n'));
}

await main(process.argv.slice(2));
