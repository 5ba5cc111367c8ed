import { sql } from 'kysely';
import { messageOf, NotFound, Permanent } from '../platform/failure.ts';
import { isPassingDatabaseError } from '../platform/postgres.ts';
import { type Connection, prepared } from '../schema/database.ts';
import type { ReleaseRow, Rendered, RevisionKind } from '../schema/tables.ts';
import { withoutConcealed } from './changes/concealed.ts';
import { ReleaseContent } from './content.ts';
import { getAssets } from './files/assets.ts';
import { type LinkWish, loadLinks } from './links.ts';
import type { HistoryLine, PublicView, RevisionView } from './view.ts';

/*
 * Reading what is public. Only `revisions` is read, never `drafts`: an embargo holds by construction.
 * A view is a function of (release, n, asOf); a set of views costs four queries, however long the archive is.
 */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The release with that address or id. */
export async function findRelease(db: Connection, slugOrId: string): Promise<ReleaseRow | undefined> {
  const column = UUID.test(slugOrId) ? 'id' : 'slug';
  return db.selectFrom('releases').selectAll().where(column, '=', slugOrId).executeTakeFirst();
}

/** The release with that address or id. Throws NotFound. */
export async function getRelease(db: Connection, slugOrId: string): Promise<ReleaseRow> {
  const row = await findRelease(db, slugOrId);
  if (!row) throw new NotFound('release', slugOrId);
  return row;
}

/** Which revision, by the release's id. */
export type ViewKey = { readonly release: string; readonly n: number };

/**
 * One revision as page, feed, letter and archive show it. Translations and related releases are those public at or before publication `asOf`,
 * by default the newest. Throws NotFound.
 */
export async function loadView(db: Connection, key: ViewKey & { readonly asOf?: number | undefined }): Promise<PublicView> {
  const [view] = await loadViews(db, [key], key.asOf);
  if (!view) throw new NotFound('revision', `${key.release} ${key.n}`);
  return view;
}

/** The newest revision of the release with that id; undefined while it was never published. */
export async function loadNewestView(db: Connection, release: string): Promise<PublicView | undefined> {
  const row = await db.selectFrom('releases').select('newest_n').where('id', '=', release).executeTakeFirst();
  return row?.newest_n ? loadView(db, { release, n: row.newest_n }) : undefined;
}

/** What the public finds under that address: the newest revision, or the withdrawal. */
export async function findPublicBySlug(db: Connection, slug: string): Promise<PublicView | undefined> {
  const row = await db.selectFrom('releases').select(['id', 'newest_n']).where('slug', '=', slug).executeTakeFirst();
  return row?.newest_n ? loadView(db, { release: row.id, n: row.newest_n }) : undefined;
}

/** What the public finds behind a short link: of several releases with such an id, the one published first. */
export async function findPublicByIds(db: Connection, { from, to }: { from: string; to: string }): Promise<PublicView | undefined> {
  const row = await db
    .selectFrom('releases')
    .select(['id', 'newest_n'])
    .where('id', '>=', from)
    .where('id', '<=', to)
    .where('newest_n', 'is not', null)
    .orderBy('first_publication')
    .limit(1)
    .executeTakeFirst();
  return row?.newest_n ? loadView(db, { release: row.id, n: row.newest_n }) : undefined;
}

