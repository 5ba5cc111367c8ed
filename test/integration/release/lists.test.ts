import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishRelease } from '../../../src/shared/publishing/publish.ts';
import { storeAsset } from '../../../src/shared/release/files/assets.ts';
import { findFeedKeys } from '../../../src/shared/release/lists/feed-places.ts';
import { LIST_PAGE_SIZE, listMonths, listsOf, loadListPage, loadNewest, pagesHolding } from '../../../src/shared/release/lists/lists.ts';
import type { Database } from '../../../src/shared/schema/database.ts';
import { approvedDraft, correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { photo } from '../../support/pictures.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let db: Database;
/** Addresses of 23 releases, oldest first. */
const slugs: string[] = [];
const ids: string[] = [];

beforeAll(async () => {
  world = await openWorld();
  db = world.services.database;
  for (let number = 1; number <= LIST_PAGE_SIZE + 3; number += 1) {
    const { slug, release } = await publish(
      world,
      plainContent({ topics: number % 2 === 0 ? ['naringsliv'] : ['lokalmedia'] }, `Nyhet ${number}`),
    );
    slugs.push(slug);
    ids.push(release);
  }
});
afterAll(() => world?.close());

describe('the lists of a release', () => {
  it('are all, its language, its topics and its month on the newsroom’s clock', () => {
    const content = plainContent({ topics: ['naringsliv', 'lokalmedia', 'naringsliv'] });
    expect(listsOf(content, new Date('2026-11-30T23:30Z'), sampleNewsroom())).toEqual([
      'all',
      'language:sv',
      'topic:naringsliv',
      'language-topic:sv:naringsliv',
      'topic:lokalmedia',
      'language-topic:sv:lokalmedia',
      'month:2026-12',
    ]);
  });
});

describe('a page of a list', () => {
  it('holds twenty places counted from the oldest, newest first', async () => {
    const first = await loadListPage(db, 'all', 1);
    const second = await loadListPage(db, 'all', 2);
    expect({ pages: first.pages, page: first.page }).toEqual({ pages: 2, page: 1 });
    expect(first.items.map((item) => item.slug)).toEqual(slugs.slice(0, 20).reverse());
    expect(second.items.map((item) => item.slug)).toEqual(slugs.slice(20).reverse());
  });

  it('that does not exist is empty', async () => {
    expect(await loadListPage(db, 'all', 3)).toEqual({ items: [], page: 3, pages: 2 });
    expect(await loadListPage(db, 'all', 0)).toEqual({ items: [], page: 0, pages: 2 });
    expect(await loadListPage(db, 'topic:nothing', 1)).toEqual({ items: [], page: 1, pages: 0 });
  });

  it('shows what a release says now', async () => {
    await correct(world, ids[4]!, plainContent({ title: 'Ny rubrik', topics: ['lokalmedia'] }), { kind: 'minor' });
    const { items } = await loadListPage(db, 'all', 1);
    expect(items.find((item) => item.slug === slugs[4])).toMatchObject({
      title: 'Ny rubrik',
      topics: ['lokalmedia'],
      type: 'press-release',
      withdrawn: false,
    });
  });

  it('keeps its members: a withdrawn release leaves a gap, and so does one that left the topic', async () => {
    await withdraw(world, ids[1]!);
    await correct(world, ids[3]!, plainContent({ topics: [] }, 'Nyhet 4'), { kind: 'minor' });
    const all = await loadListPage(db, 'all', 1);
    expect(all.items).toHaveLength(19);
    expect(all.items.map((item) => item.slug)).not.toContain(slugs[1]);
    const topic = await loadListPage(db, 'topic:naringsliv', 1);
    expect(topic.items.map((item) => item.slug)).toEqual([5, 7, 9, 11, 13, 15, 17, 19, 21].map((index) => slugs[index]).reverse());
  });

  it('is known to hold a release', async () => {
    const held = await pagesHolding(db, ids[20]!);
    expect(held).toContainEqual({ list: 'all', page: 2 });
    expect(held).toContainEqual({ list: 'topic:lokalmedia', page: 1 });
    expect(held.map((place) => place.list.split(':')[0]).sort()).toEqual(['all', 'language', 'language-topic', 'month', 'topic']);
  });
});

describe('the newest of a list', () => {
  it('come newest first, with their first picture and its sizes', async () => {
    const asset = await storeAsset(db, {
      dataDir: world.dataDir,
      data: await photo(),
      name: 'hus.jpg',
      kind: 'image',
      limits: sampleNewsroom().limits,
    });
    const images = [{ asset: asset.hash, name: 'hus.jpg', alt: 'Ett hus.', credit: 'Mira Alm' }];
    const { slug } = await publish(world, plainContent({ images }, 'Huset'));
    const [newest, before] = await loadNewest(db, 'all', 2);
    expect(newest).toMatchObject({ slug, image: { hash: asset.hash, alt: 'Ett hus.', width: 1_200 } });
    expect(newest!.image!.variants.length).toBeGreaterThan(3);
    expect(before).toMatchObject({ slug: slugs.at(-1) });
    expect(before).not.toHaveProperty('image');
  });
});

describe('what a feed carries', () => {
  const slugOf = async (keys: readonly { release: string }[]) => {
    const rows = await db.selectFrom('releases').select(['id', 'slug']).execute();
    return keys.map((key) => rows.find((row) => row.id === key.release)!.slug);
  };

  const keysOf = async (list: string, limit: number) => (await findFeedKeys(db, [list], limit))[0]!;

  it('is ordered by significant change, and says what was withdrawn among it', async () => {
    await correct(world, ids[9]!, plainContent({ topics: ['naringsliv'] }, 'Nyhet tio'), { kind: 'major' });
    const { live, gone } = await keysOf('topic:naringsliv', 50);
    expect((await slugOf(live)).slice(0, 2)).toEqual([slugs[9], expect.any(String)]);
    expect(await slugOf(live)).not.toContain(slugs[3]);
    expect(await slugOf(gone)).toEqual([slugs[1]]);
  });

  it('is everything that stands in no archive document yet, however few are asked for', async () => {
    const { live, gone, archives } = await keysOf('all', 2);
    expect(archives).toBe(0);
    expect(live).toHaveLength(LIST_PAGE_SIZE + 3);
    expect(await slugOf(gone)).toEqual([slugs[1]]);
    expect(await keysOf('language:en', 50)).toEqual({ live: [], gone: [], archives: 0 });
  });
});

it('months are listed newest first with as many releases as their pages show, and not when all were taken back', async () => {
  const months = await listMonths(db);
  const shown = async ({ month }: { month: string }) => (await loadNewest(db, `month:${month}`, 100)).length;
  expect(months.map(({ count }) => count)).toEqual(await Promise.all(months.map(shown)));
  expect(months[0]?.month).toMatch(/^\d{4}-\d{2}$/);
  const { release, hash } = await approvedDraft(world, plainContent({}, 'Den enda i sin månad'));
  await publishRelease(world.services, world.jonas, { release, hash, publishedAt: new Date('2019-03-05T10:00Z') });
  expect((await listMonths(db)).at(-1)).toEqual({ month: '2019-03', count: 1 });
  await withdraw(world, release);
  expect((await listMonths(db)).map(({ month }) => month)).not.toContain('2019-03');
});
