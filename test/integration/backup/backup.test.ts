import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discardVault } from '../../../src/shared/archive/vault.ts';
import { checkBackup } from '../../../src/shared/backup/check.ts';
import { makeBackup } from '../../../src/shared/backup/make.ts';
import { BACKUP_FILE, type BackupManifest } from '../../../src/shared/backup/manifest.ts';
import { type Restored, restoreBackup } from '../../../src/shared/backup/restore.ts';
import { describeTables, readLines } from '../../../src/shared/backup/tables.ts';
import { freezeAudience } from '../../../src/shared/delivery/audience.ts';
import { readConfig } from '../../../src/shared/platform/config.ts';
import { markDemoFolder } from '../../../src/shared/platform/embedded/demo-mark.ts';
import { openLog } from '../../../src/shared/platform/log.ts';
import { stopLetters } from '../../../src/shared/publishing/letters.ts';
import { scheduleDraft } from '../../../src/shared/publishing/schedule.ts';
import { assetFile, storeAsset } from '../../../src/shared/release/files/assets.ts';
import { getKey, knownMigrations, makeKeys, migrate, runMigrations } from '../../../src/shared/schema/migrate.ts';
import { openServices, type Services } from '../../../src/shared/services.ts';
import { importSubscribers } from '../../../src/shared/subscribers/import.ts';
import { addEndpoint } from '../../../src/shared/webhooks/endpoints.ts';
import { approvedDraft, plainContent, publish } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { subscriberCsv } from '../../support/newsroom-house.ts';
import { photo } from '../../support/pictures.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let folder: string;
let manifest: BackupManifest;
let backup: string;
const names = { open: '', fresh: '', stopped: '', past: '', future: '' };
const houses: EmptyHouse[] = [];

