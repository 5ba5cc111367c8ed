import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** What usually ends a statement (platform/postgres.ts) would end one over 300,000 people on a busy machine too, and whoever tries again begins anew. */
const LONG_MS = 15 * 60_000;

/** For the rest of this transaction a statement may take as long as a whole audience takes. */
export async function allowWholeAudience(tx: Tx): Promise<void> {
  await sql`set local statement_timeout = ${sql.lit(LONG_MS)}`.execute(tx);
}
