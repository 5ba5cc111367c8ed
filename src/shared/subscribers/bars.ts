import { sql } from 'kysely';
import type { Connection } from '../schema/database.ts';
import type { SuppressionReason } from '../schema/tables.ts';

/** After a complaint or a mailbox that does not exist, a letter to the same address would cost us the mail servers' trust. */
const BARRED_DAYS = 30;

/**
 * The suppression that even its owner's new sign-up does not lift now: a complaint or hard bounce of the last 30 days, or what a person of the
 * newsroom decided. Leaving, erasure and full mailboxes bar nobody who asks again.
 */
export async function recentBar(db: Connection, hash: Uint8Array): Promise<SuppressionReason | undefined> {
  const row = await db
    .selectFrom('suppressions')
    .select(['reason', sql<boolean>`created_at > clock_timestamp() - make_interval(days => ${BARRED_DAYS})`.as('recent')])
    .where('address_hash', '=', Buffer.from(hash))
    .executeTakeFirst();
  if (!row) return undefined;
  switch (row.reason) {
    case 'manual':
      return row.reason;
    case 'complaint':
    case 'hard-bounce':
      return row.recent ? row.reason : undefined;
    case 'unsubscribed':
    case 'soft-bounces':
    case 'erased':
      return undefined;
  }
}
