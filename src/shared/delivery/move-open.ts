import { sql } from 'kysely';
import type { Tx } from '../schema/database.ts';
import type { Frequency } from '../schema/tables.ts';
import { type DigestTimes, nextWindow } from './digest-window.ts';
import { FASTEST, releaseTopicsOf } from './reachable.ts';
import type { RunKey } from './run-end.ts';

type OpenRow = RunKey & { readonly before: Frequency; readonly wanted: Frequency };

/**
 * After a change of a person's subscriptions, in its transaction and with the person's row locked: letters that wait and that nobody has claimed
 * take the frequency the person wants now, and with it their time. Only first letters about a release have one; corrections and withdrawals leave
 * at once. Letters about nothing he wants any more stay, for the claim to suppress them. Gives the runs whose e-mail jobs may be woken.
 */
export async function moveOpenLetters(tx: Tx, { subscriber, newsroom }: { subscriber: string; newsroom: DigestTimes }): Promise<RunKey[]> {
  const moved = (await lockOpen(tx, subscriber)).filter(({ before, wanted }) => before !== wanted);
  if (moved.length === 0) return [];
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(tx);
  const due = moved.map(({ wanted }) => nextWindow(wanted, rows[0]!.now, newsroom));
  await sql`
    with moved as (
      update deliveries d set frequency = v.frequency, due_at = v.due_at, digest = case when v.frequency = 'at-once' then null else d.digest end
      from unnest(
        ${moved.map((row) => row.release)}::uuid[], ${moved.map((row) => row.n)}::int[], ${moved.map((row) => row.wanted)}::text[], ${due}::timestamptz[]
      ) as v (release, n, frequency, due_at)
      where d.subscriber = ${subscriber} and d.release = v.release and d.n = v.n
      returning d.release, d.n, d.due_at
    ), owed as (
      select c.release, c.n, moved.due_at from receipts c join moved on moved.release = c.release and moved.n = c.n
      where c.channel = 'email' and c.state = 'owed' order by c.release, c.n for update of c
    )
    update receipts c set due_at = least(c.due_at, owed.due_at) from owed
    where c.release = owed.release and c.n = owed.n and c.channel = 'email'`.execute(tx);
  return moved.map(({ release, n }) => ({ release, n }));
}

/** In the order of runs, as everybody locks several rows: `letters stop` walks through one run while this walks through one person's letters. */
async function lockOpen(tx: Tx, subscriber: string): Promise<OpenRow[]> {
  const { rows } = await sql<OpenRow>`
    select d.release, d.n, d.frequency as before, w.wanted
    from deliveries d
    join revisions v on v.release = d.release and v.n = d.n and v.kind = 'first'
    cross join lateral (
      select ${FASTEST} as wanted from subscriptions p
      where p.subscriber = d.subscriber and (p.topic = '*' or p.topic = any (${releaseTopicsOf(sql`d.release`)}))
    ) w
    where d.subscriber = ${subscriber} and d.state in ('pending', 'deferred') and w.wanted is not null
    order by d.release, d.n for update of d`.execute(tx);
  return rows;
}
