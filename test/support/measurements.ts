import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { basename, join } from 'node:path';
import type { Check, Figure } from './check.ts';

/** A page of docs/ that a command keeps: one section for each thing it measures. */
export type FiguresPage = { readonly path: string; readonly introduction: string };

/** A folder of measurements and the command that carries them out. */
export type Measurements = {
  /** `check` or `bench`: what the command is called, and what each file of the folder exports. */
  readonly kind: 'check' | 'bench';
  readonly folder: string;
  readonly page: FiguresPage;
};

/**
 * Carries out the measurements named, or all of the folder: every file beside `main.ts`, whose parts lie in folders of their own. Prints their
 * figures and keeps them in their section of the page; those of a check that fails are not kept. Sets the exit status.
 */
export async function performAll(measurements: Measurements, wanted: readonly string[]): Promise<void> {
  // As in ./depesch: what is measured starts as it does at an administrator's.
  process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../node_modules/.cache/compiled');
  const names = readdirSync(measurements.folder)
    .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
    .map((file) => basename(file, '.ts'))
    .sort();
  const strangers = wanted.filter((name) => !names.includes(name));
  if (strangers.length > 0) {
    process.stderr.write(`There is no ${measurements.kind} ${strangers.join(', ')}. There are: ${names.join(', ')}.\n`);
    process.exitCode = 1;
    return;
  }
  for (const name of wanted.length > 0 ? wanted : names) {
    if (!(await perform(measurements, name))) process.exitCode = 1;
  }
}

async function perform({ kind, folder, page }: Measurements, name: string): Promise<boolean> {
  const { [kind]: one } = (await import(`${folder}/${name}.ts`)) as Record<string, Check>;
  process.stdout.write(`${name}: ${one!.about}\n`);
  const missing = await one!.missing();
  if (missing !== undefined) {
    process.stdout.write(`  not run: ${missing}\n`);
    return false;
  }
  const load = loadavg()[0]!;
  const { with: program, figures, notes = [] } = await one!.run();
  printFigures(figures);
  const right = figures.every((figure) => figure.right);
  // A bench shows where we stand; a check that fails has found nothing to keep.
  if (kind === 'check' && !right) return false;
  const about = `${one!.about[0]!.toUpperCase()}${one!.about.slice(1)}.`;
  const how = [`\`npm run ${kind} -- ${name}\``, today(), program, `Node ${process.version}`];
  if (kind === 'bench') how.push(`load average before it ${load.toFixed(1)}`);
  await keepSection(page, name, [`${about} ${how.join(', ')}.`, '', ...figureTable(figures), ...notes.flatMap((note) => ['', note])]);
  return right;
}

export function printFigures(figures: readonly Figure[]): void {
  for (const { what, found, wanted, right } of figures)
    process.stdout.write(`  ${right ? 'right' : 'WRONG'}  ${what}: ${found} (wanted: ${wanted})\n`);
}

/** The figures as lines of a Markdown table; those that are not as wanted say so. */
export function figureTable(figures: readonly Figure[]): string[] {
  return [
    '| what | found | wanted |',
    '|---|---|---|',
    ...figures.map(({ what, found, wanted, right }) => `| ${what} | ${found} | ${wanted}${right ? '' : ' (missed)'} |`),
  ];
}

export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Puts the section in its place on the page, in the order of the alphabet. */
export async function keepSection({ path, introduction }: FiguresPage, name: string, lines: readonly string[]): Promise<void> {
  const [, ...parts] = (existsSync(path) ? readFileSync(path, 'utf8') : '').split(/^## /m);
  const kept = parts.map((part) => {
    const end = part.indexOf('\n');
    return { name: part.slice(0, end).trim(), text: part.slice(end).trim() };
  });
  const sections = [...kept.filter((section) => section.name !== name), { name, text: lines.join('\n') }];
  sections.sort((one, other) => (one.name < other.name ? -1 : 1));
  await writeFile(path, [introduction, ...sections.map((section) => `## ${section.name}\n\n${section.text}\n`)].join('\n'));
}
