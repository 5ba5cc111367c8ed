import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discardVault } from '../../src/shared/archive/vault.ts';
import { readConfig } from '../../src/shared/platform/config.ts';
import { removeServerFolder } from '../../src/shared/platform/embedded/folders.ts';
import { type House, openHouse } from '../../src/shared/platform/embedded/house.ts';
import { openLog } from '../../src/shared/platform/log.ts';
import { loadStatus } from '../../src/shared/publishing/status.ts';
import { storeAsset } from '../../src/shared/release/files/assets.ts';
import { openServices, type Services } from '../../src/shared/services.ts';
import { correct, plainContent, publish, withdraw } from '../support/newsdesk.ts';
import { listeningPort, openTestHouse, type TestHouse, until } from '../support/newsroom-house.ts';
import { photo } from '../support/pictures.ts';

/*
 * A newsroom is backed up in the middle of a run, goes on, and is lost. What comes back on an empty machine must be what was served, and nobody
 * may get a letter twice, although the backup does not know which letters left after it.
 */

const AUDIENCE = 120;
const PROGRAM = join(import.meta.dirname, '../../depesch');

let town: TestHouse;
let folder: string;
let backup: string;
let restored: { dataDir: string; environment: Record<string, string>; said: RestoreSaid };
let again: { house: House; services: Services; address: string };

type RestoreSaid = {
  held: { slug: string; letters: number; paused: boolean }[];
  missed: { slug: string }[];
  archive: { ok: boolean; entries: number };
  later: { slug: string | null }[];
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'depesch-backup-'));
  // 60 ms a letter on five lines: the run is under way for more than a second.
  town = await openTestHouse({ subscribers: AUDIENCE, smtp: ['--delay-ms', '60'] });
}, 120_000);
afterAll(async () => {
  await again?.services.close();
  await again?.house.close();
  await town?.close();
  for (const dataDir of readdirSync(folder).map((name) => join(folder, name))) {
    await discardVault(dataDir);
    removeServerFolder(dataDir, 'postgres');
  }
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

type Ran = { status: number | null; out: string; err: string };

function depesch(args: string[], environment: Record<string, string>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH, NEWSROOM: '', DEPESCH_TOKEN: '', DATABASE_URL: '', REDIS_URL: '', ...environment };
    const child = spawn(PROGRAM, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (out += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (err += piece));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, out, err }));
  });
}

/** The settings of the first house without its servers' addresses, for another folder. */
function settingsFor(dataDir: string): Record<string, string> {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...settings } = town.config.environment;
  return { ...settings, DATA_DIR: dataDir };
}

const finished = (services: Services, release: string) =>
  until('everything is done', async () => (await loadStatus(services, release)).channels.every((line) => line.state === 'done'));

/** Letters by person and subject: more than one of a kind is a person mailed twice. */
const twice = () =>
  [...Map.groupBy(town.letters(), (letter) => `${letter.to} ${letter.subject}`)]
    .filter(([, letters]) => letters.length > 1)
    .map(([name]) => name);

/** Every file below a folder, by name, as text of its bytes. */
function contents(root: string): Map<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).filter((path) => !path.includes('.building'));
  return new Map(paths.sort().map((path) => [relative(root, path), readFileSync(path).toString('base64')]));
}

/** What readers see: every page, feed and picture, as bytes. */
async function served(address: string, paths: readonly string[]): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const path of paths) {
    const response = await fetch(`${address}${path}`);
    answers.set(path, `${response.status} ${Buffer.from(await response.arrayBuffer()).toString('base64')}`);
  }
  return answers;
}

