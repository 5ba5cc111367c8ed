import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './check.ts';

/** Where tools lie that only checks use: too large, and too far from what the program does, to be among its own packages. */
const SHELF = join(homedir(), '.cache/depesch-check');

/**
 * The folder of an npm package of one exact version, installed at the first call and found again by the next. None of its install scripts run.
 * Throws when the registry cannot be reached.
 */
export async function npmTool(name: string, version: string): Promise<string> {
  const folder = join(SHELF, `${name}-${version}`);
  const tool = join(folder, 'node_modules', name);
  if (existsSync(tool)) return tool;
  const half = `${folder}.${process.pid}`;
  await mkdir(half, { recursive: true });
  await writeFile(join(half, 'package.json'), JSON.stringify({ private: true }));
  process.stdout.write(`  ${name} ${version} goes to ${folder}\n`);
  const args = ['install', '--prefix', half, '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', `${name}@${version}`];
  const { status, err } = await runProgram('npm', args);
  if (status !== 0) throw new Error(`npm could not install ${name} ${version}: ${err}`);
  await rename(half, folder).catch(async () => rm(half, { recursive: true, force: true }));
  return tool;
}
