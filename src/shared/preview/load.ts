import { Conflict } from '../platform/failure.ts';
import { ReleaseContent } from '../release/content.ts';
import type { Newsroom } from '../release/newsroom.ts';
import { getRelease, loadView } from '../release/store.ts';
import type { Connection } from '../release/surroundings.ts';
import type { PublicView } from '../release/view.ts';
import { loadDraftView } from './draft-view.ts';

/** What people look at before and after: `draft` says whether the public can see it already. */
export type Previewed = { readonly view: PublicView; readonly draft: boolean };

/**
 * The draft of a release as it would be published, at its time or now; without a draft the newest revision.
 * For the desk, the API and the command line alike. Throws NotFound.
 */
export async function loadPreviewed(db: Connection, input: { release: string; newsroom: Newsroom; now: Date }): Promise<Previewed> {
  const release = await getRelease(db, input.release);
  const row = await db.selectFrom('drafts').select(['content', 'hash', 'publish_at']).where('release', '=', release.id).executeTakeFirst();
  if (row) {
    const draft = { release: release.id, slug: release.slug, content: ReleaseContent.parse(row.content), hash: row.hash };
    return { view: await loadDraftView(db, { draft, newsroom: input.newsroom, at: row.publish_at ?? input.now }), draft: true };
  }
  if (release.newest_n === null)
    throw new Conflict('no_draft', `${release.slug} has no text`, 'Write one first: ./depesch release new FILE');
  return { view: await loadView(db, { release: release.id, n: release.newest_n }), draft: false };
}
