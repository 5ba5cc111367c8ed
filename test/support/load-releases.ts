import { type RawBuilder, sql } from 'kysely';
import type { ReleaseContent } from '../../src/shared/release/content.ts';
import { contentHash } from '../../src/shared/release/hash.ts';
import { listsOf } from '../../src/shared/release/lists/lists.ts';
import { renderContent } from '../../src/shared/release/markdown/markdown.ts';
import type { Newsroom } from '../../src/shared/release/newsroom/newsroom.ts';
import type { Database, Tx } from '../../src/shared/schema/database.ts';
import { CHANNELS } from '../../src/shared/schema/tables.ts';
import type { InventedPublication } from './invented-releases.ts';

/*
 * Puts many publications straight into SQL, as publishing each would have left them, with every receipt done: 100,000 in about a minute.
 * test/integration/publishing/loaded.test.ts holds it against the use case.
 */

/** Rows of one statement. */
const PORTION = 500;

/** None of them wants letters. */
const OWED = CHANNELS.filter((channel) => channel !== 'email');

/** Loads into a newsroom without releases. `account` is the author and approver of all. Gives the number of the last publication. */
export async function loadReleases(
  database: Database,
  publications: Iterable<InventedPublication>,
  { newsroom, account }: { newsroom: Newsroom; account: string },
): Promise<number> {
  const ledger = new Ledger(newsroom);
  await database.transaction().execute(async (tx) => {
    // Rows come in the order that is quickest, not in that of their references; what follows from revisions is still made of them.
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql`alter table revisions enable always trigger revisions_searched`.execute(tx);
    let portion: RevisionRow[] = [];
    for (const publication of publications) {
      portion.push(ledger.enter(publication));
      if (portion.length < PORTION) continue;
      await insertRevisions(tx, portion, account);
      portion = [];
    }
    await insertRevisions(tx, portion, account);
    await ledger.save(tx);
    await insertBeside(tx);
    await sql`alter table revisions enable trigger revisions_searched`.execute(tx);
  });
  await sql`analyze`.execute(database);
  return ledger.publication;
}

type RevisionRow = {
  release: string;
  n: number;
  publication: number;
  hash: string;
  content: string | null;
  rendered: string | null;
} & Pick<InventedPublication, 'kind' | 'publishedAt' | 'note' | 'conceal'>;

type ReleaseEntry = {
  id: string;
  slug: string;
  language: string;
  translationOf: string | null;
  n: number;
  kind: string;
  publication: number;
  first: number;
  firstAt: Date;
  significant: number;
  changedAt: Date;
  places: Place[];
};
type Place = { list: string; ordinal: number; listed: boolean; significant: number };

/** What the releases and their lists come to, kept until everything is known: a row written once is quicker than one updated. */
class Ledger {
  publication = 0;
  readonly #newsroom: Newsroom;
  readonly #releases = new Map<string, ReleaseEntry>();
  readonly #bySlug = new Map<string, ReleaseEntry>();
  readonly #lengths = new Map<string, number>();
  readonly #rendered = new Map<string, string>();

  constructor(newsroom: Newsroom) {
    this.#newsroom = newsroom;
  }

  enter(made: InventedPublication): RevisionRow {
    this.publication += 1;
    const { publication } = this;
    const release = this.#releases.get(made.id) ?? this.#open(made);
    release.n += 1;
    Object.assign(release, { kind: made.kind, publication, changedAt: made.publishedAt });
    if (made.content) this.#place(release, listsOf(made.content, release.firstAt, this.#newsroom));
    if (made.kind !== 'minor') for (const of of [release, ...release.places]) of.significant = publication;
    const { kind, publishedAt, note, conceal, content } = made;
    return {
      release: made.id,
      n: release.n,
      publication,
      // The hash of a withdrawal is that of its reason (publishing/revision.ts).
      hash: contentHash(content ?? ({ withdrawal: note } as unknown as ReleaseContent)),
      content: content ? JSON.stringify(content) : null,
      rendered: content ? this.#render(content) : null,
      kind,
      publishedAt,
      note,
      conceal,
    };
  }

