import type { IncomingMessage, ServerResponse } from 'node:http';
import { RecentlyUsed } from '../../../shared/platform/recently-used.ts';
import { matchesAny } from './conditional.ts';
import { chooseEncoding, type Encoding } from './encodings.ts';

/** One answer as it goes onto the wire: header names and values in turn, and the bytes. */
export type Ready = {
  /** Hash of the file's bytes. */
  readonly file: string;
  readonly etag: string;
  readonly head: readonly string[];
  readonly headNotModified: readonly string[];
  /** Undefined while only readers who had the bytes already have asked. */
  readonly body: Buffer | undefined;
  /** One quick look whether the file is still the one this was made of. */
  isCurrent(): boolean;
};

/** So long an answer is given again without a look at its file: a publication is seen by every reader well within a second. */
const BELIEVED_MS = 100;
/** Front page, feeds and the releases everybody reads at this moment; each holds on to its bytes. */
const MOST_READY = 512;
/** Browsers and proxies send a few dozen different ones. */
const MOST_HEADERS = 500;

type Page = { lookedAt: number; readonly forms: Map<Encoding, Ready> };

/**
 * Answers that were just given, kept ready for the next reader of the same address, before any routing. Measured (test/bench/serving.ts): a rush of
 * readers costs a tenth of what the way through every hook costs. Whatever is not plainly the same question goes that way.
 */
export class ReadyAnswers {
  readonly #pages = new RecentlyUsed<Page>(MOST_READY);
  readonly #encodings = new Map<string | undefined, Encoding>();
  #closed = false;
  /** Answers given since the start, by status; metrics read it. */
  readonly given = { 200: 0, 304: 0 };

  /** Gives the answer; false when there is none ready for this request, and nothing was done. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#closed || request.method !== 'GET') return false;
    const page = this.#pages.find(request.url!);
    if (!page) return false;
    const { headers } = request;
    const known = headers['if-none-match'];
    if (known === undefined && headers['if-modified-since'] !== undefined) return false;
    const ready = page.forms.get(this.#encodingFor(headers['accept-encoding']));
    if (!ready || !this.#isBelieved(request.url!, page, ready)) return false;
    if (known !== undefined && matchesAny(known, ready.etag)) {
      this.given[304] += 1;
      response.writeHead(304, ready.headNotModified as string[]);
      response.end();
      return true;
    }
    if (!ready.body) return false;
    this.given[200] += 1;
    response.writeHead(200, ready.head as string[]);
    response.end(ready.body);
    return true;
  }

  /** Keeps an answer that was made a moment ago, for the form of it this encoding asks for. `target` is the request's whole target. */
  keep(target: string, encoding: Encoding, ready: Ready): void {
    const forms = this.#pages.find(target)?.forms ?? new Map();
    // Forms of one page are of one file: those of an older one go with the first that is new.
    for (const [other, form] of forms) if (form.file !== ready.file) forms.delete(other);
    forms.set(encoding, ready);
    this.#pages.keep(target, { lookedAt: performance.now(), forms });
  }

  /** From now on everything goes the long way, which tells connections that the server ends. */
  close(): void {
    this.#closed = true;
    this.#pages.clear();
  }

  #isBelieved(target: string, page: Page, ready: Ready): boolean {
    const now = performance.now();
    if (now - page.lookedAt < BELIEVED_MS) return true;
    if (!ready.isCurrent()) {
      this.#pages.forget(target);
      return false;
    }
    page.lookedAt = now;
    return true;
  }

  #encodingFor(header: string | undefined): Encoding {
    const known = this.#encodings.get(header);
    if (known !== undefined) return known;
    const encoding = chooseEncoding(header);
    if (this.#encodings.size < MOST_HEADERS) this.#encodings.set(header, encoding);
    return encoding;
  }
}
