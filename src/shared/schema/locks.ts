import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** Everything that is serialized by name. Lock order: release row → publication → audit (protocol). */
export type LockName = 'publication' | 'slugs' | 'migrate' | 'newsroom' | 'subscribers' | 'hub' | `channel:${string}` | `sign-up:${string}`;

/** Holds the named lock until the transaction ends; a second holder waits. */
export async function lock(tx: Tx, name: LockName): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`depesch ${name}`}, 0))`.execute(tx);
}
