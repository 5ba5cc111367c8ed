import { type RawBuilder, sql } from 'kysely';
import { monotonicMs } from '../../platform/clock.ts';
import type { Database, Tx } from '../../schema/database.ts';
import type { ReleaseContent } from '../content.ts';
import { momentOf } from '../dates.ts';
import type { Connection } from '../surroundings.ts';
import { didYouMean, FEW_HITS } from './did-you-mean.ts';
import { queryIn } from './search-query.ts';

/*
 * Searching what is public. The table search_texts holds the newest public text of each release and nothing else (migration 0010), so neither a draft
 * nor what was taken back can be found.
 */

/** What a reader looks for. Without words the filters alone decide. */
export type SearchWish = {
  readonly words: string;
  readonly topic: string | undefined;
  readonly year: number | undefined;
  readonly language: string | undefined;
  /** From 1. */
  readonly page: number;
  /** The newest publication when page 1 was made: what is published meanwhile moves nothing from page to page. */
  readonly upTo: number | undefined;
};

/** A release that was found. In title and snippet the found words stand between MARK.open and MARK.close. */
export type Hit = {
  readonly slug: string;
  readonly language: string;
  readonly type: ReleaseContent['type'];
  readonly publishedAt: Date;
  readonly topics: readonly string[];
  readonly title: string;
  readonly snippet: string;
};

export type Found = {
  readonly hits: readonly Hit[];
  /** How many there are, or MOST_FOUND when there are more. */
  readonly count: number;
  readonly page: number;
  readonly pages: number;
  readonly upTo: number;
  /** What may have been meant instead, when little or nothing was found. */
  readonly meant: string | undefined;
};

/** Control characters: no text of ours holds any (text.ts). */
export const MARK = { open: '\u0002', close: '\u0003' } as const;

const HITS_ON_A_PAGE = 20;
/** Of a word that stands everywhere the newest are ranked and shown: nobody reads a hundred pages, and ranking has to read each text's words. */
export const MOST_FOUND = 2_000;
/** Longer questions are pastes. */
export const LONGEST_WORDS = 200;
/** Measured at 20,000 releases: 50 ms for the commonest word. What takes this long is stopped, or a few readers would hold every connection. */
const SEARCH_MS = 1_000;
/** PostgreSQL's word for a statement that took longer than it may. */
export const STOPPED = '57014';
/** Of a long text the snippet is looked for here. */
const SNIPPET_FROM = 20_000;

const SNIPPET = `StartSel=${MARK.open}, StopSel=${MARK.close}, MaxFragments=2, MinWords=8, MaxWords=18, FragmentDelimiter=" … "`;
const WHOLE = `StartSel=${MARK.open}, StopSel=${MARK.close}, HighlightAll=true`;
/** Finds releases: those with every word in the title, then in title and lead, then anywhere; the newer first among equals. Throws PostgreSQL's STOPPED after a second. */
export async function searchReleases(db: Database, wish: SearchWish, timezone: string): Promise<Found> {
  return db.transaction().execute(async (tx) => {
    await sql`set transaction read only`.execute(tx);
    await sql`set local statement_timeout = ${sql.lit(SEARCH_MS)}`.execute(tx);
    const upTo = wish.upTo ?? (await newestPublication(tx));
    const languages = wish.language === undefined ? await listLanguages(tx) : [wish.language];
    const first = await findPage(tx, { ...wish, upTo }, { languages, timezone });
    // A page that is not there any more, or never was: the first one.
    const rows = first.length === 0 && wish.page > 1 ? await findPage(tx, { ...wish, upTo, page: 1 }, { languages, timezone }) : first;
    const count = Math.min(rows[0]?.count ?? 0, MOST_FOUND);
    const until = monotonicMs() + SEARCH_MS;
    const countHits = async (words: string) => {
      // A guess asks some dozens of times: all of them together may take as long as one statement.
      if (monotonicMs() > until) throw Object.assign(new Error('the guess takes too long'), { code: STOPPED });
      return countMatches(tx, { ...wish, words, upTo }, { languages, timezone });
    };
    const meant = count > FEW_HITS ? undefined : await guess(tx, () => didYouMean(tx, { words: wish.words, found: count }, countHits));
    return {
      hits: rows.map(({ count: _, ...hit }) => hit),
      count,
      page: rows === first ? wish.page : 1,
      pages: Math.ceil(count / HITS_ON_A_PAGE),
      upTo,
      meant,
    };
  });
}

