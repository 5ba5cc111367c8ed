import { chmod, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sql } from 'kysely';
import { loadLeafRows } from '../archive/log.ts';
import { MANIFEST_FILE, Manifest } from '../archive/manifest.ts';
import { vaultRoot } from '../archive/vault.ts';
import type { Config } from '../platform/config.ts';
import { Failure, messageOf } from '../platform/failure.ts';
import { replaceFile, syncFolder } from '../platform/files.ts';
import { VERSION } from '../platform/version.ts';
import { assetFile } from '../release/files/assets.ts';
import type { Database, Tx } from '../schema/database.ts';
import { doneMigrations } from '../schema/migrate.ts';
import { BACKUP_FILE, BACKUP_FORMAT, type BackupFile, BackupManifest, type BackupTable } from './manifest.ts';
import { newsroomParts } from './newsroom-files.ts';
import { copyMeasured, writeLines } from './streams.ts';
import { describeTables, readLines, takeYourTime } from './tables.ts';

/** What a backup needs of the program's services. */
export type BackupSource = { readonly database: Database; readonly config: Config };

export type BackupInput = {
  /** The folder that gets a new folder with the backup. */
  readonly to: string;
  /** The newsroom file, when the house has one. */
  readonly newsroomFile: string | undefined;
  /** Told of each part that is finished. */
  readonly onPart?: (part: { name: string; count: number; bytes: number }) => void;
};

export type Backup = {
  readonly folder: string;
  readonly madeAt: string;
  readonly rows: number;
  readonly tables: number;
  readonly files: number;
  readonly bytes: number;
};

type Snapshot = {
  readonly madeAt: Date;
  readonly postgres: string;
  readonly migrations: readonly string[];
  readonly tables: readonly BackupTable[];
  readonly files: readonly BackupFile[];
  readonly assets: readonly string[];
  readonly entries: readonly string[];
};

/** Half a backup of a process that was killed: nobody works on one for a day. */
const ABANDONED_MS = 24 * 60 * 60_000;

/**
 * Makes a backup while everything goes on: the database as of one moment, then the files that this moment knows. Assets and archive entries come
 * before their rows and are never changed, so what the rows name is there. The folder appears whole and flushed, or not at all.
 * Throws Failure naming a file that is missing or not what the database says, or why the folder cannot be written.
 */
export async function makeBackup({ database, config }: BackupSource, input: BackupInput): Promise<Backup> {
  const { to, onPart = () => undefined } = input;
  const aside = join(to, `.depesch-${process.pid}-${Date.now()}.aside`);
  try {
    await mkdir(to, { recursive: true });
    await removeAbandoned(to);
    await mkdir(aside, { mode: 0o700 });
    const snapshot = await writeSnapshot(database, aside);
    const rows = snapshot.tables.reduce((sum, table) => sum + table.rows, 0);
    onPart({ name: 'database', count: rows, bytes: bytesOf(snapshot.files) });
    const parts = [
      ['assets', await copyAssets({ config, aside }, snapshot)],
      ['archive', await copyEntries({ config, aside }, snapshot)],
      ['newsroom', await copySettings({ config, aside }, input.newsroomFile)],
    ] as const;
    for (const [name, copied] of parts) onPart({ name, count: copied.length, bytes: bytesOf(copied) });
    const files = [...snapshot.files, ...parts.flatMap(([, copied]) => copied)];
    const { madeAt, postgres, migrations, tables } = snapshot;
    const manifest: BackupManifest = {
      format: BACKUP_FORMAT,
      program: VERSION,
      postgres,
      madeAt: madeAt.toISOString(),
      baseUrl: config.baseUrl,
      migrations,
      tables,
      files,
    };
    const folder = await finish({ to, aside }, BackupManifest.parse(manifest));
    return { folder, madeAt: manifest.madeAt, rows, tables: tables.length, files: files.length - tables.length, bytes: bytesOf(files) };
  } catch (error) {
    await rm(aside, { recursive: true, force: true }).catch(() => undefined);
    throw unwritable(error) ? new Failure('backup_unwritable', `No backup was made: ${to} cannot be written: ${messageOf(error)}.`) : error;
  }
}

/** A fault of the file system; what is wrong with a source is a Failure already. */
function unwritable(error: unknown): boolean {
  return !(error instanceof Failure) && typeof (error as NodeJS.ErrnoException).syscall === 'string' && !isNetwork(error);
}

function isNetwork(error: unknown): boolean {
  return /^(connect|read|getaddrinfo|shutdown)$/.test((error as NodeJS.ErrnoException).syscall ?? '');
}

/** One transaction that sees one moment: every table, and the names of the files that belong to it. */
function writeSnapshot(database: Database, aside: string): Promise<Snapshot> {
  return database
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      await takeYourTime(tx);
      // The first question that reads takes the snapshot, and the clock after it is never earlier than what it saw.
      const migrations = await doneMigrations(tx);
      const { rows } = await sql<{ at: Date; version: string }>`
        select clock_timestamp() as at, current_setting('server_version') as version`.execute(tx);
      const tables: BackupTable[] = [];
      const files: BackupFile[] = [];
      for (const shape of await describeTables(tx)) {
        const path = `tables/${shape.name}.jsonl.gz`;
        const { file, rows, sha256 } = await writeLines(join(aside, path), readLines(tx, shape));
        files.push({ path, ...file });
        tables.push({ name: shape.name, columns: shape.columns, rows, sha256, path });
      }
      const entries = (await loadLeafRows(tx)).map((leaf) => leaf.folder);
      return { madeAt: rows[0]!.at, postgres: rows[0]!.version, migrations, tables, files, assets: await assetNames(tx), entries };
    });
}

