import { sql } from 'kysely';
import { growingGapMs } from '../platform/clock.ts';
import type { Database } from '../schema/database.ts';
import type { HubSubscriptionRow } from '../schema/tables.ts';

/* What became of a verification or a push, written into its row. */

/** Two days of trying: a weekend without anybody to look after the subscriber. The first tries are close, a restart is soon over. */
const FIRST_GAP_MS = 20_000;
const LONGEST_GAP_MS = 4 * 60 * 60_000;
const GIVEN_UP_HOURS = 48;

/** Tries to have a wish confirmed; whoever subscribes is there to answer. */
const WISH_TRIES = 3;

type At = { readonly db: Database; readonly row: HubSubscriptionRow };

const free = { held_until: null, attempts: 0, failing_since: null, error: null } as const;

/** The callback confirmed its wish: from now on, or no longer. */
export async function settleConfirmed({ db, row }: At): Promise<void> {
  const wish = row.wish!;
  if (wish.mode === 'unsubscribe') return forget({ db, row });
  await db
    .updateTable('hub_subscriptions')
    .set({
      ...free,
      secret: wish.secret,
      expires_at: sql`clock_timestamp() + make_interval(secs => ${wish.leaseSeconds})`,
      wish: null,
      due_at: sql`clock_timestamp()`,
    })
    .where('id', '=', row.id)
    .where(isWish(row))
    .execute();
}

/** It did not mean it, or did not answer in time: what was, stays. */
export async function settleRefused({ db, row }: At): Promise<void> {
  if (row.expires_at === null) {
    await db.deleteFrom('hub_subscriptions').where('id', '=', row.id).where(isWish(row)).execute();
    return;
  }
  await db
    .updateTable('hub_subscriptions')
    .set({ ...free, wish: null, due_at: sql`clock_timestamp()` })
    .where('id', '=', row.id)
    .where(isWish(row))
    .execute();
}

/** True when it is tried again. */
export async function putOffWish({ db, row }: At, error: string): Promise<boolean> {
  if (row.attempts + 1 >= WISH_TRIES) {
    await settleRefused({ db, row });
    return false;
  }
  await putOff({ db, row }, error);
  return true;
}

/** It took the push. A publication that came meanwhile is still owed. */
export async function settleTold({ db, row }: At): Promise<void> {
  await db
    .updateTable('hub_subscriptions')
    .set({
      ...free,
      told: sql`greatest(told, ${row.owed})`,
      told_at: sql`clock_timestamp()`,
      owed: sql`nullif(owed, ${row.owed})`,
      due_at: sql`clock_timestamp()`,
    })
    .where('id', '=', row.id)
    .execute();
}

/** It did not; true when it is tried again, false when it was forgotten after two days. */
export async function putOffPush({ db, row }: At, error: string): Promise<boolean> {
  const gone = await db
    .deleteFrom('hub_subscriptions')
    .where('id', '=', row.id)
    .where('failing_since', '<', sql<Date>`clock_timestamp() - make_interval(hours => ${GIVEN_UP_HOURS})`)
    .executeTakeFirst();
  if (gone.numDeletedRows > 0n) return false;
  await putOff({ db, row }, error);
  return true;
}

async function putOff({ db, row }: At, error: string): Promise<void> {
  const gapMs = growingGapMs(row.attempts + 1, FIRST_GAP_MS, LONGEST_GAP_MS);
  await db
    .updateTable('hub_subscriptions')
    .set({
      held_until: null,
      attempts: row.attempts + 1,
      failing_since: sql`coalesce(failing_since, clock_timestamp())`,
      error,
      due_at: sql`clock_timestamp() + ${gapMs} * interval '1 ms'`,
    })
    .where('id', '=', row.id)
    .execute();
}

export async function forget({ db, row }: At): Promise<void> {
  await db.deleteFrom('hub_subscriptions').where('id', '=', row.id).execute();
}

/** A wish that came while this one was being confirmed is another, and stays. */
function isWish(row: HubSubscriptionRow) {
  return sql<boolean>`wish->>'id' = ${row.wish?.id ?? ''}`;
}
