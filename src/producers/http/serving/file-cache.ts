import type { BigIntStats } from 'node:fs';
import { constants, statSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { RecentlyUsed } from '../../../shared/platform/recently-used.ts';
import { type Encodable, encodableOf } from './document.ts';

/** A file of the public folder, read whole through one open descriptor. */
export type CachedFile = Encodable & {
  readonly modifiedAt: Date;
  /** Whether the path still leads to this file. Synchronous: one look at an inode the system has in memory. */
  isCurrent(): boolean;
};

type Entry = { readonly identity: string; readonly file: CachedFile; bytes: number };

/**
 * What is kept of the public folder in memory: files with their hash, and their compressed forms once somebody asked for them.
 * A file is known by its inode, size and time: a rename over it (which is how workers write) is seen at the next request.
 */
export class FileCache {
  readonly #entries: RecentlyUsed<Entry>;

  constructor(mostBytes: number) {
    this.#entries = new RecentlyUsed(mostBytes, ({ bytes }) => bytes);
  }

  /** The file at `path`, or undefined when there is none. The bytes are one writer's, never half of two. */
  async read(path: string): Promise<CachedFile | undefined> {
    const now = await statFile(path);
    if (!now) {
      this.#entries.forget(path);
      return undefined;
    }
    const known = this.#entries.find(path);
    return known?.identity === identityOf(now) ? known.file : this.#load(path);
  }

  /** Bytes held, compressed forms included. */
  get bytes(): number {
    return this.#entries.size;
  }

  async #load(path: string): Promise<CachedFile | undefined> {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(missing);
    if (!handle) return undefined;
    try {
      return await this.#keep(path, handle);
    } finally {
      await handle.close();
    }
  }

  async #keep(path: string, handle: FileHandle): Promise<CachedFile | undefined> {
    // The descriptor holds on to what it opened, even when a worker renames a new file over the name meanwhile.
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) return undefined;
    const body = await handle.readFile();
    const entry: Entry = {
      identity: identityOf(stats),
      bytes: body.length,
      file: {
        ...encodableOf(body, (grown) => this.#grow(path, entry, grown)),
        modifiedAt: stats.mtime,
        isCurrent: () => isStill(path, entry.identity),
      },
    };
    this.#entries.keep(path, entry);
    return entry.file;
  }

  #grow(path: string, entry: Entry, bytes: number): void {
    entry.bytes += bytes;
    if (this.#entries.find(path) === entry) this.#entries.keep(path, entry);
  }
}

async function statFile(path: string): Promise<BigIntStats | undefined> {
  const stats = await stat(path, { bigint: true }).catch(missing);
  return stats?.isFile() ? stats : undefined;
}

function isStill(path: string, identity: string): boolean {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats !== undefined && identityOf(stats) === identity;
  } catch {
    return false; // the long way says what is wrong
  }
}

function identityOf(stats: BigIntStats): string {
  return `${stats.dev}.${stats.ino}.${stats.size}.${stats.mtimeNs}`;
}

/** ENOTDIR: `/rss.xml/index.html`. ELOOP: a symbolic link. ENAMETOOLONG: a long search in the path. None of them is a file of ours. */
function missing(error: NodeJS.ErrnoException): undefined {
  if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'].includes(error.code ?? '')) return undefined;
  throw error;
}
