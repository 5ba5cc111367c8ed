import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure, messageOf } from '../platform/failure.ts';

/** Changes when the meaning of a member changes, so that a later program knows which rules hold. */
export const BACKUP_FORMAT = 'depesch-backup-1';

/** Written last into the folder: a folder without it is no backup. */
export const BACKUP_FILE = 'backup.json';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What a backup may hold, and nothing outside of its own folders. */
const SAFE_PATH = /^(tables|assets|archive|newsroom|dkim)(\/(?!\.{1,2}(\/|$))[^/\0]+)+$/;

const BackupFile = z.strictObject({ path: z.string().regex(SAFE_PATH), bytes: z.number().int().nonnegative(), sha256: Hash });
export type BackupFile = Readonly<z.infer<typeof BackupFile>>;

const BackupTable = z.strictObject({
  name: z.string(),
  /** Columns in the order of the lines' members; computed columns are left out. */
  columns: z.array(z.string()).readonly(),
  rows: z.number().int().nonnegative(),
  /** SHA-256 of all lines, uncompressed. A restored table is read again and must give the same. */
  sha256: Hash,
  /** One JSON object a line, in order of the primary key, gzip. */
  path: z.string().regex(/^tables\/[a-z0-9_]+\.jsonl\.gz$/),
});
export type BackupTable = Readonly<z.infer<typeof BackupTable>>;

/** What a backup is: when it was made, by what, every table and every file with its hash. */
export const BackupManifest = z.strictObject({
  format: z.literal(BACKUP_FORMAT),
  program: z.string(),
  postgres: z.string(),
  /** The moment of the snapshot by PostgreSQL's clock, ISO 8601 in UTC. */
  madeAt: z.iso.datetime(),
  /** Bytes of pages and feeds hang on it. */
  baseUrl: z.string(),
  /** The schema's version: every migration that had run. */
  migrations: z.array(z.string()).readonly(),
  tables: z.array(BackupTable).readonly(),
  files: z.array(BackupFile).readonly(),
});
export type BackupManifest = Readonly<z.infer<typeof BackupManifest>>;

/** The manifest of the backup in that folder. Throws Failure when it is none, or one of another format. */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const path = join(folder, BACKUP_FILE);
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new Failure('no_backup', `${folder} is no backup: ${messageOf(cause)}.`, { cause });
  });
  const parsed = BackupManifest.safeParse(parse(text));
  if (parsed.success) return parsed.data;
  throw new Failure('backup_unreadable', `${path} is not of the format ${BACKUP_FORMAT}: ${parsed.error.issues[0]?.message}.`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
