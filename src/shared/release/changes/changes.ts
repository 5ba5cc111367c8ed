import type { Connection } from '../../schema/database.ts';
import { ReleaseContent } from '../content.ts';
import type { RevisionView } from '../view.ts';
import { shownFrom } from './concealed.ts';
import { type Change, diffContents } from './diff.ts';

/** What one revision changed; `undefined` when the text before it is not shown. */
export type RevisionChanges = { readonly n: number; readonly changes: readonly Change[] | undefined };

/** Whether anything may be shown of what its revisions changed: the newest is no first one, and hides no text before it. */
export function mayShowChanges({ history, n }: Pick<RevisionView, 'history' | 'n'>): boolean {
  return n > shownFrom(history);
}

/** More than this on one page nobody reads; later revisions are what readers ask about. */
const MOST_COMPARED = 20;

/**
 * What each revision of a public release changed, newest first. Texts from before the last concealed correction are not even read
 * (promise 9), and those of a withdrawn release have no view to ask with.
 */
export async function loadChanges(db: Connection, view: RevisionView): Promise<RevisionChanges[]> {
  const later = view.history
    .filter(({ n }) => n > 1)
    .toReversed()
    .slice(0, MOST_COMPARED);
  const oldest = Math.max(shownFrom(view.history), (later.at(-1)?.n ?? 1) - 1);
  const rows = await db
    .selectFrom('revisions')
    .select(['n', 'content'])
    .where('release', '=', view.id)
    .where('kind', '<>', 'withdrawal')
    .where('n', '>=', oldest)
    .where('n', '<=', view.n)
    .execute();
  const texts = new Map(rows.map(({ n, content }) => [n, ReleaseContent.parse(content)]));
  return later.map(({ n }) => {
    const [before, after] = [texts.get(n - 1), texts.get(n)];
    return { n, changes: before && after && diffContents(before, after) };
  });
}
