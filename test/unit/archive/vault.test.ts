import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manifestOf } from '../../../src/shared/archive/entry.ts';
import { findDifference } from '../../../src/shared/archive/folder.ts';
import type { KeptFile } from '../../../src/shared/archive/manifest.ts';
import { clearUnfinished, discardVault, forgetNote, placeFolder, vaultRoot } from '../../../src/shared/archive/vault.ts';
import { sha256Hex } from '../../../src/shared/platform/canonical.ts';
import { Permanent } from '../../../src/shared/platform/failure.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'depesch-vault-'));
});
afterEach(async () => {
  await discardVault(dataDir);
  await rm(dataDir, { recursive: true, force: true });
});

const OF = { release: '5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01', n: 1, publication: 41, publishedAt: new Date('2026-11-19T08:30:00Z') };
const PICTURE = 'bytes of a picture';

async function files(): Promise<KeptFile[]> {
  const source = join(dataDir, 'picture');
  await writeFile(source, PICTURE);
  return [
    { name: 'page.html', mediaType: 'text/html', data: '<p>åäö</p>' },
    { name: 'assets/picture.jpg', mediaType: 'image/jpeg', source, sha256: sha256Hex(PICTURE), bytes: PICTURE.length },
  ];
}

async function place(stillLocked = async () => {}) {
  const kept = await files();
  return placeFolder({ dataDir, manifest: manifestOf('entry', OF, kept), files: kept, stillLocked });
}

const NOBODY = async () => new Set<string>();
const inVault = (...parts: string[]) => join(vaultRoot(dataDir), ...parts);

describe('a folder of the vault', () => {
  test('is named by the hash of its manifest, below year and two digits', async () => {
    const { folder, hash, text } = await place();
    expect(folder).toBe(join('2026', hash.slice(0, 2), hash));
    expect(sha256Hex(await readFile(inVault(folder, 'manifest.json')))).toBe(hash);
    expect(JSON.parse(text).files).toEqual([
      { name: 'assets/picture.jpg', mediaType: 'image/jpeg', bytes: 18, sha256: sha256Hex(PICTURE) },
      { name: 'page.html', mediaType: 'text/html', bytes: 13, sha256: sha256Hex('<p>åäö</p>') },
    ]);
  });

  test('is read-only, files and folders', async () => {
    const { folder } = await place();
    for (const [name, mode] of [
      ['', 0o555],
      ['assets', 0o555],
      ['page.html', 0o444],
      ['manifest.json', 0o444],
      ['assets/picture.jpg', 0o444],
    ] as const) {
      expect([name, (await stat(inVault(folder, name))).mode & 0o777]).toEqual([name, mode]);
    }
  });

  test('placed twice is the same folder, untouched', async () => {
    const { folder } = await place();
    const before = await stat(inVault(folder));
    expect((await place()).folder).toBe(folder);
    expect((await stat(inVault(folder))).ino).toBe(before.ino);
  });

  test('found damaged is made again', async () => {
    const { folder } = await place();
    await chmod(inVault(folder, 'page.html'), 0o644);
    await writeFile(inVault(folder, 'page.html'), 'half');
    await place();
    expect(await readFile(inVault(folder, 'page.html'), 'utf8')).toBe('<p>åäö</p>');
  });

  test('does not appear when the lock was lost', async () => {
    await expect(place(() => Promise.reject(new Error('lock lost')))).rejects.toThrow('lock lost');
    expect(await readdir(inVault())).toEqual(['.building']);
  });

  test('stays when the worker that was stopped just before it wakes after another has kept it', async () => {
    let kept: { folder: string } | undefined;
    const sleeper = place(async () => {
      // The sleeper's last question was answered; then it slept so long that its lock went to another.
      kept = await place();
      await forgetNote(dataDir, await place());
    });
    await expect(sleeper).rejects.toThrow('ENOENT');
    expect(await readdir(inVault(kept!.folder))).toContain('manifest.json');
  });

  test('is refused for good when a stored picture is not what its name says', async () => {
    const kept = await files();
    await writeFile(join(dataDir, 'picture'), 'bytes of a pictur3');
    const placing = placeFolder({ dataDir, manifest: manifestOf('entry', OF, kept), files: kept, stillLocked: async () => {} });
    await expect(placing).rejects.toThrow(Permanent);
  });
});

