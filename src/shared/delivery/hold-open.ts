import { sql } from 'kysely';
import type { Tx } from '../schema/database.ts';
import { waitedForWindow } from './unknown.ts';

/** What was held of one run: letters that may have left, or the whole run because nobody was counted yet. */
export type HeldRun = {
  readonly release: string;
  readonly slug: string;
  readonly n: number;
  readonly letters: number;
  /** How many of them waited for a window that has not come yet: they have left only if their reader asked for another frequency since. */
  readonly waiting: number;
  readonly paused: boolean;
};

export type HoldInput = {
  /** Shown beside each letter and each run. */
  readonly reason: string;
  /** Only letters a sender had in its hands: the person says that the others have not left. */
  readonly claimedOnly: boolean;
};

/**
 * After a restore: what was open then may have left since, and nothing here can tell. Open letters become `unknown`, for a person to decide on; a
 * run whose audience was not frozen is paused. What would never have left (stopped, withdrawn) is left alone.
 */
export async function holdOpenLetters(tx: Tx, { reason, claimedOnly }: HoldInput): Promise<HeldRun[]> {
  const open = claimedOnly
    ? sql`false`
    : sql`d.state in ('pending', 'deferred') and m.state <> 'stopped' and not (r.newest_kind = 'withdrawal' and r.newest_n > m.n)`;
  // A letter that left after the backup carried the newest text, one under way at that moment the text it was claimed with: who gets a correction hangs on it.
  const letters = await sql<HeldRun>`
    with held as (
      update deliveries d set state = 'unknown', code = 'restored', reply = ${reason}, at = clock_timestamp(), claimed_by = null,
        carried_n = case when d.state = 'claimed' then d.carried_n else r.newest_n end
      from mailings m join releases r on r.id = m.release
      where m.release = d.release and m.n = d.n and (d.state = 'claimed' or ${open})
      returning d.release, d.n, ${waitedForWindow} as waited
    )
    select h.release, r.slug, h.n, count(*)::int as letters, count(*) filter (where h.waited)::int as waiting, false as paused from held h join releases r on r.id = h.release
    group by h.release, r.slug, h.n order by r.slug, h.n`.execute(tx);
  if (claimedOnly) return letters.rows;
  const runs = await sql<HeldRun>`
    update mailings m set state = 'paused', reason = ${reason} from releases r
    where r.id = m.release and m.state = 'running' and m.frozen_at is null returning m.release, r.slug, m.n, 0 as letters, 0 as waiting, true as paused`.execute(
    tx,
  );
  return [...letters.rows, ...runs.rows];
}
