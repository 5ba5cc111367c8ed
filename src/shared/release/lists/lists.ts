import { sql } from 'kysely';
import { type Connection, prepared } from '../../schema/database.ts';
import type { ReleaseContent } from '../content.ts';
import { localMonth } from '../dates.ts';
import { getAssets } from '../files/assets.ts';
import type { Newsroom } from '../newsroom/newsroom.ts';
import { countPlaces } from '../surroundings.ts';
import type { AssetView } from '../view.ts';
import { topicInLanguage } from './feed-lists.ts';

/*
 * Lists keep a place for every release for ever (tables `lists`, `list_entries`). A page is a range of places counted from the oldest,
 * so a full page never changes members, and reading one costs the same however long the list is.
 */

/** Places on one page of a list. A change would move every release to another page address. */
export const LIST_PAGE_SIZE = 20;

/** Names of the lists a release belongs to. Unlisted topics too, and topics by language in a newsroom of one: who renders decides what the public sees. */
export function listsOf(content: ReleaseContent, publishedAt: Date, newsroom: Newsroom): string[] {
  const { language } = content;
  const topics = [...new Set(content.topics)].flatMap((topic) => [`topic:${topic}`, topicInLanguage(topic, language)]);
  return ['all', `language:${language}`, ...topics, `month:${localMonth(publishedAt, newsroom.timezone)}`];
}

/** A release as lists show it. */
export type ReleaseSummary = {
  /** Id of the release it is a translation of, else its own: the same for one release in all languages. */
  readonly family: string;
  readonly slug: string;
  readonly language: string;
  readonly title: string;
  readonly lead: string;
  readonly type: ReleaseContent['type'];
  /** Time of its first publication. */
  readonly publishedAt: Date;
  readonly topics: readonly string[];
  readonly image?: AssetView & { readonly alt: string };
  /** Always false here: a withdrawn release leaves its place empty. */
  readonly withdrawn: boolean;
};

export type ListPage = {
  /** Newest first. Places of withdrawn releases, and of those that left the list, are missing. */
  readonly items: readonly ReleaseSummary[];
  /** 1 holds the oldest. */
  readonly page: number;
  readonly pages: number;
};

/** Page of a place, places counted from 0. */
export function pageOf(ordinal: number): number {
  return Math.floor(ordinal / LIST_PAGE_SIZE) + 1;
}

/** One page of a list; `page` 1 holds the oldest, `pages` the newest. A page or list that does not exist has no items. */
export async function loadListPage(db: Connection, list: string, page: number): Promise<ListPage> {
  const places = await countPlaces(db, list);
  const pages = places === 0 ? 0 : pageOf(places - 1);
  const from = (page - 1) * LIST_PAGE_SIZE;
  const range = sql`e.ordinal >= ${from} and e.ordinal < ${from + LIST_PAGE_SIZE}`;
  const items = page >= 1 && page <= pages ? await loadSummaries(db, sql`${entriesOf(list)} and ${range} order by e.ordinal desc`) : [];
  return { items, page, pages };
}

/** The newest releases of a list, newest first. */
export async function loadNewest(db: Connection, list: string, limit: number): Promise<ReleaseSummary[]> {
  return loadSummaries(db, sql`${entriesOf(list)} order by e.ordinal desc limit ${limit}`);
}

/** Months with public releases, newest first, and how many each has. What was taken back keeps its place, and is not counted. */
export async function listMonths(db: Connection): Promise<{ month: string; count: number }[]> {
  const { rows } = await sql<{ month: string; count: number }>`
    select substr(list, 7) as month, length - withdrawn as count
    from lists where list like 'month:%' and length > withdrawn order by list desc`.execute(db);
  return rows;
}

/** Every list a release has a place in, with the page that place is on: what to render again when it changes. */
export async function pagesHolding(db: Connection, release: string): Promise<{ list: string; page: number }[]> {
  const rows = await db.selectFrom('list_entries').select(['list', 'ordinal']).where('release', '=', release).orderBy('list').execute();
  return rows.map((row) => ({ list: row.list, page: pageOf(row.ordinal) }));
}

function entriesOf(list: string) {
  return sql`e.list = ${list} and e.listed and r.newest_kind <> 'withdrawal'`;
}

type SummaryRow = {
  family: string;
  slug: string;
  language: string;
  publishedAt: Date;
  title: string;
  lead: string;
  type: ReleaseContent['type'];
  topics: string[];
  image: { asset: string; alt: string } | null;
};

async function loadSummaries(db: Connection, which: ReturnType<typeof sql>): Promise<ReleaseSummary[]> {
  const { rows } = await sql<SummaryRow>`${prepared}
    select coalesce(r.translation_of, r.id) as family, r.slug, r.language, r.first_published_at as "publishedAt", v.title, v.lead, v.type, v.topics, v.image
    from list_entries e
    join releases r on r.id = e.release
    join revisions v on v.release = r.id and v.n = r.newest_n
    where ${which}`.execute(db);
  const assets = await getAssets(
    db,
    rows.flatMap((row) => row.image?.asset ?? []),
  );
  return rows.map(({ image, ...row }) => {
    const asset = image ? assets.get(image.asset) : undefined;
    return { ...row, ...(image && asset ? { image: { ...asset, alt: image.alt } } : {}), withdrawn: false };
  });
}