  #open(made: InventedPublication): ReleaseEntry {
    const { language, translationOf } = made.content!;
    const origin = translationOf === undefined ? undefined : this.#bySlug.get(translationOf)!;
    const entry: ReleaseEntry = {
      id: made.id,
      slug: made.slug,
      language,
      translationOf: origin ? (origin.translationOf ?? origin.id) : null,
      n: 0,
      kind: '',
      publication: 0,
      first: this.publication,
      firstAt: made.publishedAt,
      significant: 0,
      changedAt: made.publishedAt,
      places: [],
    };
    this.#releases.set(made.id, entry);
    this.#bySlug.set(made.slug, entry);
    return entry;
  }

  #place({ places }: ReleaseEntry, lists: readonly string[]): void {
    for (const place of places) place.listed = lists.includes(place.list);
    for (const list of lists) {
      if (places.some((place) => place.list === list)) continue;
      const ordinal = this.#lengths.get(list) ?? 0;
      this.#lengths.set(list, ordinal + 1);
      places.push({ list, ordinal, listed: true, significant: this.publication });
    }
  }

  /** The texts repeat, so each is rendered once. */
  #render(content: ReleaseContent): string {
    const { body, facts, speakers, language } = content;
    const key = JSON.stringify([body, facts, speakers, language]);
    const rendered = this.#rendered.get(key) ?? JSON.stringify(renderContent(content));
    this.#rendered.set(key, rendered);
    return rendered;
  }

  async save(tx: Tx): Promise<void> {
    const releases = [...this.#releases.values()];
    for (const rows of portions(releases)) {
      await sql`
        insert into releases (id, slug, slug_chosen, language, translation_of, newest_n, newest_kind, newest_publication, first_publication,
                              first_published_at, significant_publication, changed_at)
        select id, slug, true, language, translation_of, n, kind, publication, first, first_at, significant, changed_at
        from unnest(${column(rows, 'id')}::uuid[], ${column(rows, 'slug')}::text[], ${column(rows, 'language')}::text[],
                    ${column(rows, 'translationOf')}::uuid[], ${column(rows, 'n')}::int[], ${column(rows, 'kind')}::text[],
                    ${column(rows, 'publication')}::bigint[], ${column(rows, 'first')}::bigint[], ${column(rows, 'firstAt')}::timestamptz[],
                    ${column(rows, 'significant')}::bigint[], ${column(rows, 'changedAt')}::timestamptz[])
          as row (id, slug, language, translation_of, n, kind, publication, first, first_at, significant, changed_at)`.execute(tx);
      const places = rows.flatMap(({ id, places }) => places.map((place) => ({ ...place, id })));
      await sql`
        insert into list_entries (list, ordinal, release, significant_publication, listed)
        select * from unnest(${column(places, 'list')}::text[], ${column(places, 'ordinal')}::int[], ${column(places, 'id')}::uuid[],
                             ${column(places, 'significant')}::bigint[], ${column(places, 'listed')}::boolean[])`.execute(tx);
    }
    const withdrawn = new Map<string, number>();
    for (const { kind, places } of releases)
      if (kind === 'withdrawal') for (const { list } of places) withdrawn.set(list, (withdrawn.get(list) ?? 0) + 1);
    const lists = [...this.#lengths].map(([list, length]) => ({ list, length, withdrawn: withdrawn.get(list) ?? 0 }));
    await sql`insert into lists (list, length, withdrawn)
      select * from unnest(${column(lists, 'list')}::text[], ${column(lists, 'length')}::int[], ${column(lists, 'withdrawn')}::int[])`.execute(
      tx,
    );
  }
}

async function insertRevisions(tx: Tx, rows: readonly RevisionRow[], account: string): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into revisions (release, n, kind, content, hash, rendered, author, approver, publication, published_at, change_note, conceal)
    select release, n, kind, content::jsonb, hash, rendered::jsonb, ${account}, ${account}, publication, published_at, note, conceal
    from unnest(${column(rows, 'release')}::uuid[], ${column(rows, 'n')}::int[], ${column(rows, 'kind')}::text[], ${column(rows, 'content')}::text[],
                ${column(rows, 'hash')}::text[], ${column(rows, 'rendered')}::text[], ${column(rows, 'publication')}::bigint[],
                ${column(rows, 'publishedAt')}::timestamptz[], ${column(rows, 'note')}::text[], ${column(rows, 'conceal')}::boolean[])
      as row (release, n, kind, content, hash, rendered, publication, published_at, note, conceal)`.execute(tx);
}

/** Receipts, all done, and the audit's line of each publication. */
async function insertBeside(tx: Tx): Promise<void> {
  await sql`
    insert into receipts (release, n, channel, state, publication, due_at, owed_at, done_at)
    select release, n, channel, 'done', publication, published_at, published_at, published_at
    from revisions, unnest(${OWED}::text[]) as channel`.execute(tx);
  await sql`
    insert into audit (at, account, action, release, detail)
    select published_at, approver, case kind when 'first' then 'release.published' when 'withdrawal' then 'release.withdrawn' else 'release.corrected' end,
           release, jsonb_build_object('revision', n, 'publication', publication, 'note', change_note)
    from revisions order by publication`.execute(tx);
}

function column<Row, Key extends keyof Row>(rows: readonly Row[], key: Key): RawBuilder<unknown> {
  return sql`${rows.map((row) => row[key])}`;
}

function* portions<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += PORTION) yield items.slice(start, start + PORTION);
}
