import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadLeafRows } from '../../../src/shared/archive/log.ts';
import { proveEntry } from '../../../src/shared/archive/prove.ts';
import { verifyArchive } from '../../../src/shared/archive/verify.ts';
import { sha256Hex } from '../../../src/shared/platform/canonical.ts';
import { storeAsset } from '../../../src/shared/release/files/assets.ts';
import { saveNewsroom } from '../../../src/shared/release/newsroom/newsroom-store.ts';
import { importSubscribers } from '../../../src/shared/subscribers/import.ts';
import { handler as archive } from '../../../src/workers/archive.ts';
import { handler as email } from '../../../src/workers/email.ts';
import { handler as feeds } from '../../../src/workers/feeds.ts';
import { handler as html } from '../../../src/workers/html.ts';
import { runChannelJob } from '../../../src/workers/run.ts';
import { provesInclusion } from '../../support/inclusion.ts';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { subscriberCsv } from '../../support/newsroom-house.ts';
import { openWorld, type World } from '../../support/world.ts';

const HANDLERS = { html, feeds, email, archive };

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const context = () => ({ services: world.services, signal: new AbortController().signal });
const run = (channel: keyof typeof HANDLERS, release: string, revision: number) =>
  runChannelJob(HANDLERS[channel], { releaseId: release, revision }, context());
const bytes = (hex: string) => Buffer.from(hex, 'hex');
const inArchive = (...parts: string[]) => join(world.dataDir, 'archive', ...parts);
const leaves = () => loadLeafRows(world.services.database);
const readKept = async (index: number, name: string) => readFile(inArchive((await leaves())[index]!.folder, name), 'utf8');

async function publishEverywhere(release: string, n: number): Promise<void> {
  for (const channel of ['html', 'feeds', 'archive'] as const) await run(channel, release, n);
}

/** Makes every new leaf fail, as a PostgreSQL that goes away before COMMIT does. Returns what ends it. */
async function refuseLeaves(): Promise<() => Promise<void>> {
  await sql`create function refuse_leaf() returns trigger language plpgsql as $$ begin raise exception 'away'; end $$`.execute(
    world.services.database,
  );
  await sql`create trigger refuse_leaf before insert on archive_log for each row execute function refuse_leaf()`.execute(
    world.services.database,
  );
  return async () => {
    await sql`drop trigger refuse_leaf on archive_log`.execute(world.services.database);
    await sql`update receipts set due_at = clock_timestamp()`.execute(world.services.database);
  };
}

async function foldersKept(): Promise<string[]> {
  const entries = await readdir(inArchive(), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && /^[0-9a-f]{64}$/.test(entry.name)).map((entry) => entry.name);
}