describe('what killed workers left', () => {
  test('a folder without a leaf goes, one with a leaf stays', async () => {
    const { folder, hash } = await place();
    await clearUnfinished(dataDir, async (hashes) => new Set(hashes));
    expect(await readdir(inVault(folder))).toContain('manifest.json');
    await place();
    await clearUnfinished(dataDir, NOBODY);
    await expect(stat(inVault(folder))).rejects.toThrow(hash);
    await expect(stat(inVault('.building'))).rejects.toThrow('.building');
  });

  test('a half-built folder goes, read-only or not', async () => {
    await mkdir(inVault('.building', 'abc', 'assets'), { recursive: true });
    await writeFile(inVault('.building', 'abc', 'assets', 'x'), 'x');
    await chmod(inVault('.building', 'abc', 'assets'), 0o555);
    await clearUnfinished(dataDir, NOBODY);
    expect(await readdir(inVault())).toEqual([]);
  });

  test('a note never makes it remove anything else', async () => {
    await place();
    const other = await files();
    const kept = await placeFolder({
      dataDir,
      manifest: manifestOf('entry', { ...OF, n: 2 }, other),
      files: other,
      stillLocked: async () => {},
    });
    await forgetNote(dataDir, kept);
    for (const [name, path] of [
      ['f'.repeat(64), kept.folder],
      ['e'.repeat(64), '../..'],
    ] as const) {
      await writeFile(inVault('.building', `${name}.placed`), path);
    }
    await clearUnfinished(dataDir, NOBODY);
    expect(await readdir(inVault(kept.folder))).toContain('page.html');
    expect(await readdir(dataDir)).toContain('picture');
  });
});

describe('findDifference', () => {
  async function placed() {
    const kept = await files();
    const manifest = manifestOf('entry', OF, kept);
    const { folder } = await place();
    const path = inVault(folder);
    for (const name of ['', 'assets', 'page.html', 'assets/picture.jpg', 'manifest.json'])
      await chmod(join(path, name), name.includes('.') ? 0o644 : 0o755);
    return { path, manifest };
  }

  test('finds nothing in a whole folder', async () => {
    const { path, manifest } = await placed();
    expect(await findDifference(path, manifest)).toBeUndefined();
  });

  test.each(['page.html', 'assets/picture.jpg', 'manifest.json'])('finds every flipped byte of %s', async (name) => {
    const { path, manifest } = await placed();
    const whole = await readFile(join(path, name));
    for (let at = 0; at < whole.length; at += 1) {
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 1;
      await writeFile(join(path, name), flipped);
      expect(await findDifference(path, manifest)).toMatchObject({ at: join(path, name) });
    }
  });

  test.each([
    ['a missing file', (path: string) => rm(join(path, 'page.html')), 'page.html', 'is missing'],
    ['a shortened file', (path: string) => writeFile(join(path, 'page.html'), '<p>'), 'page.html', 'has 3 bytes, the manifest says 13'],
    ['an extra file', (path: string) => writeFile(join(path, 'more.txt'), ''), 'more.txt', 'is not named by the manifest'],
    ['an extra folder', (path: string) => mkdir(join(path, 'assets/more')), 'assets/more', 'is not named by the manifest'],
    ['a missing folder', (path: string) => rm(path, { recursive: true }), '', 'is missing'],
  ])('names %s', async (_, damage, name, problem) => {
    const { path, manifest } = await placed();
    await damage(path);
    expect(await findDifference(path, manifest)).toEqual({ at: name ? join(path, name) : path, problem });
  });
});
