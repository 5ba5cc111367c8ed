import { monotonicMs, withTimeout } from '../../../shared/platform/clock.ts';
import { messageOf } from '../../../shared/platform/failure.ts';
import { RecentlyUsed } from '../../../shared/platform/recently-used.ts';
import type { Services } from '../../../shared/services.ts';
import { MADE_BYTES } from '../limits.ts';
import type { Document } from './document.ts';

/** Readers wait no longer than this for a page as of today; then they get the one that was written. */
const MOST_WAIT_MS = 1_000;
/** So long after a failure nobody tries again: with PostgreSQL away every reader would wait. */
const PAUSE_MS = 5_000;

/** A page made on request, and what it was made from: the file it stands for and the newsroom. */
type Made = { readonly document: MadeToday; readonly file: string; readonly newsroom: string };

export type MadeToday = Document & { readonly until?: Date | undefined };

/**
 * Pages that say something else today than when they were written (docs/decisions/0012). `make` renders one from what is public in SQL. While
 * none can be made, the last one made is served, else the written one: yesterday's press contact is better than an error.
 */
export function openPagesOfToday(services: Services, make: (path: string) => Promise<MadeToday | undefined>) {
  const pages = new RecentlyUsed<Made>(MADE_BYTES, ({ document }) => document.body.length);
  let pausedUntil = 0;

  async function makeNow(path: string, file: string): Promise<Document | undefined> {
    const { hash } = await services.newsroom();
    const document = await make(path);
    if (document) pages.keep(path, { document, file, newsroom: hash });
    return document;
  }

  return {
    /** The page at a path as of `now`, in the place of the written one. */
    async find(path: string, written: Document, now: Date): Promise<Document> {
      const last = ofThatFile(pages.find(path), written, now);
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

/** The page made of that very file, while the clock has not changed it again. */
function ofThatFile(made: Made | undefined, { hash }: Document, now: Date): Made | undefined {
  const until = made?.document.until;
  return made?.file === hash && !(until && until <= now) ? made : undefined;
}