/** What was found is worth more than a guess that takes too long. */
async function guess<Guessed>(tx: Tx, make: () => Promise<Guessed>): Promise<Guessed | undefined> {
  await sql`savepoint before_guess`.execute(tx);
  try {
    return await make();
  } catch (error) {
    if ((error as { code?: string }).code !== STOPPED) throw error;
    await sql`rollback to savepoint before_guess`.execute(tx);
    return undefined;
  }
}

/** Languages releases have been published in, in the order of their tags. */
export async function listLanguages(db: Connection): Promise<string[]> {
  const rows = await db.selectFrom('lists').select('list').where('list', 'like', 'language:%').orderBy('list').execute();
  return rows.map(({ list }) => list.slice('language:'.length));
}

async function newestPublication(tx: Tx): Promise<number> {
  const { rows } = await sql<{ newest: number | null }>`select max(publication) as newest from search_texts`.execute(tx);
  return rows[0]?.newest ?? 0;
}

type Around = { readonly languages: readonly string[]; readonly timezone: string };

async function findPage(
  tx: Tx,
  wish: SearchWish & { upTo: number },
  { languages, timezone }: Around,
): Promise<(Hit & { count: number })[]> {
  if (languages.length === 0) return [];
  const query = queryByLanguage(wish.words, languages);
  const snippet =
    wish.words === ''
      ? sql`t.lead`
      : sql`ts_headline(stemming(t.language), t.lead || ' ' || left(t.body, ${sql.lit(SNIPPET_FROM)}), ${query}, ${SNIPPET})`;
  const title = wish.words === '' ? sql`t.title` : sql`ts_headline(stemming(t.language), t.title, ${query}, ${WHOLE})`;
  const rank =
    wish.words === '' ? sql`0` : sql`(ts_filter(t.words, '{a}') @@ ${query})::int + (ts_filter(t.words, '{a,b}') @@ ${query})::int`;
  const { rows } = await sql<Hit & { count: number }>`
    with found as (
      select t.release, t.publication, t.language, t.words from search_texts t
      where ${matches(wish, languages)} and ${filters(wish, timezone)}
      order by t.publication desc limit ${sql.lit(MOST_FOUND)}
    ), page as (
      select t.release, ${rank} as rank, t.publication, count(*) over () as count from found t
      order by rank desc, t.publication desc limit ${sql.lit(HITS_ON_A_PAGE)} offset ${(wish.page - 1) * HITS_ON_A_PAGE}
    )
    select r.slug, t.language, v.content ->> 'type' as type, t.published_at as "publishedAt", t.topics, ${title} as title, ${snippet} as snippet, page.count
    from page join search_texts t using (release) join releases r on r.id = t.release join revisions v on v.release = t.release and v.n = t.n
    order by page.rank desc, page.publication desc`.execute(tx);
  return rows;
}

async function countMatches(tx: Tx, wish: SearchWish & { upTo: number }, { languages, timezone }: Around): Promise<number> {
  if (languages.length === 0) return 0;
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select from search_texts t where ${matches(wish, languages)} and ${filters(wish, timezone)} limit ${sql.lit(MOST_FOUND)}) found`.execute(
    tx,
  );
  return rows[0]!.count;
}

/** The words in the stemming of the row's own language. */
function queryByLanguage(words: string, languages: readonly string[]): RawBuilder<unknown> {
  const cases = languages.map((language) => sql`when ${language}::text then ${queryIn(language, words)}`);
  return sql`case t.language ${sql.join(cases, sql` `)} end`;
}

/** One condition for each language: each alone can be looked up in the index. */
function matches({ words }: SearchWish, languages: readonly string[]): RawBuilder<unknown> {
  if (words === '') return sql`t.language = any(${languages as string[]}::text[])`;
  const each = languages.map((language) => sql`(t.language = ${language}::text and t.words @@ ${queryIn(language, words)})`);
  return sql`(${sql.join(each, sql` or `)})`;
}

function filters({ topic, year, upTo }: SearchWish, timezone: string): RawBuilder<unknown> {
  const start = (of: number) => momentOf(`${of}-01-01T00:00`, timezone);
  return sql.join(
    [
      sql`t.publication <= ${upTo}`,
      ...(topic === undefined ? [] : [sql`${topic}::text = any(t.topics)`]),
      ...(year === undefined ? [] : [sql`t.published_at >= ${start(year)} and t.published_at < ${start(year + 1)}`]),
    ],
    sql` and `,
  );
}
