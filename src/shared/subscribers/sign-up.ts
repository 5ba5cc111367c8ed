import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Database, Tx } from '../schema/database.ts';
import { lock } from '../schema/locks.ts';
import { getKey } from '../schema/migrate.ts';
import type { Frequency } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { recentBar } from './bars.ts';
import { TOKEN_KEY_BYTES } from './merge.ts';
import { addressHash } from './suppressions.ts';

/** What somebody asked for, checked by the caller: an address as address.ts gives it, topics and language of this newsroom. */
export type SignUpWish = {
  readonly address: string;
  readonly language: string;
  /** Names, or `*` for all. */
  readonly topics: readonly string[];
  readonly frequency: Frequency;
  /** Address of the page the form stood on. */
  readonly source: string;
  /** The consent as it stood there, and its version. */
  readonly wording: string;
  readonly wordingVersion: string;
};

/** So many letters a day reach an address that somebody else types in; three leave room for a letter that a filter ate. */
const LETTERS_A_DAY = 3;

/** Those who sign up on a Friday evening and read their mail on Monday still find the link good. */
export const CONFIRM_HOURS = 72;

/**
 * Keeps the wish and owes its address one confirmation letter; nothing else changes before the address says yes. `limited` and `barred`: no letter.
 * The visitor must be told the same in every case, for the answer would say who is known here.
 */
export async function signUp(services: Services, wish: SignUpWish): Promise<'asked' | 'limited' | 'barred'> {
  const hash = addressHash(await getKey(services.database, 'address'), wish.address);
  const asked = await services.database.transaction().execute(async (tx) => {
    await lock(tx, `sign-up:${hash.toString('hex')}`);
    if ((await countOfToday(tx, wish.address)) >= LETTERS_A_DAY) return 'limited';
    const barred = await recentBar(tx, hash);
    const { id } = await insertSignUp(tx, wish, barred);
    if (barred !== undefined) {
      // What the desk can read; the hash is the name of the suppression in its list.
      const detail = JSON.stringify({ suppression: hash.toString('hex'), reason: barred });
      await tx.insertInto('audit').values({ account: null, action: 'sign-up.barred', detail }).execute();
      return 'barred';
    }
    return tx
      .insertInto('notices')
      .values({ kind: 'confirmation', to: wish.address, payload: JSON.stringify({ signUp: id }) })
      .returning('id')
      .executeTakeFirstOrThrow();
  });
  if (typeof asked === 'string') {
    services.log.info({ outcome: asked }, 'sign_up.no_letter');
    return asked;
  }
  await services.dispatch.wake([{ queue: 'notices', payload: { noticeId: asked.id } }]);
  return 'asked';
}

async function countOfToday(tx: Tx, address: string): Promise<number> {
  const row = await tx
    .selectFrom('sign_ups')
    .select((select) => select.fn.countAll<string>().as('count'))
    .where('address', '=', address)
    .where('signed_at', '>', sql<Date>`clock_timestamp() - interval '1 day'`)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

function insertSignUp(tx: Tx, wish: SignUpWish, barred: string | undefined): Promise<{ id: string }> {
  return tx
    .insertInto('sign_ups')
    .values({
      address: wish.address,
      language: wish.language,
      topics: [...wish.topics],
      frequency: wish.frequency,
      source: wish.source,
      wording: wish.wording,
      wording_version: wish.wordingVersion,
      token_key: randomBytes(TOKEN_KEY_BYTES),
      barred: barred ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
}

/** Deletes sign-ups of so many days ago, confirmed or not: an address nobody confirmed is none of our business (GDPR article 5.1 e). */
export async function forgetSignUps(db: Database, days: number): Promise<void> {
  await db.deleteFrom('sign_ups').where('signed_at', '<', sql<Date>`clock_timestamp() - make_interval(days => ${days})`).execute();
}