type EmptyHouse = { readonly services: Services; readonly dataDir: string; close(): Promise<void> };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'depesch-backups-'));
  const key = join(folder, 'dkim.pem');
  writeFileSync(key, 'a key\n');
  world = await openWorld({ environment: { DKIM_KEY: key, DKIM_SELECTOR: 'depesch', DKIM_DOMAIN: 'alvmark.example' } });
  await fill();
  backup = (await makeBackup(world.services, { to: join(folder, 'backups'), newsroomFile: newsroomFile() })).folder;
  manifest = await checkBackup(backup);
}, 60_000);
afterAll(async () => {
  for (const house of houses) await house.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A newsroom with one of everything that a restore has to think about. */
async function fill(): Promise<void> {
  const { services, jonas } = world;
  await importSubscribers(services.database, { csv: subscriberCsv(6), newsroom: sampleNewsroom() });
  const data = await photo();
  await storeAsset(services.database, { dataDir: world.dataDir, data, name: 'bro.jpg', kind: 'image', limits: sampleNewsroom().limits });
  const open = await publish(world, plainContent({ lead: 'Rad\u2028skiljare, \u0085 och \\u0000 i text.' }, 'Brofästet'));
  await freezeAudience(services.database, { release: open.release, n: 1 });
  await sql`update deliveries set state = 'claimed', carried_n = 1, attempts = 1, claimed_by = ${crypto.randomUUID()} where seq = 0`.execute(
    services.database,
  );
  await sql`update deliveries set state = 'accepted', carried_n = 1 where seq = 1`.execute(services.database);
  await sql`update deliveries set state = 'deferred' where seq = 2`.execute(services.database);
  const stopped = await publish(world, plainContent({}, 'Stationen'));
  await freezeAudience(services.database, { release: stopped.release, n: 1 });
  await stopLetters(services, jonas, { release: stopped.release });
  const fresh = await publish(world, plainContent({}, 'Kvarnen'));
  const [past, future] = [await scheduled('Älvsalen'), await scheduled('Biblioteket')];
  await sql`update drafts set publish_at = clock_timestamp() - interval '1 minute' where release = ${past.release}`.execute(
    services.database,
  );
  await sql`insert into notices (kind, "to", payload) values ('test-letter', 'elin@alvmark.example', '{"n": 12345678901234567890.123456789}')`.execute(
    services.database,
  );
  await addEndpoint(services, world.maria, { url: 'https://system.example.org/hook', since: 1 });
  await sql`
    insert into hub_subscriptions (callback, host, feed, secret, expires_at, owed, wish)
    values ('https://reader.example/push', 'reader.example', '/atom.xml', 'hemligt', clock_timestamp() + interval '1 day', 2, '{"id": "x"}')`.execute(
    services.database,
  );
  Object.assign(names, { open: open.slug, stopped: stopped.slug, fresh: fresh.slug, past: past.slug, future: future.slug });
}

async function scheduled(mark: string) {
  const draft = await approvedDraft(world, plainContent({}, mark));
  return scheduleDraft(world.services, world.jonas, {
    release: draft.release,
    hash: draft.hash,
    publishAt: new Date(Date.now() + 86_400_000),
  });
}

function newsroomFile(): string {
  const own = join(folder, 'newsroom');
  mkdirSync(join(own, 'texter'), { recursive: true });
  writeFileSync(
    join(own, 'newsroom.yaml'),
    'name: Region Älvmark\nboilerplate: {sv: texter/om.md, en: finns-inte.md}\nprivacy: {text: {sv: ../utanför.md}}\n',
  );
  writeFileSync(join(own, 'texter/om.md'), 'Om regionen.\n');
  writeFileSync(join(folder, 'utanför.md'), 'Hör inte hit.\n');
  return join(own, 'newsroom.yaml');
}

/** A database without a table and a folder without a file. */
async function openEmptyHouse(): Promise<EmptyHouse> {
  const name = `w_${randomBytes(6).toString('hex')}`;
  const base = process.env.TEST_DATABASE_URL!;
  const onServer = async (statement: string) => {
    const client = new pg.Client({ connectionString: base });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await onServer(`create database ${name}`);
  const dataDir = mkdtempSync(join(folder, 'house-'));
  const url = new URL(base);
  url.pathname = `/${name}`;
  const settings = { DATABASE_URL: url.toString(), REDIS_URL: process.env.TEST_REDIS_URL!, DATA_DIR: dataDir };
  const services = await openServices({
    config: readConfig(settings, dataDir),
    log: openLog('test', 'silent', false),
    redis: 'refusing',
    redisPrefix: `{${name}}`,
  });
  const house = {
    services,
    dataDir,
    async close() {
      await services.close();
      await onServer(`drop database ${name} with (force)`);
      await discardVault(dataDir);
    },
  };
  houses.push(house);
  return house;
}

async function restoreInto(house: EmptyHouse, lettersAgain = false): Promise<Restored> {
  return restoreBackup(house.services, { folder: backup, manifest, lettersAgain });
}

/** Every row of every table, as the backup would write it. */
function allLines({ database }: Services): Promise<Record<string, string[]>> {
  return database.transaction().execute(async (tx) => {
    const tables: Record<string, string[]> = {};
    for (const shape of await describeTables(tx)) tables[shape.name] = (await Array.fromAsync(readLines(tx, shape))).flat();
    return tables;
  });
}

const states = async ({ database }: Services, slug: string) => {
  const { rows } = await sql<{ state: string; carried: number | null }>`
    select d.state, d.carried_n as carried from deliveries d join releases r on r.id = d.release where r.slug = ${slug} order by d.seq`.execute(
    database,
  );
  return rows.map((row) => `${row.state} ${row.carried ?? ''}`.trim());
};

describe('a backup', () => {
  test('is a folder that only its owner may read, with every table, asset and entry, and no session', () => {
    expect(statSync(backup).mode & 0o777).toBe(0o700);
    expect(statSync(join(backup, BACKUP_FILE)).mode & 0o777).toBe(0o600);
    expect(manifest.tables.find((table) => table.name === 'deliveries')).toMatchObject({ rows: 12 });
    expect(manifest.tables.map((table) => table.name)).not.toContain('sessions');
    expect(manifest.tables.map((table) => table.name)).toContain('keys');
    expect(manifest.files.filter((file) => file.path.startsWith('assets/')).length).toBeGreaterThan(1);
  });

  test('has the newsroom file and what it names in its own folder, nothing beside it', () => {
    const paths = manifest.files.map((file) => file.path).filter((path) => path.startsWith('newsroom/'));
    expect(paths).toEqual(['newsroom/newsroom.yaml', 'newsroom/texter/om.md']);
  });

  test('is not made of a house whose picture is damaged, and says which', async () => {
    const { hash } = await world.services.database.selectFrom('assets').select('hash').executeTakeFirstOrThrow();
    const path = assetFile(world.dataDir, hash);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(1));
    const to = join(folder, 'damaged');
    await expect(makeBackup(world.services, { to, newsroomFile: undefined })).rejects.toThrow(
      `${path} does not have the SHA-256 of its name`,
    );
    expect(readdirSync(to)).toEqual([]);
    writeFileSync(path, whole);
  });
});

test('a backup that cannot be written says where and why', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  await expect(makeBackup(world.services, { to: join(file, 'below'), newsroomFile: undefined })).rejects.toThrow(
    `No backup was made: ${join(file, 'below')} cannot be written: ENOTDIR`,
  );
});

describe('a restore', () => {
  test('brings every row back as it was, and holds what may have left since', async () => {
    const house = await openEmptyHouse();
    const key = await getKey(world.services.database, 'links');
    const before = await allLines(world.services);
    const restored = await restoreInto(house);
    const after = await allLines(house.services);
    for (const table of [
      'releases',
      'revisions',
      'subscribers',
      'consents',
      'receipts',
      'accounts',
      'assets',
      'list_entries',
      'keys',
      'newsroom',
    ])
      expect(after[table]).toEqual(before[table]);
    expect(await getKey(house.services.database, 'links')).toEqual(key);
    expect(restored.archive.ok).toBe(true);
    expect(readFileSync(join(house.dataDir, 'restored/dkim/depesch/dkim.pem'), 'utf8')).toBe('a key\n');
    expect(statSync(join(house.dataDir, 'restored/dkim/depesch/dkim.pem')).mode & 0o777).toBe(0o600);
    expect(restored.held.map(({ slug, letters, paused }) => ({ slug, letters, paused }))).toEqual([
      { slug: names.open, letters: 5, paused: false },
      { slug: names.fresh, letters: 0, paused: true },
    ]);
    expect(await states(house.services, names.open)).toEqual([
      'unknown 1',
      'accepted 1',
      'unknown 1',
      'unknown 1',
      'unknown 1',
      'unknown 1',
    ]);
    expect(new Set(await states(house.services, names.stopped))).toEqual(new Set(['pending']));
    expect(restored).toMatchObject({ notices: 1, missed: [{ slug: names.past }], scheduled: [{ slug: names.future }] });
    const notices = await house.services.database.selectFrom('notices').select('state').execute();
    expect(notices).toEqual([{ state: 'failed' }]);
  });

  test('lets new rows count on, with references and fixed tables as strict as before', async () => {
    const house = await openEmptyHouse();
    await restoreInto(house);
    const { database } = house.services;
    await expect(
      sql`insert into sessions (hash, account, csrf, expires_at) values ('x', 'nobody', 'x', now())`.execute(database),
    ).rejects.toThrow('foreign key');
    await expect(sql`update revisions set n = 9`.execute(database)).rejects.toThrow('append-only');
    const { rows } = await sql<{ deferrable: number }>`select count(*)::int as deferrable from pg_constraint where condeferrable`.execute(
      database,
    );
    expect(rows[0]!.deferrable).toBe(0);
    const desk = { services: house.services, elin: world.elin, jonas: world.jonas };
    expect(await publish(desk, plainContent({}, 'Ny'))).toMatchObject({ publication: 4, revision: 1 });
  });

  test('with nothing left since lets everything go on, but for letters a sender had in its hands', async () => {
    const house = await openEmptyHouse();
    const restored = await restoreInto(house, true);
    expect(restored).toMatchObject({ notices: 0, missed: [] });
    expect(restored.held).toMatchObject([{ slug: names.open, letters: 1, paused: false }]);
    expect(await states(house.services, names.open)).toEqual(['unknown 1', 'accepted 1', 'deferred', 'pending', 'pending', 'pending']);
  });

  test('never goes over a newsroom, a demo or files it does not know', async () => {
    await expect(restoreBackup(world.services, { folder: backup, manifest, lettersAgain: false })).rejects.toThrow(
      'never goes over a newsroom',
    );
    const full = await openEmptyHouse();
    mkdirSync(join(full.dataDir, 'public'));
    writeFileSync(join(full.dataDir, 'public/index.html'), 'x');
    await expect(restoreInto(full)).rejects.toThrow('is not empty: public');
    const demo = await openEmptyHouse();
    markDemoFolder(demo.dataDir);
    await expect(restoreInto(demo)).rejects.toThrow('holds a demo');
  });

  test('of a table that does not come back as it was leaves the database empty', async () => {
    const house = await openEmptyHouse();
    const tables = manifest.tables.map((table) => (table.name === 'releases' ? { ...table, sha256: '0'.repeat(64) } : table));
    await expect(restoreBackup(house.services, { folder: backup, manifest: { ...manifest, tables }, lettersAgain: false })).rejects.toThrow(
      'Nothing was restored: table releases',
    );
    expect(await restoreInto(house)).toMatchObject({ rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0) });
  });

  test('of an older schema brings it forward', async () => {
    const [first, ...later] = knownMigrations();
    const old = await openEmptyHouse();
    await old.services.database.transaction().execute(async (tx) => {
      await runMigrations(tx, [first!]);
      await makeKeys(tx);
    });
    // In SQL: the program of today writes columns that those tables do not have.
    await sql`insert into rebuilds (channel, reason) values ('html', 'asked for')`.execute(old.services.database);
    const made = await makeBackup(old.services, { to: join(folder, 'old'), newsroomFile: undefined });
    const house = await openEmptyHouse();
    const input = { folder: made.folder, manifest: await checkBackup(made.folder), lettersAgain: false };
    expect(await restoreBackup(house.services, input)).toMatchObject({ migrated: later });
    expect(await migrate(house.services.database)).toEqual([]);
    expect(await getKey(house.services.database, 'address')).toEqual(await getKey(old.services.database, 'address'));
  });

  test('of a backup that a newer program made, or that names files elsewhere, is refused', async () => {
    const file = join(backup, BACKUP_FILE);
    const text = readFileSync(file, 'utf8');
    const change = (value: Partial<BackupManifest>) => writeFileSync(file, JSON.stringify({ ...manifest, ...value }));
    change({ migrations: [...manifest.migrations, '9999-later.sql'] });
    await expect(checkBackup(backup)).rejects.toThrow('is newer than this one');
    change({ files: [...manifest.files, { path: 'assets/../../../etc/passwd', bytes: 1, sha256: '0'.repeat(64) }] });
    await expect(checkBackup(backup)).rejects.toThrow('is not of the format');
    writeFileSync(file, text);
    expect((await checkBackup(backup)).madeAt).toBe(manifest.madeAt);
  });
});
