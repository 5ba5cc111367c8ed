import { join } from 'node:path';
import { Failure, messageOf } from '../platform/failure.ts';
import { VERSION } from '../platform/version.ts';
import { knownMigrations } from '../schema/migrate.ts';
import { type BackupManifest, readManifest } from './manifest.ts';
import { measureFile } from './streams.ts';

/**
 * Reads a backup from its first byte to its last and compares it with its manifest. Throws Failure naming the first file that is missing or
 * changed, and refuses a backup of a newer program, whose tables this one does not know.
 */
export async function checkBackup(folder: string): Promise<BackupManifest> {
  const manifest = await readManifest(folder);
  const known = new Set(knownMigrations());
  const newer = manifest.migrations.filter((name) => !known.has(name));
  if (newer.length > 0) {
    throw new Failure(
      'backup_newer',
      `${folder} was made by Depesch ${manifest.program}, which is newer than this one (${VERSION}): it has ${newer.join(', ')}. Restore it with that version.`,
    );
  }
  for (const file of manifest.files) {
    const path = join(folder, file.path);
    const found = await measureFile(path).catch((cause) => {
      throw new Failure('backup_damaged', `The backup is not whole: ${path} cannot be read: ${messageOf(cause)}.`, { cause });
    });
    if (found.bytes !== file.bytes || found.sha256 !== file.sha256) {
      throw new Failure('backup_damaged', `The backup is not whole: ${path} is not what its manifest says (SHA-256 ${file.sha256}).`);
    }
  }
  return manifest;
}
