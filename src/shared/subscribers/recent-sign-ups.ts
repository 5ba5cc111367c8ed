import { sql } from 'kysely';
import type { Database } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import { addressHash } from './suppressions.ts';

/** Somebody asked for letters at an address that is barred; `hash` is the address's name in the list of suppressions. */
export type BarredSignUp = { readonly hash: string; readonly reason: string; readonly at: Date };

/** What became of the sign-ups that are still kept (sign-up.ts deletes them after seven days). */
export type RecentSignUps = {
  readonly confirmed: number;
  readonly waiting: number;
  readonly barred: number;
  /** The newest of the barred ones. */
  readonly barredLately: readonly BarredSignUp[];
};

/** Whoever has more has a suppression list to look at, or an attack. */
const MOST_SHOWN = 20;

/** Counts the sign-ups of the last seven days and names the barred ones by their hash. */
export async function loadRecentSignUps(db: Database): Promise<RecentSignUps> {
  const { rows } = await sql<Omit<RecentSignUps, 'barredLately'>>`
    select count(*) filter (where confirmed_at is not null)::int as confirmed, count(*) filter (where barred is not null)::int as barred,
      count(*) filter (where confirmed_at is null and barred is null)::int as waiting
    from sign_ups`.execute(db);
  const barred = await db
    .selectFrom('sign_ups')
    .select(['address', 'barred', 'signed_at'])
    .where('barred', 'is not', null)
    .orderBy('signed_at', 'desc')
    .limit(MOST_SHOWN)
    .execute();
  const key = await getKey(db, 'address');
  const barredLately = barred.map((row) => ({
    hash: addressHash(key, row.address).toString('hex'),
    reason: row.barred!,
    at: row.signed_at,
  }));
  return { ...rows[0]!, barredLately };
}
