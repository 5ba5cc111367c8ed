import type { Connection } from '../../schema/database.ts';
import { ReleaseContent } from '../content.ts';
import type { PublicView } from '../view.ts';
import { shownFrom } from './concealed.ts';

/** What people had of a release before a letter that corrects it or takes it back. */
export type Earlier = {
  /** Title by which they know it; of a withdrawn release it stands in the subject alone, so that they find the letter that is taken back. */
  readonly title: string;
  /** The text a correction is compared with; left out where it is not shown again (promise 9). */
  readonly content?: ReleaseContent;
};

/**
 * What the readers of a view's letter had before; undefined when the view is the first they get, or what they had is concealed. `had` is the
 * revision whose text they got: of the readers of one run some have an earlier correction, some the first text, some with a minor change.
 * Where no reader is meant, as in a preview, it is the last that opened a run before `run`, by default before the newest that was not minor.
 */
export async function findEarlier(
  db: Connection,
  view: PublicView,
  { run, had }: { run?: number; had?: number | undefined } = {},
): Promise<Earlier | undefined> {
  if (view.kind === 'withdrawal') {
    // Its title alone is read: what was taken back must not come near the letter.
    const row = await revision(db, view.id, view.n - 1)
      .select('title')
      .executeTakeFirst();
    return row && { title: row.title ?? '' };
  }
  const opened = view.history.filter((line) => line.kind !== 'minor');
  const corrected =
    had === undefined ? opened.findLast((line) => line.n < (run ?? opened.at(-1)!.n)) : view.history.find((line) => line.n === had);
  if (!corrected || corrected.n < shownFrom(view.history)) return undefined;
  const row = await revision(db, view.id, corrected.n).select('content').executeTakeFirst();
  const content = row && ReleaseContent.parse(row.content);
  return content && { title: content.title, content };
}

function revision(db: Connection, release: string, n: number) {
  return db.selectFrom('revisions').where('release', '=', release).where('n', '=', n);
}
