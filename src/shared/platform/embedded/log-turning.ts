import { copyFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

/** Enough to find what went wrong, small enough to be opened. */
const MOST_BYTES = 10_000_000;
/** One old file is kept beside each log, so nothing in them is older than twice this: logs are kept 30 days. */
const LONGEST_MS = 15 * 86_400_000;

/**
 * Puts every log of the folder that is too big or too old aside as `<name>.log.1`, over the one before. Returns their names.
 * Writers hold the file open for appending, so it is copied and emptied; a line written between the two is lost.
 */
export function turnLogs(folder: string, now: number = Date.now()): string[] {
  const turned: string[] = [];
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.log'))) {
    const path = join(folder, name);
    const { size, birthtimeMs } = statSync(path);
    const begunAt = statSync(`${path}.1`, { throwIfNoEntry: false })?.mtimeMs ?? birthtimeMs;
    if (size === 0 || (size <= MOST_BYTES && now - begunAt <= LONGEST_MS)) continue;
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    turned.push(name);
  }
  return turned;
}
