import { withTimeout } from '../../../shared/platform/clock.ts';
import { messageOf } from '../../../shared/platform/failure.ts';
import { findUnwritten, type Unwritten, type Why } from '../../../shared/publishing/unwritten.ts';
import { notFoundPath } from '../../../shared/release/addresses.ts';
import { feedFormatOf } from '../../../shared/release/lists/feed-lists.ts';
import { readPagePath } from '../../../shared/release/page-path.ts';
import type { Services } from '../../../shared/services.ts';

/** What was published or taken back is on its page within this time and a rendering, whether or not a worker writes it. */
const LOOK_MS = 1_000;
/** A server that hangs is no reason to stop looking. */
const MOST_WAIT_MS = 5_000;

/** Which files are not to be served as they are, because html or feeds has yet to write what is public now (docs/decisions/0022). */
export type Behind = {
  /** Why the page at a path is to be made instead; undefined while its file is right. */
  of(path: string): Why | undefined;
  /** Grows with every look: what was made since the last one may be kept until the next. */
  looks(): number;
  /** Settles with the first look, whatever came of it: no file is to be served before. */
  readonly known: Promise<void>;
  close(): void;
};

const NOTHING: Unwritten = { releases: new Map(), lists: false, feedFolders: new Set() };

/** Looks once a second until closed. While PostgreSQL is away what was known before holds: without it nobody writes a file either. */
export function openBehind(services: Pick<Services, 'database' | 'log'>): Behind {
  let unwritten = NOTHING;
  let looks = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  async function look(): Promise<void> {
    try {
      unwritten = await withTimeout(findUnwritten(services.database), MOST_WAIT_MS, 'what is yet to be written');
    } catch (error) {
      services.log.debug({ reason: messageOf(error) }, 'http.behind_not_known');
    }
    looks += 1;
    if (!closed) timer = setTimeout(look, LOOK_MS).unref();
  }
  const known = look();

  return {
    known,
    of: (path) => unwritten.releases.get(path) ?? (waits(path, unwritten) ? 'changed' : undefined),
    looks: () => looks,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

function waits(path: string, { lists, feedFolders }: Unwritten): boolean {
  if (!lists && feedFolders.size === 0) return false;
  return feedFormatOf(path) ? feedFolders.has(path.slice(0, path.lastIndexOf('/') + 1)) : lists && showsLists(path);
}

/** Front pages, lists, the sitemap, and the page for who is lost, which names what is new. */
function showsLists(path: string): boolean {
  const named = readPagePath(path);
  return named ? named.kind === 'list' || named.kind === 'sitemap' : path.endsWith('/') || path === notFoundPath();
}
