import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Failure } from '../platform/failure.ts';
import { syncFile, syncFileSystem, syncFolder } from '../platform/files.ts';
import { demandXml } from '../platform/well-formed.ts';
import { channelMark, publicFolder } from '../release/addresses.ts';
import type { Channel } from '../schema/tables.ts';

/** Files written aside, waiting to be swapped in together. Use only while holding the channel's lock. */
export type OutputFolder = {
  /** Writes a file aside, with `check` parsed first (promise 3); bytes equal to the public ones are left alone, so that their date and ETag stay. */
  write(path: string, data: string | Uint8Array, check?: 'xml'): Promise<void>;
  remove(path: string): void;
  /** Everything written so far is on the disk when this returns. */
  flush(): Promise<void>;
  /** Renames all into place, the mark last, and flushes the folders. */
  swap(mark: Mark): Promise<void>;
  /** Removes what lies aside, whatever came of it: of a disk that filled up it is the first thing that others need back. */
  close(): Promise<void>;
};

/** What a channel's output shows, written after everything else. */
export type Mark = {
  readonly publication: number;
  /** What all of it was last made with (release/rendering.ts); null until it was made as a whole. */
  readonly madeWith: string | null;
};

/** Flushing one file after another waits for the disk each time; some at once share the wait. */
const FLUSHES_AT_ONCE = 16;

/** From here on asking for everything on the disk at once costs less than asking for each file. */
const MANY = 500;

/** Files are written and renamed without a thread for each step, which costs a third of the processor time; everything else gets its turn so often. */
const TURN = 50;

/**
 * Opens the aside folder of a channel, empty: what a killed writer left there is removed. `breathe` is called again and again during what takes
 * long; when it throws, the work ends there.
 */
export async function openOutputFolder(dataDir: string, channel: Channel, breathe: () => Promise<void>): Promise<OutputFolder> {
  const root = publicFolder(dataDir);
  const asideOfAll = join(root, `.aside-${channel}`);
  // One of this writer's own: who lost the lock and wakes late finds it gone, and can neither write among the newer writer's files nor take them away.
  const asideFolder = join(asideOfAll, randomBytes(6).toString('hex'));
  await rm(asideOfAll, { recursive: true, force: true });
  await mkdir(asideFolder, { recursive: true });
  const written: { aside: string; target: string }[] = [];
  const removed: string[] = [];

  return {
    async write(path, data, check) {
      const target = within(root, path);
      if (check) demandXml(path, data);
      if (holds(target, data)) return;
      const aside = join(asideFolder, String(written.length));
      // Text goes as text: Node encodes it on its way into the file, and no second copy of each page waits for the garbage collector.
      writeFileSync(aside, data);
      written.push({ aside, target });
      if (written.length % TURN === 0) await setImmediate();
    },
    remove(path) {
      removed.push(within(root, path));
    },
    async flush() {
      await flushAll(
        written.map((file) => file.aside),
        syncFile,
      );
    },
    async swap(mark) {
      const folders = new Set<string>();
      for (const [index, file] of written.entries()) {
        const folder = dirname(file.target);
        if (!folders.has(folder)) mkdirSync(folder, { recursive: true });
        folders.add(folder);
        renameSync(file.aside, file.target);
        if (index % TURN === 0) await setImmediate();
        await breathe();
      }
      for (const target of removed) await rm(target, { force: true });
      await flushAll([...folders], syncFolder);
      await writeMark(dataDir, channel, mark);
      await syncFolder(root);
    },
    async close() {
      await rm(asideFolder, { recursive: true, force: true });
    },
  };

  async function flushAll(paths: readonly string[], flush: (path: string) => Promise<void>): Promise<void> {
    if (paths.length >= MANY && (await syncFileSystem(root))) return breathe();
    for (let start = 0; start < paths.length; start += FLUSHES_AT_ONCE) {
      await Promise.all(paths.slice(start, start + FLUSHES_AT_ONCE).map(flush));
      await breathe();
    }
  }
}

/** True when the file is there with this text or these bytes. Asked by its size first: of a new or changed page nothing has to be read. */
function holds(path: string, data: string | Uint8Array): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return (
    found !== undefined &&
    found.size === Buffer.byteLength(data) &&
    readFileSync(path).equals(typeof data === 'string' ? Buffer.from(data) : data)
  );
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

function within(root: string, path: string): string {
  const target = normalize(join(root, path));
  if (!target.startsWith(`${root}/`)) throw new Failure('outside_public', `${path} lies outside the public folder`);
  return target;
}
