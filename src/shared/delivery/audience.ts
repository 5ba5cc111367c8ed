import { sql } from 'kysely';
import { loadNewsroom } from '../release/newsroom/newsroom-store.ts';
import type { Database, Tx } from '../schema/database.ts';
import { allowWholeAudience } from '../schema/patience.ts';
import { FREQUENCIES, type Frequency, type RevisionKind } from '../schema/tables.ts';
import { nextWindow } from './digest-window.ts';
import { FASTEST, isPaused } from './reachable.ts';

/** `wait`: a letter with an earlier text is under way, and whether it arrives decides who gets this one. */
export type Freeze = { readonly kind: 'frozen'; readonly audience: number } | { readonly kind: 'already' } | { readonly kind: 'wait' };

/**
 * Gives everybody this revision's letters are for a row, once, in one statement, and counts them.
 * All runs of the release are locked meanwhile: a claim holds its run FOR SHARE, so none is half-way between "pending" and "carries the old text".
 */
export async function freezeAudience(db: Database, at: { release: string; n: number }): Promise<Freeze> {
  const freeze = await freezeInOne(db, at);
  // A table that has just grown by a whole audience is another one than the planner knows.
  if (freeze.kind === 'frozen' && freeze.audience > LARGE_AUDIENCE) await sql`analyze deliveries`.execute(db);
  return freeze;
}

const LARGE_AUDIENCE = 2_000;

function freezeInOne(db: Database, at: { release: string; n: number }): Promise<Freeze> {
  return db.transaction().execute(async (tx) => {
    await allowWholeAudience(tx);
    const runs = await tx
      .selectFrom('mailings')
      .select(['n', 'frozen_at'])
      .where('release', '=', at.release)
      .orderBy('n')
      .forUpdate()
      .execute();
    const run = runs.find((row) => row.n === at.n);
    if (!run || run.frozen_at !== null) return { kind: 'already' };
    if (await earlierTextUnderWay(tx, at)) return { kind: 'wait' };
    const { kind } = await tx
      .selectFrom('revisions')
      .select('kind')
      .where('release', '=', at.release)
      .where('n', '=', at.n)
      .executeTakeFirstOrThrow();
    const audience = await insertRows(tx, { ...at, kind });
    await tx
      .updateTable('mailings')
      .set({ frozen_at: sql<Date>`clock_timestamp()`, audience })
      .where('release', '=', at.release)
      .where('n', '=', at.n)
      .execute();
    return { kind: 'frozen', audience };
  });
}

async function earlierTextUnderWay(tx: Tx, at: { release: string; n: number }): Promise<boolean> {
  const row = await tx
    .selectFrom('deliveries')
    .select('seq')
    .where('release', '=', at.release)
    .where('state', '=', 'claimed')
    .where('carried_n', '<', at.n)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function insertRows(tx: Tx, at: { release: string; n: number; kind: RevisionKind }): Promise<number> {
  const due = await dueTimes(tx);
  const matched = at.kind === 'first' ? everybodyMatched(at.release) : whoeverGotIt(at);
  // The order is by hash: random, so that no domain gets its letters in one burst, and stable, so that it can be found again. Who rests now gets
  // nothing of this later either, though the window of his digest may come after the rest.
  const result = await sql`
    insert into deliveries (release, n, subscriber, state, code, at, frequency, due_at, seq)
    select ${at.release}::uuid, ${at.n}::int, m.subscriber, case when m.paused then 'suppressed' else 'pending' end,
      case when m.paused then 'paused' end, case when m.paused then clock_timestamp() end, m.frequency,
      case m.frequency when 'daily' then ${due.daily}::timestamptz when 'weekly' then ${due.weekly}::timestamptz else ${due.now}::timestamptz end,
      row_number() over (order by hashtextextended(m.subscriber::text, ${at.n}), m.subscriber) - 1
    from (${matched}) m`.execute(tx);
  return Number(result.numAffectedRows ?? 0n);
}

/**
 * When letters of each frequency leave, by PostgreSQL's clock at this moment. A freeze that comes late can miss no window: digests take whatever is
 * due by then, and what is frozen after one window is due in the next.
 */
async function dueTimes(tx: Tx): Promise<{ now: Date; daily: Date; weekly: Date }> {
  const { newsroom } = await loadNewsroom(tx);
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(tx);
  const { now } = rows[0]!;
  return { now, daily: nextWindow('daily', now, newsroom), weekly: nextWindow('weekly', now, newsroom) };
}

/** Active subscribers with the release's language and one of its topics, or all topics, each with the fastest of those subscriptions. */
function everybodyMatched(release: string) {
  return sql`
    select s.id as subscriber, f.frequency, ${isPaused} as paused from subscribers s
    cross join (
      select content->>'language' as language, array(select jsonb_array_elements_text(content->'topics')) as topics
      from revisions where release = ${release} and content is not null order by n desc limit 1
    ) text
    cross join lateral (
      select ${FASTEST} as frequency from subscriptions p where p.subscriber = s.id and (p.topic = '*' or p.topic = any (text.topics))
    ) f
    where s.state = 'active' and s.language = text.language and f.frequency is not null`;
}

/**
 * People whose newest letter of this release carried an earlier text, at once whatever they chose: they believe what is wrong. Not those with an open row: it will carry the newest text anyway.
 * Open rows of a stopped run do not count, nor any before a withdrawal: they are about to be cancelled and carry nothing.
 */
function whoeverGotIt(at: { release: string; n: number; kind: RevisionKind }) {
  const open =
    at.kind === 'withdrawal'
      ? sql`false`
      : sql`bool_or(d.state = 'claimed' or (d.state in ('pending', 'deferred') and m.state <> 'stopped'))`;
  return sql`
    select d.subscriber, 'at-once' as frequency, (select ${isPaused} from subscribers s where s.id = d.subscriber) as paused from deliveries d join mailings m on m.release = d.release and m.n = d.n
    where d.release = ${at.release} group by d.subscriber
    having max(d.carried_n) filter (where d.state in ('accepted', 'unknown')) < ${at.n} and not ${open}`;
}

/** One transaction holds so many rows: short enough that nobody waits for it. */
const CANCEL_ROWS = 5_000;

type Cancelling = { readonly release: string; readonly n: number; readonly code: 'stopped' | 'withdrawn' };

/** Every row of the run that nobody has claimed becomes `cancelled`. Gives how many. */
export async function cancelOpen(db: Database, run: Cancelling): Promise<number> {
  let cancelled = 0;
  for (const frequency of FREQUENCIES) cancelled += await cancelAt(db, { ...run, frequency });
  return cancelled;
}

async function cancelAt(db: Database, at: Cancelling & { readonly frequency: Frequency }): Promise<number> {
  // The index holds each frequency in the order of the run.
  const open = sql`release = ${at.release} and n = ${at.n} and frequency = ${at.frequency} and state in ('pending', 'deferred')`;
  for (let cancelled = 0; ; ) {
    // By a range of places, not by a list of rows: such a statement stays fast whatever the planner knows of the table.
    const result = await sql`
      update deliveries set state = 'cancelled', code = ${at.code}, reply = null, at = clock_timestamp()
      where ${open} and seq <= (select max(seq) from (select seq from deliveries where ${open} order by seq limit ${CANCEL_ROWS}) first)`.execute(
      db,
    );
    const count = Number(result.numAffectedRows ?? 0n);
    cancelled += count;
    if (count === 0) return cancelled;
  }
}