async function assetNames(tx: Tx): Promise<string[]> {
  const rows = await tx.selectFrom('assets').select(['hash', 'variants']).orderBy('hash').execute();
  return rows.flatMap(({ hash, variants }) => [hash, ...(variants as readonly { path: string }[]).map((variant) => variant.path)]);
}

type Place = { readonly config: Config; readonly aside: string };

async function copyAssets({ config, aside }: Place, { assets }: Snapshot): Promise<BackupFile[]> {
  const copied: BackupFile[] = [];
  for (const name of new Set(assets)) {
    const source = assetFile(config.dataDir, name);
    const path = source.slice(config.dataDir.length + 1);
    const file = await copyNamed(source, join(aside, path));
    // A size of a picture is named after the picture; only the asset itself is named by its own hash.
    if (/^[0-9a-f]{64}$/.test(name) && file.sha256 !== name) throw damaged(source, 'does not have the SHA-256 of its name');
    copied.push({ path, ...file });
  }
  return copied;
}

/** Every entry by its own manifest, which must be the one that the folder is named after. */
async function copyEntries({ config, aside }: Place, { entries }: Snapshot): Promise<BackupFile[]> {
  const copied: BackupFile[] = [];
  for (const folder of entries) {
    const source = join(vaultRoot(config.dataDir), folder);
    const target = join('archive', folder);
    const own = await copyNamed(join(source, MANIFEST_FILE), join(aside, target, MANIFEST_FILE));
    if (own.sha256 !== basename(folder)) throw damaged(join(source, MANIFEST_FILE), 'does not have the SHA-256 its folder is named after');
    copied.push({ path: join(target, MANIFEST_FILE), ...own });
    for (const expected of (await readEntry(join(aside, target))).files) {
      const file = await copyNamed(join(source, expected.name), join(aside, target, expected.name));
      if (file.sha256 !== expected.sha256) throw damaged(join(source, expected.name), 'does not have the SHA-256 of its manifest');
      copied.push({ path: join(target, expected.name), ...file });
    }
  }
  return copied;
}

async function readEntry(folder: string): Promise<Manifest> {
  return Manifest.parse(JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')));
}

/** The newsroom file with its texts, and the keys that sign letters: neither is in the database. */
async function copySettings({ config, aside }: Place, newsroomFile: string | undefined): Promise<BackupFile[]> {
  const parts = newsroomFile === undefined ? [] : await newsroomParts(newsroomFile);
  const named = parts.map(({ source, name }) => ({ source, path: join('newsroom', name) }));
  for (const { selector, path } of config.dkim?.keys ?? []) named.push({ source: path, path: join('dkim', selector, basename(path)) });
  const copied: BackupFile[] = [];
  for (const { source, path } of named) copied.push({ path, ...(await copyNamed(source, join(aside, path))) });
  return copied;
}

async function copyNamed(source: string, target: string) {
  return copyMeasured(source, target, 'private').catch((cause) => {
    // Not the source's fault: no room for the copy.
    if (['ENOSPC', 'EDQUOT', 'EROFS'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    throw damaged(source, `cannot be read: ${messageOf(cause)}`, cause);
  });
}

function damaged(path: string, problem: string, cause?: unknown): Failure {
  return new Failure('backup_source_damaged', `No backup was made: ${path} ${problem}.`, { cause, fields: { path } });
}

/** Manifest last, everything flushed, then the name that people see. */
async function finish({ to, aside }: { to: string; aside: string }, manifest: BackupManifest): Promise<string> {
  await replaceFile(join(aside, BACKUP_FILE), `${JSON.stringify(manifest, null, 1)}\n`);
  await chmod(join(aside, BACKUP_FILE), 0o600);
  const folders = new Set(manifest.files.flatMap(({ path }) => parentsOf(path)));
  for (const folder of folders) await syncFolder(join(aside, folder));
  await syncFolder(aside);
  const folder = join(to, `depesch-${manifest.madeAt.replace(/[-:]/g, '').replace(/\.\d+/, '')}`);
  await rename(aside, folder).catch((cause) => {
    throw new Failure('backup_exists', `${folder} is there already: another backup was made in the same second.`, { cause });
  });
  await syncFolder(to);
  return folder;
}

function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [parent, ...parentsOf(parent)];
}

async function removeAbandoned(to: string): Promise<void> {
  for (const name of await readdir(to)) {
    if (!/^\.depesch-\d+-\d+\.aside$/.test(name)) continue;
    const { mtimeMs } = await stat(join(to, name));
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(join(to, name), { recursive: true, force: true });
  }
}

function bytesOf(files: readonly BackupFile[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0);
}
