import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Conflict, Failure } from '../platform/failure.ts';
import { syncFolder } from '../platform/files.ts';
import type { Tx } from '../schema/database.ts';
import { makeKeys, runMigrations } from '../schema/migrate.ts';
import type { BackupManifest, BackupTable } from './manifest.ts';
import { copyMeasured, measureFile, readCompressedLines } from './streams.ts';
import { advanceCounters, describeTables, insertLines, measureTable, takeYourTime, withReferencesLast } from './tables.ts';

/** Brings every table back as it was, compares it with the manifest, then brings the schema to this program's version. Gives the migrations that ran. */
export async function bringTablesBack(tx: Tx, folder: string, manifest: BackupManifest): Promise<string[]> {
  await takeYourTime(tx);
  await runMigrations(tx, manifest.migrations);
  await withReferencesLast(tx, async () => {
    for (const table of manifest.tables) {
      for await (const lines of readCompressedLines(join(folder, table.path))) await insertLines(tx, table, lines);
    }
  });
  await advanceCounters(tx);
  const shapes = new Map((await describeTables(tx)).map((shape) => [shape.name, shape]));
  for (const table of manifest.tables) await compare(tx, table, shapes.get(table.name)?.key ?? []);
  const migrated = await runMigrations(tx);
  await makeKeys(tx);
  return migrated;
}

async function compare(tx: Tx, table: BackupTable, key: readonly { name: string; text: boolean }[]): Promise<void> {
  const found = await measureTable(tx, { ...table, key });
  if (found.rows === table.rows && found.sha256 === table.sha256) return;
  throw new Failure(
    'restore_differs',
    `Nothing was restored: table ${table.name} came back with ${found.rows} rows and SHA-256 ${found.sha256}, the backup has ${table.rows} and ${table.sha256}.`,
  );
}

/** Where settings go that the house reads from elsewhere: nothing of the installation is overwritten. */
const RESTORED = 'restored';

/** Copies the files of the backup into DATA_DIR. A file that is there already must be the same; throws Conflict naming one that is not. */
export async function bringFilesBack(dataDir: string, folder: string, manifest: BackupManifest): Promise<number> {
  let copied = 0;
  const folders = new Set<string>();
  for (const file of manifest.files) {
    if (file.path.startsWith('tables/')) continue;
    const ours = /^(assets|archive)\//.test(file.path);
    const target = ours ? join(dataDir, file.path) : join(dataDir, RESTORED, file.path);
    if (await stat(target).catch(() => undefined)) {
      const { sha256 } = await measureFile(target);
      if (sha256 === file.sha256) continue;
      throw new Conflict('file_differs', `${target} is not what the backup holds.`, 'Move it away, and restore again.');
    }
    await copyMeasured(join(folder, file.path), target, ours ? 'house' : 'private');
    folders.add(join(target, '..'));
    copied += 1;
  }
  for (const path of folders) await syncFolder(path);
  return copied;
}

/** Pages and feeds are made from the truth, so they are owed anew. */
export async function oweOutput(tx: Tx): Promise<void> {
  await sql`
    insert into rebuilds (channel, reason) values ('html', 'restored from a backup'), ('feeds', 'restored from a backup')
    on conflict (channel) do update set reason = excluded.reason, asked_at = clock_timestamp()`.execute(tx);
}
