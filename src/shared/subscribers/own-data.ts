import { sql } from 'kysely';
import type { Tx } from '../schema/database.ts';
import type { Services } from '../services.ts';

/** Anybody with a forwarded letter can press the button; three leave room for a letter that a filter ate. */
const LETTERS_A_DAY = 3;

/**
 * Owes the person's own address one letter with the link to what is kept about him. `limited`: three have gone today already; `unknown`: nobody to
 * write to. The visitor must be told the same in every case.
 */
export async function askForOwnData(services: Services, subscriber: string): Promise<'asked' | 'limited' | 'unknown'> {
  const asked = await services.database.transaction().execute(async (tx) => {
    // The row's lock lets two presses of the button count each other.
    const person = await tx.selectFrom('subscribers').select('address').where('id', '=', subscriber).forNoKeyUpdate().executeTakeFirst();
    if (!person?.address) return 'unknown';
    if ((await countOfToday(tx, person.address)) >= LETTERS_A_DAY) return 'limited';
    return tx
      .insertInto('notices')
      .values({ kind: 'own-data', to: person.address, payload: JSON.stringify({ subscriber }) })
      .returning('id')
      .executeTakeFirstOrThrow();
  });
  if (typeof asked === 'string') {
    services.log.info({ outcome: asked }, 'own_data.no_letter');
    return asked;
  }
  await services.dispatch.wake([{ queue: 'notices', payload: { noticeId: asked.id } }]);
  return 'asked';
}

async function countOfToday(tx: Tx, address: string): Promise<number> {
  const row = await tx
    .selectFrom('notices')
    .select((select) => select.fn.countAll<string>().as('count'))
    .where('kind', '=', 'own-data')
    .where('to', '=', address)
    .where('created_at', '>', sql<Date>`clock_timestamp() - interval '1 day'`)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
