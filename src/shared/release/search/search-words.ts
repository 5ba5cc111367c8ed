import { sql } from 'kysely';
import { monotonicMs } from '../../platform/clock.ts';
import type { Database } from '../../schema/database.ts';

/** One pass looks no longer: the sweep has other things to do, and the next comes soon. Among 20,000 releases a word takes 5 ms (measured). */
const MOST_MS = 1_000;

/**
 * Looks up, one by one, words whose text was withdrawn or corrected (migration 0019): each gets another public text it stands in, or goes. Until then it is
 * offered to nobody. Each is a transaction of its own, so that a publication with the same word waits for one at most; any number may be at it. Gives how
 * many were settled.
 */
export async function lookWordsUp(db: Database): Promise<number> {
  const end = monotonicMs() + MOST_MS;
  let settled = 0;
  while (monotonicMs() < end) {
    const { rows } = await sql<{ settled: boolean }>`select look_word_up() as settled`.execute(db);
    if (!rows[0]!.settled) break;
    settled += 1;
  }
  return settled;
}
