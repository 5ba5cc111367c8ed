import { sql } from 'kysely';
import type { Tx } from '../schema/database.ts';
import { FREQUENCIES, type Frequency } from '../schema/tables.ts';
import { type DigestTimes, nextWindow } from './digest-window.ts';
import { FASTEST, releaseTopicsOf } from './reachable.ts';
import type { RunKey } from './run-end.ts';

type OpenRow = RunKey & { readonly subscriber: string; readonly before: Frequency; readonly wanted: Frequency };

/** Rows written in one statement, when an import changes how often a whole list of people gets letters. */
const ROWS_AT_ONCE = 5_000;

/**
 * After a change of some people's subscriptions, in its transaction and with their rows locked: letters that wait and that nobody has claimed take the
 * frequency their reader wants now, and with it their time. Only first letters about a release have one; corrections and withdrawals leave at once.
 * Letters about nothing he wants any more stay, for the claim to suppress them. Gives the runs whose e-mail jobs may be woken.
 */
export async function moveOpenLetters(
  tx: Tx,
  { subscribers, newsroom }: { subscribers: readonly string[]; newsroom: DigestTimes },
): Promise<RunKey[]> {
  if (subscribers.length === 0) return [];
  const moved = (await lockOpen(tx, subscribers)).filter(({ before, wanted }) => before !== wanted);
  if (moved.length === 0) return [];
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(tx);
  const windows = new Map(FREQUENCIES.map((frequency) => [frequency, nextWindow(frequency, rows[0]!.now, newsroom)]));
  for (let first = 0; first < moved.length; first += ROWS_AT_ONCE) await write(tx, moved.slice(first, first + ROWS_AT_ONCE), windows);
  const runs = new Map(moved.map(({ release, n }) => [`${release} ${n}`, { release, n }]));
  return [...runs.values()];
}

async function write(tx: Tx, moved: readonly OpenRow[], windows: ReadonlyMap<Frequency, Date>): Promise<void> {
  const column = <Value>(of: (row: OpenRow) => Value) => moved.map(of);
  await sql`
    with moved as (
      update deliveries d set frequency = v.frequency, due_at = v.due_at, digest = case when v.frequency = 'at-once' then null else d.digest end
      from unnest(
        ${column(({ release }) => release)}::uuid[], ${column(({ n }) => n)}::int[], ${column(({ subscriber }) => subscriber)}::uuid[],
        ${column(({ wanted }) => wanted)}::text[], ${column(({ wanted }) => windows.get(wanted)!)}::timestamptz[]
      ) as v (release, n, subscriber, frequency, due_at)
      where d.subscriber = v.subscriber and d.release = v.release and d.n = v.n
      returning d.release, d.n, d.due_at
    ), runs as (
      select release, n, min(due_at) as due_at from moved group by release, n
    ), owed as (
      select c.release, c.n, runs.due_at from receipts c join runs on runs.release = c.release and runs.n = c.n
      where c.channel = 'email' and c.state = 'owed' order by c.release, c.n for update of c
    )
    update receipts c set due_at = least(c.due_at, owed.due_at) from owed
    where c.release = owed.release and c.n = owed.n and c.channel = 'email'`.execute(tx);
}

/**
 * In the order of runs and of places in them, as everybody locks several rows: `letters stop` walks through one run while this walks through the
 * letters of one person, or of many.
 */
async function lockOpen(tx: Tx, subscribers: readonly string[]): Promise<OpenRow[]> {
  const open = sql`d.subscriber = any (${[...subscribers]}::uuid[]) and d.state in ('pending', 'deferred')`;
  // The topics once for each release: its whole text is read for them.
  const { rows } = await sql<OpenRow>`
    with texts as materialized (
      select release, ${releaseTopicsOf(sql`release`)} as topics from (select distinct d.release from deliveries d where ${open}) waiting
    )
    select d.release, d.n, d.subscriber, d.frequency as before, w.wanted
    from deliveries d
    join revisions v on v.release = d.release and v.n = d.n and v.kind = 'first'
    join texts on texts.release = d.release
    cross join lateral (
      select ${FASTEST} as wanted from subscriptions p
      where p.subscriber = d.subscriber and (p.topic = '*' or p.topic = any (texts.topics))
    ) w
    where ${open} and w.wanted is not null
    order by d.release, d.n, d.seq for update of d`.execute(tx);
  return rows;
}