describe('a backup made in the middle of a run', () => {
  let before: Map<string, string>;
  let assets: Map<string, string>;
  let archive: Map<string, string>;
  let running: string;

  it('is made while everything goes on', async () => {
    const data = await photo();
    const limits = { imageBytes: 5_000_000, attachmentBytes: 5_000_000 };
    const picture = await storeAsset(town.services.database, {
      dataDir: town.config.dataDir,
      data,
      name: 'bro.jpg',
      kind: 'image',
      limits,
    });
    const images = [{ asset: picture.hash, name: 'bro.jpg', alt: 'En bro.', credit: 'Mira Alm', licence: 'press' }];
    const first = await publish(town, plainContent({ images, letters: 'no' }, 'Lillåbron'));
    await correct(town, first.release, plainContent({ images, letters: 'no', title: 'Lillåbron öppnar klockan nio' }, 'Lillåbron'), {
      kind: 'minor',
    });
    const gone = await publish(town, plainContent({ letters: 'no' }, 'Kvarnen'));
    await withdraw(town, gone.release);
    const { release, slug } = await publish(town, plainContent({}, 'Älvsalen'));
    running = slug;
    await until('pages, feeds and archive are made', async () => {
      const { channels } = await loadStatus(town.services, release);
      return channels.every((line) => line.state === 'done' || line.channel === 'email');
    });
    await until('some letters have left', () => town.letters().length >= 20);
    // Held still, or a slow machine would have the run end before the backup sees it.
    town.house.processes.kill('delivery', 'SIGSTOP');
    const ran = await depesch(['backup', '--to', join(folder, 'backups'), '--json'], settingsFor(town.config.dataDir));
    expect(ran).toMatchObject({ status: 0, err: '' });
    backup = (JSON.parse(ran.out) as { folder: string }).folder;
    const pictures = picture.variants as readonly { path: string }[];
    const paths = [
      ...['/', '/rss.xml', '/atom.xml', '/feed.json', '/sitemap.xml', '/topics/naringsliv/', '/topics/naringsliv/rss.xml', '/sv/atom.xml'],
      ...[first, gone, { slug }].map((published) => `/releases/${published.slug}/`),
      ...pictures.map((size) => `/assets/${size.path}`),
    ];
    before = await served(town.address(), paths);
    expect([...before.values()].filter((answer) => !/^(200|410) /.test(answer))).toEqual([]);
    [assets, archive] = [contents(join(town.config.dataDir, 'assets')), contents(join(town.config.dataDir, 'archive'))];
    town.house.processes.kill('delivery', 'SIGCONT');
    await finished(town.services, release);
    expect(town.letters().length).toBe(AUDIENCE);
    expect(twice()).toEqual([]);
  });

  it('comes back on an empty machine: letters that may have left are held, and it says so', async () => {
    // Published after the backup: nothing of it may come back, and only its archive entry can tell.
    const lost = await publish(town, plainContent({ letters: 'no' }, 'Stationen'));
    await finished(town.services, lost.release);
    await town.services.close();
    await town.house.close();
    const dataDir = join(folder, 'new');
    // The archive outlived the disk of the database.
    cpSync(join(town.config.dataDir, 'archive'), join(dataDir, 'archive'), { recursive: true });
    const environment = settingsFor(dataDir);
    const ran = await depesch(['restore', backup, '--json'], environment);
    expect(ran).toMatchObject({ status: 0, err: '' });
    restored = { dataDir, environment, said: JSON.parse(ran.out) as RestoreSaid };
    expect(restored.said.archive).toMatchObject({ ok: true, entries: 5 });
    expect(restored.said.held).toEqual([expect.objectContaining({ slug: running, paused: false })]);
    expect(restored.said.held[0]!.letters).toBeGreaterThan(0);
    expect(new Set(restored.said.later.map((entry) => entry.slug))).toContain(lost.slug);
    expect(await depesch(['restore', backup], environment)).toMatchObject({
      status: 1,
      err: expect.stringContaining('never goes over a newsroom'),
    });
  });

  it('serves the same bytes', async () => {
    const log = openLog('test', 'silent', false);
    const house = await openHouse({ config: readConfig(restored.environment, restored.dataDir), log, prepare: async () => undefined });
    const services = await openServices({ config: house.config, log, redis: 'refusing' });
    again = { house, services, address: `http://127.0.0.1:${await listeningPort(restored.dataDir)}` };
    await until('pages and feeds are made again', async () => {
      const owed = await services.database.selectFrom('rebuilds').select('channel').execute();
      const receipts = await services.database.selectFrom('receipts').select('n').where('state', '<>', 'done').execute();
      return owed.length === 0 && receipts.length === 0;
    });
    expect(await served(again.address, [...before.keys()])).toEqual(before);
    expect(contents(join(restored.dataDir, 'assets'))).toEqual(assets);
    const kept = contents(join(restored.dataDir, 'archive'));
    for (const [name, bytes] of archive) expect(kept.get(name) === bytes || name).toBe(true);
  });

  it('mails nobody twice, also after a person has decided, and goes on with what is new', async () => {
    const { letters } = restored.said.held[0]!;
    expect(town.letters().length).toBe(AUDIENCE);
    const unknown = await depesch(['letters', 'unknown', running, '--json'], restored.environment);
    expect((JSON.parse(unknown.out) as { items: unknown[] }).items).toHaveLength(Math.min(50, letters));
    const settled = await depesch(['letters', 'retry', running, '--settle', '--as', 'jonas', '--json'], restored.environment);
    expect(JSON.parse(settled.out)).toMatchObject({ changed: letters });
    const desk = { services: again.services, elin: town.elin, jonas: town.jonas };
    const { release } = await publish(desk, plainContent({}, 'Brofästet'));
    await finished(again.services, release);
    expect(town.letters().filter((letter) => letter.subject.includes('Brofästet'))).toHaveLength(AUDIENCE);
    expect(town.letters()).toHaveLength(2 * AUDIENCE);
    expect(twice()).toEqual([]);
    expect(await depesch(['verify'], restored.environment)).toMatchObject({ status: 0 });
  });

  it('is refused when a byte of it has changed, before anything is touched', async () => {
    const damaged = join(folder, 'damaged');
    cpSync(backup, damaged, { recursive: true });
    const table = join(damaged, 'tables/deliveries.jsonl.gz');
    const bytes = readFileSync(table);
    bytes[bytes.length - 9]! ^= 1;
    writeFileSync(table, bytes);
    const ran = await depesch(['restore', damaged], settingsFor(join(folder, 'other')));
    expect(ran).toMatchObject({ status: 1, err: expect.stringContaining('tables/deliveries.jsonl.gz is not what its manifest says') });
  });
});
