import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FEED_LENGTH } from '../../../src/shared/feeds/feed.ts';
import { sha256Hex } from '../../../src/shared/platform/canonical.ts';
import type { Newsroom } from '../../../src/shared/release/newsroom/newsroom.ts';
import { saveNewsroom } from '../../../src/shared/release/newsroom/newsroom-store.ts';
import { handler as feeds } from '../../../src/workers/feeds.ts';
import { runChannelJob } from '../../../src/workers/run.ts';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const context = () => ({ services: world.services, signal: new AbortController().signal });
const run = (release: string, revision: number) => runChannelJob(feeds, { releaseId: release, revision }, context());
const rebuild = () => runChannelJob(feeds, { rebuild: true }, context());
const inPublic = (path: string) => join(world.dataDir, 'public', path);
const items = (path: string): { id: string; title: string }[] => JSON.parse(readFileSync(inPublic(path), 'utf8')).items;
const titles = (path: string) => items(path).map((item) => item.title);

function feedFiles(): string[] {
  const names = readdirSync(inPublic('.'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /(^|\/)((rss|atom)\.xml|(feed|ninjs)\.json)$/.test(name)).sort();
}

const bytes = () => Object.fromEntries(feedFiles().map((name) => [name, sha256Hex(readFileSync(inPublic(name)))]));

async function receipt(release: string, n: number) {
  return world.services.database
    .selectFrom('receipts')
    .selectAll()
    .where('release', '=', release)
    .where('n', '=', n)
    .where('channel', '=', 'feeds')
    .executeTakeFirstOrThrow();
}

async function useNewsroom(changes: Partial<Newsroom>): Promise<void> {
  await saveNewsroom(world.services.database, sampleNewsroom(changes));
  world.services.forgetNewsroom();
}

describe('which feeds are written', () => {
  it('a release writes the feeds of its lists and no other', async () => {
    await sql`delete from rebuilds`.execute(world.services.database);
    const { release } = await publish(world, plainContent({ topics: ['naringsliv', 'lokalmedia'] }));
    await run(release, 1);
    const folders = ['', 'sv/', 'topics/naringsliv/', 'sv/topics/naringsliv/'];
    const names = ['atom.xml', 'feed.json', 'ninjs.json', 'rss.xml'];
    expect(feedFiles()).toEqual(folders.flatMap((folder) => names.map((name) => folder + name)).sort());
  });

  it('a rebuild writes all of them, the empty ones too, byte for byte as before', async () => {
    const { release } = await publish(world, plainContent());
    await run(release, 1);
    const before = bytes();
    expect(titles('en/feed.json')).toEqual([]);
    expect(titles('topics/kollektivtrafik/feed.json')).toEqual([]);
    await sql`insert into rebuilds (channel, reason) values ('feeds', 'test')`.execute(world.services.database);
    await rebuild();
    expect(bytes()).toEqual(before);
  });

  it('a correction that changes the topics takes the release out of its old feed', async () => {
    const { release } = await publish(world, plainContent({ topics: ['naringsliv'] }));
    await run(release, 1);
    await correct(world, release, plainContent({ topics: ['kollektivtrafik'] }), { kind: 'major' });
    await run(release, 2);
    expect(titles('topics/naringsliv/feed.json')).toEqual([]);
    expect(titles('topics/kollektivtrafik/feed.json')).toHaveLength(1);
    expect(titles('sv/topics/naringsliv/feed.json')).toEqual([]);
    expect(titles('sv/topics/kollektivtrafik/feed.json')).toHaveLength(1);
  });

  it('a topic that leaves the newsroom file takes its feeds along', async () => {
    const { release } = await publish(world, plainContent({ topics: ['naringsliv'] }));
    await run(release, 1);
    expect(existsSync(inPublic('topics/naringsliv/rss.xml'))).toBe(true);
    const { naringsliv: _, ...topics } = sampleNewsroom().topics;
    await useNewsroom({ topics });
    await rebuild();
    expect(existsSync(inPublic('topics/naringsliv/rss.xml'))).toBe(false);
    expect(titles('feed.json')).toHaveLength(1);
  });
});

describe('what stands in them', () => {
  it('newest significant change first: a major correction moves to the top, a minor one stays', async () => {
    const one = await publish(world, plainContent({}, 'Ett'));
    const two = await publish(world, plainContent({}, 'Två'));
    const three = await publish(world, plainContent({}, 'Tre'));
    await correct(world, two.release, plainContent({ body: 'Rättat.' }, 'Två'), { kind: 'minor', note: '' });
    await correct(world, one.release, plainContent({ body: 'Rättat.' }, 'Ett'), { kind: 'major' });
    await run(one.release, 2);
    expect(items('feed.json').map((item) => item.id)).toEqual([one, three, two].map(({ release }) => `urn:uuid:${release}`));
  });

  it(`at most the ${FEED_LENGTH} newest; the others stand in the archive documents they lead to`, async () => {
    const { release } = await publish(world, plainContent({}, 'Äldst'));
    // Fifty more, made in SQL from the first: publishing them one by one would only test publishing.
    await sql`
      with made as (
        insert into releases (slug, language, newest_n, newest_kind, newest_publication, first_publication, first_published_at, significant_publication)
        select 'kopia-' || k, 'sv', 1, 'first', k + 1, k + 1, clock_timestamp(), k + 1 from generate_series(1, ${FEED_LENGTH}) k returning id, first_publication
      ), copied as (
        insert into revisions (release, n, kind, content, hash, rendered, author, approver, publication, published_at)
        select m.id, 1, 'first', r.content, r.hash, r.rendered, r.author, r.approver, m.first_publication, r.published_at
        from made m cross join revisions r where r.publication = 1
      ), longer as (update lists set length = ${FEED_LENGTH + 1} where list = 'all')
      insert into list_entries (list, ordinal, release, significant_publication) select 'all', first_publication - 1, id, first_publication from made`.execute(
      world.services.database,
    );
    await run(release, 1);
    expect(items('feed.json')).toHaveLength(FEED_LENGTH);
    expect(items('feed.json').map((item) => item.id)).not.toContain(`urn:uuid:${release}`);
    expect(items('feeds/1/feed.json').at(-1)!.id).toBe(`urn:uuid:${release}`);

    // Fifty corrections of old releases go before the newest, which no archive document has yet: it stays all the same.
    const newest = items('feed.json')[0]!;
    await sql`update list_entries set significant_publication = significant_publication + 1000 where list = 'all' and ordinal < ${FEED_LENGTH}`.execute(
      world.services.database,
    );
    await sql`insert into rebuilds (channel, reason) values ('feeds', 'test') on conflict do nothing`.execute(world.services.database);
    await rebuild();
    expect(items('feed.json')).toHaveLength(FEED_LENGTH + 1);
    expect(items('feed.json').at(-1)).toEqual(newest);
  });

  it('a withdrawn release leaves RSS and JSON and stays in Atom as a tombstone', async () => {
    const { release } = await publish(world, plainContent());
    await run(release, 1);
    await withdraw(world, release, 'Beslutet var inte justerat.');
    await run(release, 2);
    expect(items('feed.json')).toEqual([]);
    expect(readFileSync(inPublic('rss.xml'), 'utf8')).not.toContain(release);
    expect(readFileSync(inPublic('atom.xml'), 'utf8')).toContain(`<at:deleted-entry ref="urn:uuid:${release}"`);
    expect((await receipt(release, 2)).detail).toMatchObject({ atom: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('a release that cannot be read fails its own receipt and is left out; the others are written', async () => {
    const broken = await publish(world, plainContent({}, 'Ett'));
    const whole = await publish(world, plainContent({}, 'Två'));
    await sql`alter table revisions disable trigger revisions_fixed`.execute(world.services.database);
    await sql`update revisions set content = '{}' where release = ${broken.release}`.execute(world.services.database);
    await run(whole.release, 1);
    expect(items('feed.json').map((item) => item.id)).toEqual([`urn:uuid:${whole.release}`]);
    expect(await receipt(broken.release, 1)).toMatchObject({ state: 'failed', code: 'unreadable' });
    expect(await receipt(whole.release, 1)).toMatchObject({ state: 'done' });
  });
});

describe('the receipt', () => {
  it('names the hashes of the bytes that stand in the feeds', async () => {
    const { release } = await publish(world, plainContent());
    await run(release, 1);
    const { detail } = await receipt(release, 1);
    const rss = readFileSync(inPublic('topics/naringsliv/rss.xml'), 'utf8');
    expect(detail.rss).toBe(sha256Hex(rss.slice(rss.indexOf('<item>'), rss.lastIndexOf('</item>') + '</item>'.length)));
    expect(detail.json).toBe(sha256Hex(JSON.stringify(items('feed.json')[0], null, 2)));
    expect(detail).toMatchObject({ asOf: '1', madeWith: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('of a revision that was superseded before its turn names none', async () => {
    const { release } = await publish(world, plainContent());
    await correct(world, release, plainContent({ body: 'Rättat.' }), { kind: 'minor', note: '' });
    await run(release, 1);
    expect(await receipt(release, 1)).toMatchObject({ state: 'done', detail: {} });
    expect((await receipt(release, 2)).detail).toHaveProperty('rss');
  });
});
