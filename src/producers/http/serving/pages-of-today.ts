import { monotonicMs, withTimeout } from '../../../shared/platform/clock.ts';
import { messageOf } from '../../../shared/platform/failure.ts';
import type { Services } from '../../../shared/services.ts';
import { MADE_BYTES } from '../limits.ts';
import type { Document } from './document.ts';
import { MadePages } from './made-pages.ts';

/** Readers wait no longer than this for a page as of today; then they get the one that was written. */
const MOST_WAIT_MS = 1_000;
/** So long after a failure nobody tries again: with PostgreSQL away every reader would wait. */
const PAUSE_MS = 5_000;

export type MadeToday = Document & { readonly until?: Date | undefined };

/**
 * Pages that say something else today than when they were written (docs/decisions/0012). `make` renders one from what is public in SQL. While
 * none can be made, the last one made is served, else the written one: yesterday's press contact is better than an error.
 */
export function openPagesOfToday(services: Services, make: (path: string) => Promise<MadeToday | undefined>) {
  const pages = new MadePages(MADE_BYTES);
  let pausedUntil = 0;

  async function makeNow(path: string, file: string): Promise<Document | undefined> {
    const { hash } = await services.newsroom();
    const document = await make(path);
    if (document) pages.keep(path, { document, until: document.until, file, newsroom: hash });
    return document;
  }

  return {
    /** The page at a path as of `now`, in the place of the written one. */
    async find(path: string, written: Document, now: Date): Promise<Document> {
      const last = pages.find(path, written.hash, now);
      const otherwise = last?.document ?? written;
      if (monotonicMs() < pausedUntil) return otherwise;
      try {
        if (last && last.newsroom === (await withTimeout(services.newsroom(), MOST_WAIT_MS, 'newsroom')).hash) return last.document;
        return (await withTimeout(makeNow(path, written.hash), MOST_WAIT_MS, 'page of today')) ?? otherwise;
      } catch (error) {
        pausedUntil = monotonicMs() + PAUSE_MS;
        services.log.warn({ path, reason: messageOf(error) }, 'http.page_of_today_not_made');
        return otherwise;
      }
    },
  };
}
