import type { Document } from './document.ts';

/** A page made on request: until when it is true, and what it was made from, the file it stands for and the newsroom. */
export type Made = {
  readonly document: Document;
  readonly until: Date | undefined;
  readonly file: string;
  readonly newsroom: string;
};

/** Pages the clock has changed since they were written, kept ready. The least recently used go first. */
export class MadePages {
  readonly #mostBytes: number;
  readonly #pages = new Map<string, Made>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** The page made of that very file, while the clock has not changed it again. */
  find(path: string, file: string, now: Date): Made | undefined {
    const made = this.#pages.get(path);
    if (!made) return undefined;
    this.#forget(path);
    if (made.file !== file || (made.until && made.until <= now)) return undefined;
    this.keep(path, made);
    return made;
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
