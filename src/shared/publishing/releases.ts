import { sql } from 'kysely';
import { owedForDigests } from '../delivery/run-end.ts';
import { wrongInput } from '../platform/failure.ts';
import type { Connection } from '../schema/database.ts';
import type { DraftState } from '../schema/tables.ts';

export const RELEASE_STATES = ['editing', 'submitted', 'approved', 'scheduled', 'missed', 'public', 'withdrawn'] as const;
export type ReleaseState = (typeof RELEASE_STATES)[number];
/** Who has to do the next thing. */
export type WaitsFor = 'author' | 'approver' | 'publisher' | 'clock' | 'workers' | 'nobody';

/** One line of the desk's list. */
export type ReleaseLine = {
  readonly release: string;
  readonly slug: string;
  readonly language: string;
  readonly title: string;
  readonly state: ReleaseState;
  /** The draft of a correction, when a public release has one. */
  readonly draftState: DraftState | null;
  readonly revision: number | null;
  readonly author: string | null;
  readonly waitsFor: WaitsFor;
  readonly publishedAt: Date | null;
  readonly publishAt: Date | null;
  readonly updatedAt: Date;
};

export type ReleaseQuery = {
  readonly state?: ReleaseState | undefined;
  /** Words that a title it has, or had, must all contain. */
  readonly find?: string | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly before?: string | undefined;
};

/** Releases with the newest change first, a page at a time; `next` names the page after. A page costs the same however many there are. */
export async function listReleases(db: Connection, query: ReleaseQuery): Promise<{ items: ReleaseLine[]; next?: string }> {
  const before = query.before === undefined ? undefined : readCursor(query.before);
  const after = before ? sql`(r.changed_at, r.id) < (${before.at}::timestamptz, ${before.id}::uuid)` : sql`true`;
  // The page first, by the index alone; only its own lines are read in full.
  const { rows } = await sql<ListRow>`
    with page as (
      select r.id, r.changed_at from releases r ${inState(query.state)} and ${titled(query.find)} and ${after} order by r.changed_at desc, r.id desc limit ${query.limit + 1}
    )
    select r.id as release, r.slug, r.language, r.newest_n as revision, r.newest_kind, r.first_published_at, r.changed_at as updated_at,
      r.changed_at::text as updated_text, d.state as draft_state, d.publish_at,
      coalesce(d.author, case when r.newest_kind = 'withdrawal' then earlier.author end, v.author) as author,
      coalesce(d.content->>'title', v.title, earlier.title) as title,
      exists (select from receipts where receipts.release = r.id and receipts.state <> 'done' and not ${owedForDigests}) as owes
    from page join releases r on r.id = page.id
    left join drafts d on d.release = r.id
    left join revisions v on v.release = r.id and v.n = r.newest_n
    left join revisions earlier on earlier.release = r.id and earlier.n = r.newest_n - 1
    order by page.changed_at desc, page.id desc`.execute(db);
  const items = rows.slice(0, query.limit).map(releaseLine);
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
  return last ? { items, next: writeCursor(last) } : { items };
}

/** Which releases; drafts are few, so a state of theirs is looked for among them. */
function inState(state: ReleaseState | undefined) {
  switch (state) {
    case undefined:
      return sql`where true`;
    case 'withdrawn':
      return sql`where r.newest_kind = 'withdrawal'`;
    case 'public':
      return sql`where r.newest_n is not null and r.newest_kind <> 'withdrawal'`;
    default:
      return sql`join drafts d on d.release = r.id and d.state = ${state} where r.newest_n is null`;
  }
}

/** More words than this no title has. */
const WORDS_MOST = 10;

/** Looks at every title; somebody at the desk does so now and then. */
function titled(find = '') {
  const words = find.split(/\s+/).filter(Boolean).slice(0, WORDS_MOST);
  if (words.length === 0) return sql`true`;
  const patterns = words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
  return sql`r.id in (
    select t.release from revisions t where t.title ilike all (${patterns}::text[])
    union all select t.release from drafts t where t.content->>'title' ilike all (${patterns}::text[]))`;
}

type ListRow = {
  release: string;
  slug: string;
  language: string;
  revision: number | null;
  newest_kind: string | null;
  first_published_at: Date | null;
  draft_state: DraftState | null;
  publish_at: Date | null;
  author: string | null;
  title: string | null;
  updated_at: Date;
  /** The same time in full: a Date would lose its microseconds, and with them rows between two pages. */
  updated_text: string;
  owes: boolean;
};

/** Pure: a row to its line. */
function releaseLine(row: ListRow): ReleaseLine {
  const state: ReleaseState =
    row.newest_kind === 'withdrawal' ? 'withdrawn' : row.revision !== null ? 'public' : (row.draft_state ?? 'editing');
  return {
    release: row.release,
    slug: row.slug,
    language: row.language,
    title: row.title ?? row.slug,
    state,
    draftState: row.draft_state,
    revision: row.revision,
    author: row.author,
    waitsFor: waitsFor(row.draft_state, row.owes),
    publishedAt: row.first_published_at,
    publishAt: row.publish_at,
    updatedAt: row.updated_at,
  };
}

/** Pure: who has to act next. */
export function waitsFor(draft: DraftState | null, owes: boolean): WaitsFor {
  switch (draft) {
    case 'editing':
      return 'author';
    case 'submitted':
      return 'approver';
    case 'approved':
    case 'missed':
      return 'publisher';
    case 'scheduled':
      return 'clock';
    case null:
      return owes ? 'workers' : 'nobody';
  }
}

function writeCursor(row: ListRow): string {
  return Buffer.from(`${row.updated_text}|${row.release}`).toString('base64url');
}

function readCursor(text: string): { at: string; id: string } {
  const [at, id] = Buffer.from(text, 'base64url').toString('utf8').split('|');
  if (at && id && !Number.isNaN(Date.parse(at)) && /^[0-9a-f-]{36}$/.test(id)) return { at, id };
  throw wrongInput('before', 'is not a page of this list.', 'Leave it out, or use "next" of the page before.');
}