/** Several views in the order asked for, in four queries. Revisions that do not exist are left out. */
export async function loadViews(db: Connection, keys: readonly ViewKey[], asOf?: number): Promise<PublicView[]> {
  if (keys.length === 0) return [];
  const rows = await loadRows(db, keys);
  if (rows.length === 0) return [];
  const histories = await loadHistories(db, [...new Set(rows.map((row) => row.release))]);
  const live = rows.filter((row) => row.kind !== 'withdrawal').map((row) => ({ row, content: ReleaseContent.parse(row.content) }));
  const assets = await getAssets(
    db,
    live.flatMap(({ content }) => assetsOf(content)),
  );
  const wishes: LinkWish[] = live.map(({ row, content }) => ({
    release: row.release,
    translationOf: row.translation_of,
    related: content.related,
  }));
  const links = await loadLinks(db, wishes, asOf);
  const contents = new Map(live.map(({ row, content }) => [row, content]));
  return rows.map((row) => {
    const history = withoutConcealed((histories.get(row.release) ?? []).filter((line) => line.n <= row.n));
    const content = contents.get(row);
    if (!content) return withdrawn(row, history);
    const own = new Set(assetsOf(content));
    return {
      ...common(row, history),
      kind: row.kind as RevisionView['kind'],
      hash: row.hash,
      significantAt: history.findLast((line) => line.kind !== 'minor')!.publishedAt,
      changeNote: row.change_note,
      conceal: row.conceal,
      content,
      rendered: row.rendered!,
      assets: new Map([...assets].filter(([hash]) => own.has(hash))),
      history,
      ...links.get(row.release)!,
    };
  });
}

/**
 * As loadViews, by release id. A revision that cannot be read comes as the failure it is and the others come all the same:
 * one broken row must not hold up every page and feed.
 */
export async function loadReadable(db: Connection, keys: readonly ViewKey[], asOf?: number): Promise<Map<string, PublicView | Permanent>> {
  try {
    return new Map((await loadViews(db, keys, asOf)).map((view) => [view.id, view]));
  } catch (error) {
    if (isPassingDatabaseError(error)) throw error;
    if (keys.length === 1) return new Map([[keys[0]!.release, unreadable(keys[0]!, error)]]);
    const found = new Map<string, PublicView | Permanent>();
    for (const key of keys) for (const entry of await loadReadable(db, [key], asOf)) found.set(...entry);
    return found;
  }
}

function unreadable({ release, n }: ViewKey, error: unknown): Permanent {
  return new Permanent('unreadable', `revision ${n} of ${release} cannot be read: ${messageOf(error)}`, {
    cause: error,
    fields: { release, n },
  });
}

/** Hashes of everything stored that a release shows. */
export function assetsOf(content: ReleaseContent): string[] {
  return [...content.images, ...content.attachments].map((file) => file.asset);
}

type Row = {
  release: string;
  n: number;
  kind: RevisionKind;
  content: unknown;
  hash: string;
  rendered: Rendered | null;
  publication: number;
  published_at: Date;
  change_note: string | null;
  conceal: boolean;
  slug: string;
  language: string;
  translation_of: string | null;
};

function common(row: Row, history: readonly HistoryLine[]) {
  return {
    id: row.release,
    slug: row.slug,
    n: row.n,
    publication: row.publication,
    publishedAt: row.published_at,
    firstPublishedAt: history[0]!.publishedAt,
  };
}

function withdrawn(row: Row, history: readonly HistoryLine[]): PublicView {
  return { ...common(row, history), kind: 'withdrawal', language: row.language, reason: row.change_note ?? '' };
}

async function loadRows(db: Connection, keys: readonly ViewKey[]): Promise<Row[]> {
  const { rows } = await sql<Row>`${prepared}
    select r.release, r.n, r.kind, r.content, r.hash, r.rendered, r.publication, r.published_at, r.change_note, r.conceal,
           m.slug, m.language, m.translation_of
    from unnest(${keys.map((key) => key.release)}::uuid[], ${keys.map((key) => key.n)}::int[]) with ordinality as wanted(release, n, place)
    join revisions r using (release, n)
    join releases m on m.id = r.release
    order by wanted.place`.execute(db);
  return rows;
}

/** Kinds, times and notes of all revisions, oldest first. Never their texts: what was concealed stays unread (promise 9). */
async function loadHistories(db: Connection, releases: readonly string[]): Promise<Map<string, HistoryLine[]>> {
  const { rows } = await sql<HistoryLine & { release: string }>`${prepared}
    select release, n, kind, published_at as "publishedAt", change_note as "changeNote", conceal
    from revisions where release = any(${releases}::uuid[]) order by release, n`.execute(db);
  const histories = new Map<string, HistoryLine[]>();
  for (const { release, ...line } of rows) histories.set(release, [...(histories.get(release) ?? []), line]);
  return histories;
}
