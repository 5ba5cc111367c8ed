import { sql } from 'kysely';
import { loadEquation, type MailingStatus } from '../delivery/equation.ts';
import { findSending } from '../delivery/limits.ts';
import { getRelease } from '../release/store.ts';
import type { Database } from '../schema/database.ts';
import { CHANNELS, type DraftState, type RevisionKind } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { type ChannelRows, type ChannelStatus, channelStatus, waitsForDigests } from './channel-status.ts';
import type { ReleaseState } from './releases.ts';
import { type Advice, adviceFor } from './status-advice.ts';
import { loadWorkers } from './workers.ts';

export type Overall = 'done' | 'under-way' | 'behind' | 'failed' | 'draft';

export type ReleaseStatus = {
  readonly release: string;
  readonly slug: string;
  readonly title: string | null;
  readonly language: string;
  readonly registration: string | null;
  readonly state: ReleaseState;
  readonly revision: number | null;
  readonly kind: RevisionKind | null;
  readonly hash: string | null;
  readonly publication: number | null;
  readonly publishedAt: string | null;
  readonly author: string | null;
  readonly approver: string | null;
  readonly draft: { readonly state: DraftState; readonly hash: string; readonly publishAt: string | null } | null;
  readonly channels: readonly ChannelStatus[];
  readonly letters: readonly MailingStatus[];
  readonly overall: Overall;
  readonly advice: readonly Advice[];
};

/** Everything the status is made of, as read from SQL. */
export type StatusRows = ChannelRows & {
  readonly release: { id: string; slug: string; language: string; newest_n: number | null; newest_kind: RevisionKind | null };
  readonly revision: RevisionFacts | undefined;
  readonly draft: { state: DraftState; hash: string; publish_at: Date | null; author: string; title: string | null } | undefined;
};
type RevisionFacts = {
  hash: string;
  publication: number;
  published_at: Date;
  author: string;
  approver: string;
  title: string | null;
  registration: string | null;
};

/** Rows in, status out; reads nothing. */
export function releaseStatus(rows: StatusRows): ReleaseStatus {
  const { release, revision, draft } = rows;
  const channels = CHANNELS.flatMap((channel) => channelStatus(channel, rows) ?? []);
  const pressing = channels.filter((status) => !waitsForDigests(status, rows));
  return {
    release: release.id,
    slug: release.slug,
    title: revision?.title ?? draft?.title ?? null,
    language: release.language,
    registration: revision?.registration ?? null,
    state: release.newest_kind === 'withdrawal' ? 'withdrawn' : release.newest_n !== null ? 'public' : (draft?.state ?? 'editing'),
    revision: release.newest_n,
    kind: release.newest_kind,
    hash: revision?.hash ?? draft?.hash ?? null,
    publication: revision?.publication ?? null,
    publishedAt: revision?.published_at.toISOString() ?? null,
    author: revision?.author ?? draft?.author ?? null,
    approver: revision?.approver ?? null,
    draft: draft ? { state: draft.state, hash: draft.hash, publishAt: draft.publish_at?.toISOString() ?? null } : null,
    channels,
    letters: rows.letters,
    overall: release.newest_n === null ? 'draft' : overallOf(pressing),
    advice: adviceFor({ slug: release.slug, draft: draft?.state, channels: pressing, letters: rows.letters }),
  };
}

function overallOf(channels: readonly ChannelStatus[]): Overall {
  if (channels.some((status) => status.state === 'failed')) return 'failed';
  const owed = channels.filter((status) => status.state === 'owed');
  if (owed.length === 0) return 'done';
  return owed.some((status) => status.worker.running === 0) ? 'behind' : 'under-way';
}

/** The status of one release, by slug or id. Throws NotFound. */
export async function loadStatus(services: Services, slugOrId: string): Promise<ReleaseStatus> {
  const db = services.database;
  const release = await getRelease(db, slugOrId);
  const [revision, draft, receipts, workers, letters] = await Promise.all([
    loadRevision(db, release.id, release.newest_n),
    db
      .selectFrom('drafts')
      .select(['state', 'hash', 'publish_at', 'author', sql<string | null>`content->>'title'`.as('title')])
      .where('release', '=', release.id)
      .executeTakeFirst(),
    db.selectFrom('receipts').selectAll().where('release', '=', release.id).execute(),
    loadWorkers(db),
    findSending(services).then((sending) => loadEquation(db, release.id, sending)),
  ]);
  return releaseStatus({ release, revision, draft, receipts, workers, letters });
}

/** The newest revision; a withdrawn release is named by its last title, to editors only. */
async function loadRevision(db: Database, release: string, n: number | null): Promise<RevisionFacts | undefined> {
  if (n === null) return undefined;
  const { rows } = await sql<RevisionFacts>`
    select newest.hash, newest.publication, newest.published_at, newest.author, newest.approver,
      coalesce(newest.title, earlier.title) as title, coalesce(newest.content, earlier.content)->>'registration' as registration
    from revisions newest left join revisions earlier on earlier.release = newest.release and earlier.n = newest.n - 1
    where newest.release = ${release} and newest.n = ${n}`.execute(db);
  return rows[0];
}
