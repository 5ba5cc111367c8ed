import type { Selectable } from 'kysely';
import { Conflict, type Problem } from '../platform/failure.ts';
import { checkContent } from '../release/check.ts';
import { ReleaseContent } from '../release/content.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { findRelease, getRelease } from '../release/store.ts';
import type { Connection, Tx } from '../schema/database.ts';
import type { DraftRow, DraftState, ReleaseRow, Tables } from '../schema/tables.ts';
import type { Services } from '../services.ts';

/** A draft as its author and approver see it. */
export type DraftView = {
  readonly release: string;
  readonly slug: string;
  readonly state: DraftState;
  readonly content: ReleaseContent;
  /** SHA-256 of the canonical JSON of `content`; approval and publication name it. */
  readonly hash: string;
  readonly author: string;
  readonly editors: readonly string[];
  readonly approver: string | null;
  readonly approvedHash: string | null;
  readonly approvedAt: Date | null;
  readonly publishAt: Date | null;
  readonly publishLatest: Date | null;
  readonly rejection: string | null;
  readonly lockVersion: number;
  readonly updatedAt: Date;
  /** Advice on the text, and what a picture still lacks before submission; what forbids saving never gets here. */
  readonly problems: readonly Problem[];
};

/** The draft of a release, by id or slug, when it has one. */
export async function getDraft(services: Services, release: string): Promise<DraftView | undefined> {
  const { newsroom } = await services.newsroom();
  const row = await findRelease(services.database, release);
  const draft = row && (await findDraftRow(services.database, row.id));
  return row && draft && draftView(draft, row.slug, newsroom);
}

/** The release's row, held until the transaction ends: everything that changes a release begins here. Throws NotFound. */
export async function lockRelease(tx: Tx, slugOrId: string): Promise<ReleaseRow> {
  const { id } = await getRelease(tx, slugOrId);
  return tx.selectFrom('releases').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow();
}

/** The draft's row inside the release's lock. */
export async function findDraftRow(db: Connection, release: string): Promise<DraftRow | undefined> {
  return db.selectFrom('drafts').selectAll().where('release', '=', release).executeTakeFirst();
}

/** The draft's row; throws Conflict when the release has none. */
export async function getDraftRow(tx: Tx, release: ReleaseRow): Promise<DraftRow> {
  const draft = await findDraftRow(tx, release.id);
  if (draft) return draft;
  throw new Conflict('no_draft', `${release.slug} has no draft`, `Change it first: ./depesch release update ${release.slug} FILE`, {
    release: release.id,
  });
}

export function draftView(row: Selectable<Tables['drafts']>, slug: string, newsroom: Newsroom): DraftView {
  const content = ReleaseContent.parse(row.content);
  return {
    release: row.release,
    slug,
    state: row.state,
    content,
    hash: row.hash,
    author: row.author,
    editors: row.editors,
    approver: row.approver,
    approvedHash: row.approved_hash,
    approvedAt: row.approved_at,
    publishAt: row.publish_at,
    publishLatest: row.publish_latest,
    rejection: row.rejection,
    lockVersion: row.lock_version,
    updatedAt: row.updated_at,
    problems: checkContent(content, newsroom),
  };
}
