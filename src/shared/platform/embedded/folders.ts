import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Conflict, messageOf } from '../failure.ts';

/** Whom a server program runs as. PostgreSQL refuses to run as root, so root lends it the uid of nobody, which every system has. */
export type ServerUser = { readonly uid: number; readonly gid: number } | undefined;
const NOBODY = 65_534;

/** Where root keeps what the server's user must reach while DATA_DIR or the checkout lies where only root may enter. */
const SHELTER = '/var/lib/depesch';

/** Socket paths end at 107 bytes (sun_path of unix(7)), so sockets never lie below DATA_DIR. */
const SOCKET_PARENT = '/tmp';

export function serverUser(): ServerUser {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;
}

/**
 * Root on a folder that somebody else owns goes on as that user: a file that root made there would stop the owner's next start.
 * Returns the uid when it changed.
 */
export function actAsOwner(dataDir: string): number | undefined {
  const owner = statSync(dataDir, { throwIfNoEntry: false });
  if (process.getuid?.() !== 0 || owner === undefined || owner.uid === 0) return undefined;
  process.setgroups?.([owner.gid]);
  process.setgid?.(owner.gid);
  process.setuid?.(owner.uid);
  return owner.uid;
}

/** Makes DATA_DIR and its private folders. As root the folder itself may be walked through, or the server's user could not reach its part. */
export function prepareDataFolder(dataDir: string): void {
  try {
    if (!existsSync(dataDir)) {
      mkdirSync(dirname(dataDir), { recursive: true });
      mkdirSync(dataDir);
      chmodSync(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
    }
    for (const name of ['run', 'log']) mkdirSync(join(dataDir, name), { recursive: true, mode: 0o700 });
    accessSync(join(dataDir, 'run'), constants.W_OK);
  } catch (cause) {
    throw new Conflict(
      'data_unwritable',
      `${dataDir} cannot be written: ${messageOf(cause)}.`,
      'Run this as the user who owns it, or set DATA_DIR to another folder.',
    );
  }
}

/** True when that user may run this program; false too when its libraries cannot be found. */
export function canRun(program: string, user: ServerUser): boolean {
  return spawnSync(program, ['--version'], { ...user, stdio: 'ignore', cwd: '/', env: {} }).status === 0;
}

/** True when that user may walk to this folder. */
export function canReach(folder: string, user: ServerUser): boolean {
  if (user === undefined) return true;
  for (let path = realpathSync(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === '/') return true;
  }
}

/** The folder for programs that must be copied: DATA_DIR where the user reaches it, else the shelter. */
export function programFolder(dataDir: string, user: ServerUser): string {
  const folder = canReach(dataDir, user) ? join(dataDir, 'programs') : SHELTER;
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return folder;
}

/**
 * Where a server's data lies: DATA_DIR/<name>, or, when its user cannot walk there, a folder of the shelter that DATA_DIR/<name> links to.
 * The link is the memory, so a moved DATA_DIR keeps its data; throws Conflict when DATA_DIR was copied and the original is still there.
 */
export function serverFolder(dataDir: string, name: string, user: ServerUser): string {
  const path = join(dataDir, name);
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry?.isSymbolicLink()) return shelteredFolder(path);
  if (entry === undefined && !canReach(dataDir, user)) {
    mkdirSync(SHELTER, { recursive: true, mode: 0o755 });
    // A new name each time: a folder that was removed and made again begins empty, wherever its data lies.
    const target = mkdtempSync(join(SHELTER, `${basename(dataDir)}-${name}-`));
    chmodSync(target, 0o755);
    writeFileSync(`${target}.owner`, realpathSync(dataDir));
    symlinkSync(target, path);
    return target;
  }
  if (entry !== undefined && !canReach(dataDir, user)) {
    throw new Conflict(
      'data_unreachable',
      `${path} lies in a folder that PostgreSQL cannot enter: root runs it as uid ${user?.uid}.`,
      `Let others walk through:  chmod o+x the folders above ${path}`,
    );
  }
  mkdirSync(path, { recursive: true });
  return path;
}

function shelteredFolder(link: string): string {
  const target = readlinkSync(link);
  const ownerFile = `${target}.owner`;
  const owner = existsSync(ownerFile) ? readFileSync(ownerFile, 'utf8') : undefined;
  const here = realpathSync(dirname(link));
  if (owner !== undefined && owner !== here && lstatSync(join(owner, basename(link)), { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new Conflict(
      'data_copied',
      `${link} belongs to ${owner}: the folder was copied, its database was not.`,
      `Remove ${link} to begin with an empty database here.`,
    );
  }
  mkdirSync(target, { recursive: true });
  if (owner !== here) writeFileSync(ownerFile, here);
  return target;
}

/** Removes a server's data wherever it lies. Only for folders somebody said may go, such as the demo's. */
export function removeServerFolder(dataDir: string, name: string): void {
  const path = join(dataDir, name);
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry?.isSymbolicLink()) {
    const target = readlinkSync(path);
    if (dirname(target) === SHELTER) {
      rmSync(target, { recursive: true, force: true });
      rmSync(`${target}.owner`, { force: true });
    }
  }
  rmSync(path, { recursive: true, force: true });
}

/** A short private folder for sockets. The remembered one is used again while it is ours, so that addresses outlive a restart. */
export function socketFolder(remembered: string | undefined, user: ServerUser): string {
  const uid = user?.uid ?? process.getuid?.() ?? 0;
  const entry = remembered === undefined ? undefined : lstatSync(remembered, { throwIfNoEntry: false });
  if (remembered !== undefined && entry?.isDirectory() && entry.uid === uid && (entry.mode & 0o777) === 0o700) return remembered;
  const folder = mkdtempSync(join(SOCKET_PARENT, 'depesch-'));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  return folder;
}
