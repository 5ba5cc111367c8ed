import { sql } from 'kysely';
import type { Database } from '../schema/database.ts';
import { holdRun } from './mailings.ts';

/** So many of the first hundred answers may be refusals; one more, and a person should look before the whole list gets the same. */
const MOST_REFUSED = 20;
const FIRST_ANSWERS = 100;

export type FirstAnswers = 'fine-so-far' | 'past' | 'paused';

/**
 * Pauses a run whose first hundred answers hold too many refusals: a broken list, or a server that takes us for spam.
 * A run a person has resumed is left alone.
 */
export async function checkFirstAnswers(db: Database, at: { release: string; n: number }): Promise<FirstAnswers> {
  const { rows } = await sql<{ answers: number; refused: number }>`
    select count(*)::int as answers, count(*) filter (where state = 'rejected')::int as refused from (
      select state from deliveries where release = ${at.release} and n = ${at.n} and state in ('accepted', 'rejected') order by at limit ${FIRST_ANSWERS}
    ) first`.execute(db);
  const { answers, refused } = rows[0]!;
  if (refused <= MOST_REFUSED) return answers < FIRST_ANSWERS ? 'fine-so-far' : 'past';
  const reason = `${refused} of the first ${answers} letters were refused; look at the reasons, then resume or stop`;
  return (await holdRun(db, { ...at, reason, evenIfResumed: false })) ? 'paused' : 'past';
}
