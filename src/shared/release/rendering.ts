import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { canonicalJson, sha256Hex } from '../platform/canonical.ts';

const SHARED = join(import.meta.dirname, '..');

/** Rooms whose code decides the bytes of pages and feeds. package.json names the exact versions of the libraries they use. */
const ROOMS = ['platform', 'release', 'site', 'feeds'];

let program: string | undefined;

/**
 * Hash of everything beside the revision that a page or feed is rendered with: the newsroom, the public address, this program.
 * Bytes made with the same and as of the same publication must be the same; `verify` compares only those, and an output made with
 * another is made again.
 */
export function renderingHash(newsroomHash: string, baseUrl: string): string {
  program ??= hashProgram();
  return sha256Hex(canonicalJson({ newsroom: newsroomHash, baseUrl, program }));
}

/** Read from the files rather than from a version number, which a mended template forgets to raise. */
function hashProgram(): string {
  const hash = createHash('sha256').update(readFileSync(join(SHARED, '../../package.json')));
  for (const room of ROOMS) {
    const files = readdirSync(join(SHARED, room), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
    for (const path of paths) hash.update(`\n${relative(SHARED, path)}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}
