import type { Json } from '../platform/canonical.ts';
import type { Connection } from '../schema/database.ts';

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

/** Writes one line of the append-only audit, in the transaction of what it tells of. */
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
