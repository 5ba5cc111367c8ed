import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import type { Pool } from 'pg';
import { PREPARED } from '../platform/postgres.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;
/** A connection inside a transaction, or outside of one. */
export type Connection = Database | Transaction<Tables>;
export type { Transaction } from 'kysely';
export type Tx = Transaction<Tables>;

/** The typed door to PostgreSQL over an open pool. Destroying it ends the pool. */
export function openDatabase(pool: Pool): Database {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Stands at the beginning of a statement whose plan PostgreSQL is to keep; see PREPARED. */
export const prepared = sql.raw(PREPARED);