describe('an entry', () => {
  it('keeps every revision, the superseded too, in the order of publication', async () => {
    const { release } = await publish(world, plainContent());
    const other = await publish(world, plainContent({}, 'Badhuset'));
    await correct(world, release, plainContent({ body: 'Rättat.' }), { kind: 'minor', note: '' });
    await correct(world, release, plainContent({ body: 'Rättat igen.' }), { kind: 'major' });
    await withdraw(world, release);
    await run('archive', release, 4);
    expect((await leaves()).map((leaf) => [leaf.index, leaf.release, leaf.n])).toEqual([
      [0, release, 1],
      [1, other.release, 1],
      [2, release, 2],
      [3, release, 3],
      [4, release, 4],
    ]);
    expect(await verifyArchive(world.services)).toMatchObject({ ok: true, entries: 5, difference: undefined });
  });

  it('holds the approved content under its hash, and who did what when', async () => {
    const published = await publish(world, plainContent());
    await run('archive', published.release, 1);
    const { hash } = await world.services.database.selectFrom('revisions').select('hash').executeTakeFirstOrThrow();
    expect(sha256Hex(await readKept(0, 'content.json'))).toBe(hash);
    expect(JSON.parse(await readKept(0, 'record.json'))).toMatchObject({
      release: published.release,
      slug: published.slug,
      revision: 1,
      kind: 'first',
      sha256: hash,
      author: { account: 'elin', name: 'Elin Sand' },
      approver: { account: 'jonas', name: 'Jonas Lind' },
      publishedAt: published.publishedAt.toISOString(),
    });
  });

  it('holds the bytes that html wrote and feeds published', async () => {
    const { release, slug } = await publish(world, plainContent());
    await publishEverywhere(release, 1);
    const page = await readFile(join(world.dataDir, `public/releases/${slug}/index.html`), 'utf8');
    expect(await readKept(0, 'page.html')).toBe(page);
    const rss = await readFile(join(world.dataDir, 'public/rss.xml'), 'utf8');
    expect(await readKept(0, 'rss.xml')).toBe(rss);
    expect(await verifyArchive(world.services)).toMatchObject({ ok: true });
  });

  it('of a withdrawal holds the notice, the tombstone and the reason, and nothing of the text', async () => {
    const { release } = await publish(world, plainContent({ title: 'Hemlig rubrik om granskogen', slug: 'adress' }));
    await withdraw(world, release, 'Beslutet var inte justerat.');
    await publishEverywhere(release, 2);
    for (const name of ['page.html', 'rss.xml', 'atom.xml', 'feed.json', 'ninjs.json', 'letter.txt', 'letter.html']) {
      expect([name, (await readKept(1, name)).includes('granskogen')]).toEqual([name, false]);
    }
    expect(await readKept(1, 'atom.xml')).toContain('at:deleted-entry');
    expect(JSON.parse(await readKept(1, 'content.json'))).toEqual({ withdrawal: 'Beslutet var inte justerat.' });
    expect(await verifyArchive(world.services)).toMatchObject({ ok: true });
  });

  it('holds the letter addressed to nobody', async () => {
    const { newsroom } = await world.services.newsroom();
    await importSubscribers(world.services.database, { csv: subscriberCsv(3), newsroom });
    const { release } = await publish(world, plainContent());
    await run('archive', release, 1);
    const letter = (await readKept(0, 'letter.txt')) + (await readKept(0, 'letter.html'));
    expect(letter).toContain('Bibliotek');
    expect(letter).not.toContain('lillan.example');
  });

  it('holds pictures and attachments as they were stored', async () => {
    const { database, config } = world.services;
    const limits = sampleNewsroom().limits;
    const data = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#204060' } })
      .jpeg()
      .toBuffer();
    const row = await storeAsset(database, { dataDir: config.dataDir, data, name: 'arena.JPG', kind: 'image', limits });
    const image = { asset: row.hash, name: 'arena.JPG', alt: 'En blå yta.', credit: 'Mira Alm', licence: 'press' };
    const { release } = await publish(world, plainContent({ images: [image] }));
    await run('archive', release, 1);
    const kept = await readFile(inArchive((await leaves())[0]!.folder, `assets/${row.hash}.jpg`));
    expect(sha256Hex(kept)).toBe(row.hash);
    expect(await verifyArchive(world.services)).toMatchObject({ ok: true });
  });

  it('is proved by its path to the head of the log', async () => {
    const published = [];
    for (const mark of ['Ett', 'Två', 'Tre']) published.push(await publish(world, plainContent({}, mark)));
    for (const { release } of published) await run('archive', release, 1);
    const { head } = await verifyArchive(world.services);
    const proof = await proveEntry(world.services.database, { release: published[1]!.release, n: 1 });
    expect(proof.head).toEqual(head);
    const manifest = await readFile(inArchive(proof.folder, 'manifest.json'));
    const leaf = createHash('sha256').update(Buffer.of(0)).update(manifest).digest();
    const path = proof.path.map(bytes);
    expect(provesInclusion({ leaf, index: proof.index, size: head.size, path, head: bytes(head.hash) })).toBe(true);
    const earlier = await proveEntry(world.services.database, { release: published[1]!.release, n: 1, size: 2 });
    expect(provesInclusion({ leaf, index: 1, size: 2, path: earlier.path.map(bytes), head: bytes(earlier.head.hash) })).toBe(true);
    await expect(proveEntry(world.services.database, { release: published[2]!.release, n: 1, size: 2 })).rejects.toThrow('does not exist');
  });
});

describe('a worker killed before its COMMIT', () => {
  it('leaves a folder that the next one takes over', async () => {
    const { release } = await publish(world, plainContent());
    const accept = await refuseLeaves();
    await run('archive', release, 1);
    expect(await foldersKept()).toHaveLength(1);
    expect(await leaves()).toEqual([]);
    await accept();
    await run('archive', release, 1);
    expect(await foldersKept()).toEqual((await leaves()).map((leaf) => leaf.manifest_hash));
    expect(await verifyArchive(world.services)).toMatchObject({ ok: true });
  });

  it('leaves a folder that goes when the entry has become another meanwhile', async () => {
    const { release } = await publish(world, plainContent());
    const accept = await refuseLeaves();
    await run('archive', release, 1);
    const [left] = await foldersKept();
    expect(await verifyArchive(world.services)).toMatchObject({ ok: true });
    await saveNewsroom(world.services.database, sampleNewsroom({ name: 'Region Älvmark och Granbäck' }));
    world.services.forgetNewsroom();
    await accept();
    await run('archive', release, 1);
    expect(await foldersKept()).toEqual((await leaves()).map((leaf) => leaf.manifest_hash));
    expect(await foldersKept()).not.toContain(left);
    expect(await verifyArchive(world.services)).toMatchObject({ ok: true });
  });
});

