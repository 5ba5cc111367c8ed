import type { Document } from './document.ts';

/** What a page made on request was made from: the file it stands for, and the newsroom. */
export type MadeFrom = { readonly file: string; readonly newsroom: string };

type Made = { readonly from: MadeFrom; readonly until: Date | undefined; readonly document: Document };

/**
 * Pages the clock has changed since they were written, kept ready until it changes them again, the worker writes them anew or the newsroom
 * file changes. The least recently used go first.
 */
export class MadePages {
  readonly #mostBytes: number;
  readonly #pages = new Map<string, Made>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  find(path: string, from: MadeFrom, now: Date): Document | undefined {
    const made = this.#pages.get(path);
    if (!made) return undefined;
    this.#forget(path);
    if (made.from.file !== from.file || made.from.newsroom !== from.newsroom || (made.until && made.until <= now)) return undefined;
    this.keep(path, made);
    return made.document;
  }

  keep(path: string, made: Made): void {
    this.#forget(path);
    this.#pages.set(path, made);
    this.#bytes += made.document.body.length;
    for (const oldest of this.#pages.keys()) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(path: string): void {
    this.#bytes -= this.#pages.get(path)?.document.body.length ?? 0;
    this.#pages.delete(path);
  }
}
