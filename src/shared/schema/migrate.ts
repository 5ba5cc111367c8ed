import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';
import { lock } from './locks.ts';

const FOLDER = join(import.meta.dirname, 'migrations');

/** Keys that every installation makes for itself at its first start. */
export const KEY_NAMES = ['links', 'address', 'message-id'] as const;
export type KeyName = (typeof KEY_NAMES)[number];

/** Brings the schema to this program's version, under a lock, in one transaction. Returns the names of the migrations it ran. */
export async function migrate(database: Database): Promise<string[]> {
  return database.transaction().execute(async (tx) => {
    await lock(tx, 'migrate');
    await sql`create table if not exists migrations (name text primary key, at timestamptz not null default clock_timestamp())`.execute(tx);
    const { rows } = await sql<{ name: string }>`select name from migrations`.execute(tx);
    const done = new Set(rows.map((row) => row.name));
    const ran: string[] = [];
    for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.sql')).sort()) {
      if (done.has(name)) continue;
      await sql.raw(readFileSync(join(FOLDER, name), 'utf8')).execute(tx);
      await sql`insert into migrations (name) values (${name})`.execute(tx);
      ran.push(name);
    }
    await makeKeys(tx);
    return ran;
  });
}

async function makeKeys(tx: Tx): Promise<void> {
  for (const name of KEY_NAMES) {
    await tx.insertInto('keys').values({ name, value: randomBytes(32) }).onConflict((conflict) => conflict.doNothing()).execute();
  }
}

/** The secret of that name, 32 bytes. Throws when the schema was never migrated. */
export async function getKey(database: Database, name: KeyName): Promise<Buffer> {
  const row = await database.selectFrom('keys').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  return row.value;
}
