import { withTimeout } from '../../shared/platform/clock.ts';
import type { Newsroom } from '../../shared/release/newsroom/newsroom.ts';
import type { Services } from '../../shared/services.ts';

/** Whoever only wants to know how the newsroom is called and set up waits no longer than this for the newest. */
const MOST_WAIT_MS = 1_000;

/** The newsroom, or while PostgreSQL does not answer, as this process knew it last: its pages and styles are files and still there. */
export async function newsroomOrLast(services: Pick<Services, 'newsroom' | 'lastNewsroom'>): Promise<Newsroom | undefined> {
  try {
    return (await withTimeout(services.newsroom(), MOST_WAIT_MS, 'newsroom')).newsroom;
  } catch {
    return services.lastNewsroom();
  }
}
