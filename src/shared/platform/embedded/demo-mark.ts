import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file that makes a folder a demo's: only such a folder is ever cleared, and no production house starts on it. */
const MARK = 'demo-mark.txt';
const FIRST_LINE = 'A demo of Depesch made this folder.';

/** True when a demo made the folder. */
export function isDemoFolder(dataDir: string): boolean {
  const path = join(dataDir, MARK);
  return existsSync(path) && readFileSync(path, 'utf8').startsWith(FIRST_LINE);
}

/** True when there is nothing in the folder, or no folder. */
export function isEmptyFolder(dataDir: string): boolean {
  return !existsSync(dataDir) || readdirSync(dataDir).length === 0;
}

/** Makes an existing folder a demo's. */
export function markDemoFolder(dataDir: string): void {
  writeFileSync(join(dataDir, MARK), `${FIRST_LINE}\nThe next demo on it clears it; ./depesch up refuses it.\n`);
}