it('two workers at once make one log without gaps', async () => {
  const published = [];
  for (const mark of ['Ett', 'Två', 'Tre', 'Fyra']) published.push(await publish(world, plainContent({}, mark)));
  await Promise.all(published.map(({ release }) => run('archive', release, 1)));
  expect((await leaves()).map((leaf) => leaf.index)).toEqual([0, 1, 2, 3]);
  expect(await verifyArchive(world.services)).toMatchObject({ ok: true, entries: 4 });
});

it('an entry that cannot be kept holds up no other', async () => {
  const broken = await publish(world, plainContent({}, 'Ett'));
  const { release } = await publish(world, plainContent({}, 'Två'));
  await sql`alter table revisions disable trigger revisions_fixed`.execute(world.services.database);
  await sql`update revisions set content = jsonb_set(content, '{lead}', '"Ändrad."') where release = ${broken.release}`.execute(
    world.services.database,
  );
  await run('archive', release, 1);
  await run('archive', broken.release, 1);
  expect((await leaves()).map((leaf) => leaf.release)).toEqual([release]);
  const receipts = await world.services.database
    .selectFrom('receipts')
    .selectAll()
    .where('channel', '=', 'archive')
    .where('release', '=', broken.release)
    .execute();
  expect(receipts).toMatchObject([{ state: 'failed', code: 'hash_differs' }]);
});

describe('the closing note', () => {
  async function runOfThree(): Promise<string> {
    const { newsroom } = await world.services.newsroom();
    await importSubscribers(world.services.database, { csv: subscriberCsv(3), newsroom });
    const { release } = await publish(world, plainContent());
    await run('email', release, 1);
    return release;
  }

  async function endRun(release: string): Promise<void> {
    await sql`update deliveries set state = 'accepted', carried_n = n, at = clock_timestamp() where seq < 2`.execute(
      world.services.database,
    );
    await sql`update deliveries set state = 'rejected', code = '5.1.1' where seq = 2`.execute(world.services.database);
    await sql`update receipts set due_at = clock_timestamp() where state = 'owed'`.execute(world.services.database);
    await run('email', release, 1);
  }

  const tick = () => runChannelJob(archive, { rebuild: true }, context());

  it('is written once, after the run has ended, with its equation and the entry it belongs to', async () => {
    const release = await runOfThree();
    await run('archive', release, 1);
    await tick();
    expect(await leaves()).toHaveLength(1);
    await endRun(release);
    await tick();
    await tick();
    const [entry, closing] = await leaves();
    expect(await leaves()).toHaveLength(2);
    expect(closing).toMatchObject({ kind: 'closing', release, n: 1 });
    expect(JSON.parse(await readKept(1, 'closing.json'))).toMatchObject({
      entry: entry!.manifest_hash,
      audience: 3,
      counts: { accepted: 2, rejected: 1, pending: 0, claimed: 0, unknown: 0, deferred: 0, cancelled: 0, suppressed: 0 },
    });
    expect(await verifyArchive(world.services)).toMatchObject({ ok: true, entries: 1, closings: 1 });
  });

  it('comes with the entry when the run ended before the entry was kept', async () => {
    const release = await runOfThree();
    await endRun(release);
    await run('archive', release, 1);
    expect((await leaves()).map((leaf) => leaf.kind)).toEqual(['entry', 'closing']);
  });

  it('is found again by the next look when its worker was killed', async () => {
    const release = await runOfThree();
    await run('archive', release, 1);
    await endRun(release);
    const accept = await refuseLeaves();
    await expect(tick()).rejects.toThrow('away');
    await accept();
    await tick();
    expect((await leaves()).map((leaf) => leaf.kind)).toEqual(['entry', 'closing']);
    expect(await verifyArchive(world.services)).toMatchObject({ ok: true });
  });
});

