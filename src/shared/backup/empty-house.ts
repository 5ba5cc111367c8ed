import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { isDemoFolder } from '../platform/embedded/demo-mark.ts';
import { Conflict } from '../platform/failure.ts';
import type { Database } from '../schema/database.ts';

/**
 * What may lie in DATA_DIR before a restore: the servers' own folders, and what is only ever written once. An archive that survived the disk is
 * worth keeping: it shows what was published after the backup.
 */
const MAY_BE_THERE = ['archive', 'archive-after-backup', 'assets', 'log', 'postgres', 'programs', 'redis', 'restored', 'run'];

/** Throws Conflict saying what is there: a restore never goes over a newsroom. */
export async function demandEmptyHouse(house: {
  readonly database: Database;
  readonly config: { readonly dataDir: string };
}): Promise<void> {
  const { dataDir } = house.config;
  if (isDemoFolder(dataDir)) {
    throw new Conflict('demo_folder', `${dataDir} holds a demo.`, 'Set DATA_DIR to another folder: the demo and a newsroom never mix.');
  }
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pg_class where relkind = 'r' and relnamespace = current_schema()::text::regnamespace`.execute(
    house.database,
  );
  if (rows[0]!.count > 0) {
    throw new Conflict(
      'house_not_empty',
      `The database holds ${rows[0]!.count} tables already; a restore never goes over a newsroom.`,
      'Restore into an empty database: set DATA_DIR (or DATABASE_URL) to a new one, or move the old one away.',
    );
  }
  const found: string[] = [];
  for (const name of await readdir(dataDir)) {
    if (name.startsWith('.') || MAY_BE_THERE.includes(name)) continue;
    const content = await readdir(join(dataDir, name)).catch(() => ['a file']);
    if (content.length > 0) found.push(name);
  }
  if (found.length === 0) return;
  throw new Conflict(
    'house_not_empty',
    `${dataDir} is not empty: ${found.join(', ')}.`,
    'Move these away first; archive and assets may stay, they are compared with the backup.',
    { found },
  );
}
