import { withTimeout } from '../../../shared/platform/clock.ts';
import { messageOf } from '../../../shared/platform/failure.ts';
import { type BehindPages, findBehind } from '../../../shared/publishing/behind.ts';
import { notFoundPath } from '../../../shared/release/addresses.ts';
import { readPagePath } from '../../../shared/release/page-path.ts';
import type { Services } from '../../../shared/services.ts';

/** What was published or taken back is on its page within this time and a rendering, whether or not a worker writes it. */
const LOOK_MS = 1_000;
/** A server that hangs is no reason to stop looking. */
const MOST_WAIT_MS = 5_000;

/** Which files are not to be served as they are, because html has yet to write what is public now (docs/decisions/0022). */
export type Behind = {
  /** Why the page at a path is to be made instead; undefined while its file is right. */
  of(path: string): 'changed' | 'withdrawn' | undefined;
  /** Grows with every look: what was made since the last one may be kept until the next. */
  looks(): number;
  close(): void;
};

const NOTHING: BehindPages = { releases: new Map(), lists: false };

/** Looks once a second until closed. While PostgreSQL is away only withdrawals are remembered: of them no file must be shown. */
export function openBehind(services: Services): Behind {
  let pages = NOTHING;
  let looks = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function look(): Promise<void> {
    try {
      pages = await withTimeout(findBehind(services.database), MOST_WAIT_MS, 'what html has yet to write');
    } catch (error) {
      services.log.debug({ reason: messageOf(error) }, 'http.behind_not_known');
      pages = { releases: new Map([...pages.releases].filter(([, why]) => why === 'withdrawn')), lists: false };
    }
    looks += 1;
    if (!closed) timer = setTimeout(look, LOOK_MS).unref();
  }
  void look();

  return {
    of: (path) => pages.releases.get(path) ?? (pages.lists && showsLists(path) ? 'changed' : undefined),
    looks: () => looks,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** Front pages, lists, the sitemap, and the page for who is lost, which names what is new. */
function showsLists(path: string): boolean {
  const named = readPagePath(path);
  return named ? named.kind === 'list' || named.kind === 'sitemap' : path.endsWith('/') || path === notFoundPath();
}
