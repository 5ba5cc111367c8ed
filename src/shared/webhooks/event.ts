import { sql } from 'kysely';
import { absolute, releasePath, shortPath } from '../release/addresses.ts';
import { shortCodeOf } from '../release/short-code.ts';
import type { Connection } from '../schema/database.ts';
import type { RevisionKind } from '../schema/tables.ts';

export type WebhookEvent = {
  readonly type: 'release.published' | 'release.corrected' | 'release.withdrawn';
  /** When it became public, ISO. */
  readonly timestamp: string;
  readonly data: {
    /** The cursor: publications are counted without gaps, and told in this order. */
    readonly publication: number;
    readonly release: string;
    readonly revision: number;
    readonly kind: RevisionKind;
    readonly hash: string;
    readonly language: string;
    readonly address: string;
    readonly shortAddress: string;
    /** Missing when this text was taken back since, by a withdrawal or a correction that conceals it (promise 9). */
    readonly title?: string;
    /** What was wrong, or why the release was withdrawn. */
    readonly note?: string;
  };
};

/** What an event is made of, as read from SQL. */
export type EventRow = {
  readonly publication: number;
  readonly release: string;
  readonly n: number;
  readonly kind: RevisionKind;
  readonly hash: string;
  readonly publishedAt: Date;
  readonly note: string | null;
  readonly slug: string;
  readonly language: string;
  readonly title: string | null;
  readonly takenBack: boolean;
};

/** The first publication after `publication`; undefined when there is none. Publications become visible in their order (lock 'publication'). */
export async function findNextEvent(db: Connection, publication: number): Promise<EventRow | undefined> {
  const { rows } = await sql<EventRow>`
    select v.publication, v.release, v.n, v.kind, v.hash, v.published_at as "publishedAt", v.change_note as note, r.slug, r.language,
      v.title,
      exists (select from revisions later where later.release = v.release and later.n > v.n and later.conceal) as "takenBack"
    from revisions v join releases r on r.id = v.release
    where v.publication > ${publication} order by v.publication limit 1`.execute(db);
  return rows[0];
}

/** The newest publication; 0 before the first. */
export async function findNewestPublication(db: Connection): Promise<number> {
  const { rows } = await sql<{ newest: number }>`select coalesce(max(publication), 0) as newest from revisions`.execute(db);
  return rows[0]!.newest;
}

/** The same for every try and every endpoint: whoever has seen it may ignore it. */
export function eventId({ release, n }: Pick<EventRow, 'release' | 'n'>): string {
  return `rev_${release}_${n}`;
}

const TYPES: Record<RevisionKind, WebhookEvent['type']> = {
  first: 'release.published',
  minor: 'release.corrected',
  major: 'release.corrected',
  withdrawal: 'release.withdrawn',
};

/** Pure: what an endpoint is told. Ids and addresses, of the text the title alone: who wants more asks for it, and gets what is public then. */
export function webhookEvent(row: EventRow, baseUrl: string): WebhookEvent {
  const shown = !row.takenBack;
  return {
    type: TYPES[row.kind],
    timestamp: row.publishedAt.toISOString(),
    data: {
      publication: row.publication,
      release: row.release,
      revision: row.n,
      kind: row.kind,
      hash: row.hash,
      language: row.language,
      address: absolute(baseUrl, releasePath(row.slug)),
      shortAddress: absolute(baseUrl, shortPath(shortCodeOf(row.release))),
      ...(shown && row.title !== null ? { title: row.title } : {}),
      ...(shown && row.note !== null ? { note: row.note } : {}),
    },
  };
}
