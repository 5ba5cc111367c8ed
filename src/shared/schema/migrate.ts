import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Conflict } from '../platform/failure.ts';
import { VERSION } from '../platform/version.ts';
import type { Connection, Database, Tx } from './database.ts';
import { lock } from './locks.ts';

const FOLDER = join(import.meta.dirname, 'migrations');

/** Keys that every installation makes for itself at its first start. */
const KEY_NAMES = ['links', 'address', 'message-id', 'verp'] as const;
export type KeyName = (typeof KEY_NAMES)[number];

/**
 * Brings the schema to this program's version, under a lock, in one transaction. Returns the names of the migrations it ran. Throws Conflict
 * `database_newer` when a newer program was here: this one would write rows as that one no longer reads them.
 */
export async function migrate(database: Database): Promise<string[]> {
  return database.transaction().execute(async (tx) => {
    const ran = await runMigrations(tx);
    await refuseNewer(tx);
    await makeKeys(tx);
    return ran;
  });
}

/** Names of all migrations this program has, in their order. */
export function knownMigrations(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .sort();
}

/** Runs what has not run yet, of `names` alone when they are given: a backup goes back into the tables it came from. Makes no keys. */
export async function runMigrations(tx: Tx, names: readonly string[] = knownMigrations()): Promise<string[]> {
  await lock(tx, 'migrate');
  await sql`create table if not exists migrations (name text primary key, at timestamptz not null default clock_timestamp())`.execute(tx);
  const done = new Set(await doneMigrations(tx));
  const ran = names.filter((name) => !done.has(name));
  // An index over a long archive takes the time it takes.
  if (ran.length > 0) await sql`set local statement_timeout = 0`.execute(tx);
  for (const name of ran) {
    await sql.raw(readFileSync(join(FOLDER, name), 'utf8')).execute(tx);
    await sql`insert into migrations (name) values (${name})`.execute(tx);
  }
  return ran;
}

async function refuseNewer(tx: Tx): Promise<void> {
  const known = new Set(knownMigrations());
  const newer = (await doneMigrations(tx)).filter((name) => !known.has(name));
  if (newer.length === 0) return;
  throw new Conflict(
    'database_newer',
    `The database belongs to a newer Depesch than ${VERSION}: it has ${newer.join(', ')}.`,
    'Start that version, or restore the backup made before the upgrade into an empty database (docs/install.md#8-upgrade).',
  );
}

/** Names of the migrations that have run in this database, in their order. */
export async function doneMigrations(db: Connection): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from migrations order by name collate "C"`.execute(db);
  return rows.map((row) => row.name);
}

/** Makes the keys that are not there yet. */
export async function makeKeys(tx: Tx): Promise<void> {
  for (const name of KEY_NAMES) {
    await tx
      .insertInto('keys')
      .values({ name, value: randomBytes(32) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** The secret of that name, 32 bytes. Throws when the schema was never migrated. */
export async function getKey(database: Database, name: KeyName): Promise<Buffer> {
  const row = await database.selectFrom('keys').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  return row.value;
}
