import { sql } from 'kysely';
import type { Json } from '../platform/canonical.ts';
import type { Connection, Database } from '../schema/database.ts';

/** Action of the line that every backup leaves: a copy of all addresses was made, and where. */
export const BACKED_UP = 'house.backed-up';

export type AuditEntry = { account: string | null; action: string; release?: string; detail?: { [key: string]: Json } };
export type AuditLine = {
  id: number;
  at: Date;
  account: string | null;
  action: string;
  release: string | null;
  detail: { [key: string]: Json };
};

/** Writes one line of the audit, which nobody changes, in the transaction of what it tells of. */
export async function recordAudit(db: Connection, entry: AuditEntry): Promise<void> {
  await db
    .insertInto('audit')
    .values({ account: entry.account, action: entry.action, release: entry.release ?? null, detail: JSON.stringify(entry.detail ?? {}) })
    .execute();
}

/** The newest line about an action. */
export async function findLastAudit(db: Connection, action: string): Promise<AuditLine | undefined> {
  return db.selectFrom('audit').selectAll().where('action', '=', action).orderBy('id', 'desc').limit(1).executeTakeFirst();
}

/** The audit of one release, newest first, `limit` lines before line `before`. */
export async function listAudit(db: Connection, query: { release: string; limit: number; before?: number }): Promise<AuditLine[]> {
  let select = db.selectFrom('audit').selectAll().where('release', '=', query.release).orderBy('id', 'desc').limit(query.limit);
  if (query.before !== undefined) select = select.where('id', '<', query.before);
  return select.execute();
}

/** Lines deleted in one statement, and in one pass: the rest goes in an hour. */
const LINES_AT_ONCE = 5_000;
const MOST_LINES = 50_000;

/**
 * Deletes lines older than so many days, the oldest first, and writes down that it did. Nobody can delete others: a trigger in the database holds it.
 * Costs one look at the oldest lines while none is that old. Gives how many went.
 */
export async function forgetAudit(db: Database, days: number): Promise<number> {
  return db.transaction().execute(async (tx) => {
    await sql`set local depesch.forgets = 'audit'`.execute(tx);
    let forgotten = 0;
    while (forgotten < MOST_LINES) {
      // Lines are numbered in the order in which they are written, so the old ones are the first.
      const result = await sql`
        delete from audit where at < clock_timestamp() - make_interval(days => ${days})
          and id in (select id from audit order by id limit ${LINES_AT_ONCE})`.execute(tx);
      const count = Number(result.numAffectedRows ?? 0n);
      if (count === 0) break;
      forgotten += count;
    }
    if (forgotten > 0) await recordAudit(tx, { account: null, action: 'audit.forgotten', detail: { lines: forgotten, days } });
    return forgotten;
  });
}