describe('verify', () => {
  async function keptOne(): Promise<{ release: string; folder: string }> {
    const { release } = await publish(world, plainContent());
    await publish(world, plainContent({}, 'Badhuset'));
    await publishEverywhere(release, 1);
    return { release, folder: (await leaves())[0]!.folder };
  }

  async function change(path: string, make: (text: string) => string): Promise<void> {
    await chmod(path, 0o644);
    await writeFile(path, make(await readFile(path, 'utf8')));
  }

  /** As somebody with the database's password would. */
  async function tamper(statement: ReturnType<typeof sql>): Promise<void> {
    await world.services.database.connection().execute(async (db) => {
      await sql`set session_replication_role = replica`.execute(db);
      await statement.execute(db);
      await sql`set session_replication_role = default`.execute(db);
    });
  }

  it('tells whether the log begins with the one whose head was noted', async () => {
    const { release } = await keptOne();
    const { head } = await verifyArchive(world.services);
    await correct(world, release, plainContent({ lead: 'Nytt.' }), { kind: 'minor' });
    await publishEverywhere(release, 2);
    const grown = await verifyArchive(world.services, head);
    expect(grown).toMatchObject({ ok: true });
    expect(grown.head.size).toBeGreaterThan(head.size);
    const other = { size: 1, hash: sha256Hex('another archive') };
    expect((await verifyArchive(world.services, other)).difference?.problem).toContain('written anew');
    expect((await verifyArchive(world.services, { ...head, size: grown.head.size + 1 })).difference?.problem).toContain(
      'leaves are missing',
    );
  });

  it('names the file with a flipped letter', async () => {
    const { folder } = await keptOne();
    await change(inArchive(folder, 'letter.txt'), (text) => text.replace('Bibliotek', 'bibliotek'));
    const result = await verifyArchive(world.services);
    expect(result).toMatchObject({ ok: false, difference: { at: inArchive(folder, 'letter.txt') } });
  });

  it('names a manifest that was made again for changed bytes', async () => {
    const { folder } = await keptOne();
    await change(inArchive(folder, 'manifest.json'), (text) => text.replace(/"bytes":(\d+)/, '"bytes":1'));
    expect((await verifyArchive(world.services)).difference).toEqual({
      at: inArchive(folder, 'manifest.json'),
      problem: 'does not have the SHA-256 of leaf 0',
    });
  });

  it('names a folder that no leaf knows, and a file outside of every folder', async () => {
    await keptOne();
    const stranger = inArchive('2026', 'ab', 'a'.repeat(64));
    await mkdir(stranger, { recursive: true });
    expect((await verifyArchive(world.services)).difference).toEqual({ at: stranger, problem: 'is named by no leaf of the log' });
    await writeFile(inArchive('notes.txt'), '');
    expect((await verifyArchive(world.services)).ok).toBe(false);
  });

  it('names a leaf that was taken out of the log', async () => {
    const { release } = await keptOne();
    const second = await world.services.database.selectFrom('releases').select('id').where('id', '<>', release).executeTakeFirstOrThrow();
    await run('archive', second.id, 1);
    await tamper(sql`delete from archive_log where index = 0`);
    expect((await verifyArchive(world.services)).difference).toMatchObject({ at: 'archive_log 1' });
  });

  it('names a revision whose content was changed in the database, its hash with it', async () => {
    const { folder } = await keptOne();
    await tamper(sql`update revisions set content = jsonb_set(content, '{title}', '"Annat"') where publication = 1`);
    expect((await verifyArchive(world.services)).difference).toEqual({
      at: inArchive(folder),
      problem: 'the content in the database is not the one kept',
    });
  });

  it('names an approver who was changed afterwards', async () => {
    await keptOne();
    await tamper(sql`update revisions set approver = 'maria' where publication = 1`);
    expect((await verifyArchive(world.services)).difference?.problem).toContain(
      'the approver in the database (maria) is not the one kept (jonas)',
    );
  });

  it('names an output that was not what is kept', async () => {
    const { release } = await publish(world, plainContent());
    await publishEverywhere(release, 1);
    // The last one compared first, so that each is the only one wrong before it.
    for (const [channel, name, file] of [
      ['feeds', 'ninjs', 'ninjs.json'],
      ['feeds', 'json', 'feed.json'],
      ['feeds', 'atom', 'atom.xml'],
      ['feeds', 'rss', 'rss.xml'],
      ['html', 'page', 'page.html'],
    ] as const) {
      await sql`update receipts set detail = jsonb_set(detail, ${`{${name}}`}::text[], ${`"${'0'.repeat(64)}"`}::jsonb) where channel = ${channel}`.execute(
        world.services.database,
      );
      expect((await verifyArchive(world.services)).difference?.at).toBe(inArchive((await leaves())[0]!.folder, file));
    }
  });

  it('names a receipt that says archived when the log does not', async () => {
    const { release } = await publish(world, plainContent());
    await sql`update receipts set state = 'done' where channel = 'archive'`.execute(world.services.database);
    expect((await verifyArchive(world.services)).difference).toMatchObject({ at: `receipt ${release} 1` });
  });

  it('finds nothing wrong with an archive that does not exist yet', async () => {
    expect(await verifyArchive(world.services)).toMatchObject({ ok: true, entries: 0, head: { size: 0 } });
  });
});
