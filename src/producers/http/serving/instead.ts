import { withTimeout } from '../../../shared/platform/clock.ts';
import { messageOf } from '../../../shared/platform/failure.ts';
import { RecentlyUsed } from '../../../shared/platform/recently-used.ts';
import type { Why } from '../../../shared/publishing/unwritten.ts';
import type { Services } from '../../../shared/services.ts';
import type { Redirect } from '../../../shared/site/of-release.ts';
import { MADE_BYTES } from '../limits.ts';
import type { Behind } from './behind.ts';
import type { Made } from './making.ts';
import type { MadeToday } from './pages-of-today.ts';

/** Readers wait no longer than this for what a worker has yet to write; then they get what was made or written last. */
const MOST_WAIT_MS = 1_000;

/** What was made of a page between two looks. */
type Turn = {
  readonly making: Promise<Made | undefined>;
  /** The same, given up after a while. */
  readonly soon: Promise<Made | undefined>;
};

type Last = { readonly document: MadeToday; readonly at: Date };

type Parts = { readonly behind: Behind; readonly log: Services['log']; make(path: string): Promise<Made | undefined> };

/**
 * Pages in the place of files that are not right: each made once between two looks, however many ask and in whatever way, also when it cannot be made. Of
 * those that could not, the one made before is served where no file is newer: nobody goes back in time.
 */
export function openInstead({ behind, log, make }: Parts) {
  const last = new RecentlyUsed<Last>(MADE_BYTES, ({ document }) => document.body.length);
  const turns = new Map<string, Turn>();
  let look = 0;

  function turnOf(path: string): Turn {
    if (look !== behind.looks()) {
      look = behind.looks();
      turns.clear();
    }
    const turn = turns.get(path) ?? begin(path, look);
    turns.set(path, turn);
    return turn;
  }

  function begin(path: string, now: number): Turn {
    const at = new Date();
    const making = make(path).then((made) => {
      if (!made || isRedirect(made)) return made;
      const document = { ...made, isCurrent: () => behind.looks() === now };
      last.keep(path, { document, at });
      return document;
    });
    const soon = withTimeout(making, MOST_WAIT_MS, 'page not yet written');
    soon.catch((error: unknown) => log.warn({ path, reason: messageOf(error) }, 'http.page_not_made'));
    return { making, soon };
  }

  return {
    /** The page as it is public now. Undefined when there is none. Throws what making it throws; what was taken back is waited for longer. */
    of: (path: string, why: Why): Promise<Made | undefined> => (why === 'takenBack' ? turnOf(path).making : turnOf(path).soon),
    /** What was made last, unless a worker wrote the page since. */
    lastOf(path: string, writtenAt: Date | undefined): MadeToday | undefined {
      const made = last.find(path);
      return made && !(writtenAt && writtenAt >= made.at) ? made.document : undefined;
    },
  };
}

function isRedirect(made: Made): made is Redirect {
  return 'location' in made;
}
