import type { Occasion } from '../mail/letter.ts';
import { Conflict } from '../platform/failure.ts';
import { findEarlier } from '../release/changes/earlier.ts';
import { ReleaseContent } from '../release/content.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { getRelease, loadView } from '../release/store.ts';
import type { Connection } from '../release/surroundings.ts';
import type { PublicView } from '../release/view.ts';
import { loadDraftView } from './draft-view.ts';

/** What people look at before and after: `draft` says whether the public can see it already, `occasion` is that of its letter. */
export type Previewed = { readonly view: PublicView; readonly draft: boolean; readonly occasion: Occasion };

/**
 * The draft of a release as it would be published, at its time or now; without a draft the newest revision.
 * For the desk, the API and the command line alike. Throws NotFound.
 */
export async function loadPreviewed(db: Connection, input: { release: string; newsroom: Newsroom; now: Date }): Promise<Previewed> {
  const release = await getRelease(db, input.release);
  const row = await db.selectFrom('drafts').select(['content', 'hash', 'publish_at']).where('release', '=', release.id).executeTakeFirst();
  if (row) {
    const draft = { release: release.id, slug: release.slug, content: ReleaseContent.parse(row.content), hash: row.hash };
    return previewed(db, await loadDraftView(db, { draft, newsroom: input.newsroom, at: row.publish_at ?? input.now }), true);
  }
  if (release.newest_n === null)
    throw new Conflict('no_draft', `${release.slug} has no text`, 'Write one first: ./depesch release new FILE');
  return previewed(db, await loadView(db, { release: release.id, n: release.newest_n }), false);
}

async function previewed(db: Connection, view: PublicView, draft: boolean): Promise<Previewed> {
  return { view, draft, occasion: { earlier: await findEarlier(db, view) } };
}
