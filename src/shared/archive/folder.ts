import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../platform/failure.ts';
import { MANIFEST_FILE, type Manifest, type ManifestFile, manifestText } from './manifest.ts';

/** Something that is not as it was put there: which file or row, and what is wrong with it. */
export type Difference = { readonly at: string; readonly problem: string };

/**
 * Reads every byte of a folder and compares it with its manifest: nothing missing, nothing changed, nothing more.
 * Returns the first thing that differs, in the order of names; undefined when the folder is whole.
 */
export async function findDifference(folder: string, manifest: Manifest): Promise<Difference | undefined> {
  const found = await listFolder(folder);
  if (!found) return { at: folder, problem: 'is missing' };
  const expected = new Map<string, ManifestFile | undefined>([
    [MANIFEST_FILE, undefined],
    ...manifest.files.map((file) => [file.name, file] as const),
  ]);
  const missing = [...expected.keys()].find((name) => !found.files.has(name));
  if (missing) return { at: join(folder, missing), problem: 'is missing' };
  const folders = new Set([...expected.keys()].flatMap(parentsOf));
  const extra = [...found.files].find((name) => !expected.has(name)) ?? found.others.find((name) => !folders.has(name));
  if (extra) return { at: join(folder, extra), problem: 'is not named by the manifest' };
  for (const [name, file] of expected) {
    const problem = file ? await compareFile(join(folder, name), file) : await compareManifest(join(folder, name), manifest);
    if (problem) return { at: join(folder, name), problem };
  }
  return undefined;
}

type Listing = {
  readonly files: ReadonlySet<string> /** Folders, links and whatever else is no file. */;
  readonly others: readonly string[];
};

async function listFolder(folder: string): Promise<Listing | undefined> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => undefined);
  if (!entries) return undefined;
  const named = entries.map((entry) => ({ entry, name: relative(folder, join(entry.parentPath, entry.name)) }));
  return {
    files: new Set(named.filter(({ entry }) => entry.isFile()).map(({ name }) => name)),
    others: named.filter(({ entry }) => !entry.isFile()).map(({ name }) => name),
  };
}

function parentsOf(name: string): string[] {
  const parent = dirname(name);
  return parent === '.' ? [] : [parent, ...parentsOf(parent)];
}

async function compareManifest(path: string, manifest: Manifest): Promise<string | undefined> {
  return (await readFile(path, 'utf8')) === manifestText(manifest) ? undefined : 'is not the canonical manifest of this folder';
}

async function compareFile(path: string, file: ManifestFile): Promise<string | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        hash.update(chunk);
      }
    });
  } catch (error) {
    return `cannot be read: ${messageOf(error)}`;
  }
  if (bytes !== file.bytes) return `has ${bytes} bytes, the manifest says ${file.bytes}`;
  const sha256 = hash.digest('hex');
  return sha256 === file.sha256 ? undefined : `has SHA-256 ${sha256}, the manifest says ${file.sha256}`;
}
