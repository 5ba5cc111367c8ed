import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { SaxesParser } from 'saxes';
import { Failure, messageOf } from '../platform/failure.ts';
import { syncFolder } from '../platform/files.ts';
import { channelMark, publicFolder } from '../release/addresses.ts';
import type { Channel } from '../schema/tables.ts';

/** Files written aside, waiting to be swapped in together. Use only while holding the channel's lock. */
export type OutputFolder = {
  /** Writes a file aside, parsed first; bytes equal to the public ones are left alone, so that their date and ETag stay. */
  write(path: string, data: string | Uint8Array, check?: 'xml' | 'json'): Promise<void>;
  remove(path: string): void;
  /** Everything written so far is on the disk when this returns. */
  flush(): Promise<void>;
  /** Renames all into place, the mark last, and flushes the folders. */
  swap(mark: Mark): Promise<void>;
};

/** What a channel's output shows, written after everything else. */
export type Mark = {
  readonly publication: number;
  /** What all of it was last made with (release/rendering.ts); null until it was made as a whole. */
  readonly madeWith: string | null;
};

/** Flushing one file after another waits for the disk each time; some at once share the wait. */
const FLUSHES_AT_ONCE = 16;

/**
 * Opens the aside folder of a channel, empty: what a killed writer left there is removed. `breathe` is called again and again during what takes
 * long; when it throws, the work ends there.
 */
export async function openOutputFolder(dataDir: string, channel: Channel, breathe: () => Promise<void>): Promise<OutputFolder> {
  const root = publicFolder(dataDir);
  const asideFolder = join(root, `.aside-${channel}`);
  await rm(asideFolder, { recursive: true, force: true });
  await mkdir(asideFolder, { recursive: true });
  const written: { aside: string; target: string }[] = [];
  const removed: string[] = [];
  const aside = () => join(asideFolder, String(written.length));

  return {
    async write(path, data, check) {
      const target = within(root, path);
      const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : Buffer.from(data);
      if (check) demandParses(path, bytes, check);
      const old = await readFile(target).catch(() => undefined);
      if (old?.equals(bytes)) return;
      const name = aside();
      await writeFile(name, bytes);
      written.push({ aside: name, target });
    },
    remove(path) {
      removed.push(within(root, path));
    },
    async flush() {
      await inPortions(written, (file) => syncFile(file.aside));
    },
    async swap(mark) {
      const folders = new Set<string>();
      for (const file of written) {
        await mkdir(dirname(file.target), { recursive: true });
        await rename(file.aside, file.target);
        folders.add(dirname(file.target));
        await breathe();
      }
      for (const target of removed) await rm(target, { force: true });
      await writeMark(dataDir, channel, mark);
      await inPortions([...folders, root], syncFolder);
      await rm(asideFolder, { recursive: true, force: true });
    },
  };

  async function inPortions<Item>(items: readonly Item[], flush: (item: Item) => Promise<void>): Promise<void> {
    for (let start = 0; start < items.length; start += FLUSHES_AT_ONCE) {
      await Promise.all(items.slice(start, start + FLUSHES_AT_ONCE).map(flush));
      await breathe();
    }
  }
}

/** The mark of a channel's output; undefined when the folder is new, lost or restored without it. */
export async function readMark(dataDir: string, channel: Channel): Promise<Mark | undefined> {
  try {
    const mark = JSON.parse(await readFile(join(publicFolder(dataDir), channelMark(channel)), 'utf8')) as Partial<Mark>;
    return typeof mark.publication === 'number' ? { publication: mark.publication, madeWith: mark.madeWith ?? null } : undefined;
  } catch {
    return undefined;
  }
}

async function writeMark(dataDir: string, channel: Channel, mark: Mark): Promise<void> {
  const path = join(publicFolder(dataDir), channelMark(channel));
  await writeFile(`${path}.aside`, JSON.stringify(mark));
  await syncFile(`${path}.aside`);
  await rename(`${path}.aside`, path);
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function within(root: string, path: string): string {
  const target = normalize(join(root, path));
  if (!target.startsWith(`${root}/`)) throw new Failure('outside_public', `${path} lies outside the public folder`);
  return target;
}

/** Throws unless the document parses strictly: a feed that would not parse never replaces one that does (promise 3). */
function demandParses(path: string, bytes: Buffer, check: 'xml' | 'json'): void {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (check === 'json') {
      JSON.parse(text);
      return;
    }
    const parser = new SaxesParser({ xmlns: true });
    parser.on('error', (error) => {
      throw error;
    });
    parser.write(text).close();
  } catch (error) {
    throw new Failure('does_not_parse', `${path} would not parse as ${check}: ${messageOf(error)}`, { cause: error });
  }
}
