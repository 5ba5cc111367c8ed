import { monotonicMs, withTimeout } from '../../../shared/platform/clock.ts';
import { RecentlyUsed } from '../../../shared/platform/recently-used.ts';

/** How long "the public may see it" is believed without asking SQL: as long as a page may be out of date. */
const BELIEVED_MS = 15_000;
/**
 * How long it is believed while SQL does not answer, so that pages keep their pictures: as long as readers' own caches do (cache-control.ts). Nothing is
 * taken back meanwhile that SQL would know of, and nothing is ever believed that SQL has not said (promise 4).
 */
const BELIEVED_AWAY_MS = 3_600_000;
/** Readers wait no longer than this for an answer that was known before; then nobody asks for a while. */
const MOST_WAIT_MS = 1_000;
const PAUSE_MS = 5_000;
/** A hash, a media type and a time each: a megabyte or two at most. */
const MOST_REMEMBERED = 10_000;

type Seen = { readonly at: number; readonly type: string };

/** Which pictures and attachments the public may see. `ask` gives the media type of one that it may, from SQL. */
export class KnownPublic {
  readonly #seen = new RecentlyUsed<Seen>(MOST_REMEMBERED);
  readonly #ask: (hash: string) => Promise<string | undefined>;
  readonly #clock: () => number;
  #pausedUntil = 0;

  constructor(ask: (hash: string) => Promise<string | undefined>, clock: () => number = monotonicMs) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** The media type; undefined when the public may not see it. Throws what asking throws when it was not seen lately. */
  async typeOf(hash: string): Promise<string | undefined> {
    const seen = this.#seen.find(hash);
    const now = this.#clock();
    if (!seen || now - seen.at >= BELIEVED_AWAY_MS) return this.#remember(hash, await this.#ask(hash));
    if (now - seen.at < BELIEVED_MS || now < this.#pausedUntil) return seen.type;
    try {
      return this.#remember(hash, await withTimeout(this.#ask(hash), MOST_WAIT_MS, 'public asset'));
    } catch {
      this.#pausedUntil = this.#clock() + PAUSE_MS;
      return seen.type;
    }
  }

  #remember(hash: string, type: string | undefined): string | undefined {
    if (type === undefined) this.#seen.forget(hash);
    else this.#seen.keep(hash, { at: this.#clock(), type });
    return type;
  }
}
