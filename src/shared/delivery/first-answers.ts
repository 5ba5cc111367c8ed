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

/** So many letters of a run refused for their text, with none taken in between, and the relay will not take the others either. */
export const REFUSALS_IN_A_ROW = 5;

/**
 * Pauses a run whose text the relay refuses (decisions/0011): its last answers about the text are all refusals, five of them or, in a small run, all it
 * has. Answers from before a person resumed it do not count. Gives true when this call paused it.
 */
export async function checkRefusals(db: Database, at: { release: string; n: number }): Promise<boolean> {
  const { rows } = await sql<{ answers: number; refused: number; open: boolean; words: string | null }>`
    select count(*)::int as answers, count(*) filter (where state = 'deferred')::int as refused, min(code || ' ' || reply) as words,
      exists (select from deliveries where release = ${at.release} and n = ${at.n} and state in ('pending', 'claimed')) as open
    from (
      select d.state, d.code, d.reply from deliveries d join mailings m on m.release = d.release and m.n = d.n
      where d.release = ${at.release} and d.n = ${at.n} and (d.state = 'accepted' or (d.state = 'deferred' and d.code ~ '^5'))
        and d.at > coalesce(m.resumed_at, '-infinity')
      order by d.at desc limit ${REFUSALS_IN_A_ROW}
    ) last`.execute(db);
  const { answers, refused, open, words } = rows[0]!;
  if (refused === 0 || refused < answers || (answers < REFUSALS_IN_A_ROW && open)) return false;
  const reason = `the relay refuses the text of these letters: ${words}; correct the release or ask whoever runs the relay, then resume or stop`;
  return holdRun(db, { ...at, reason, evenIfResumed: true });
}
