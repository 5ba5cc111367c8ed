import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadNewsroom, saveNewsroom } from '../../../src/shared/release/newsroom/newsroom-store.ts';
import type { Database } from '../../../src/shared/schema/database.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let db: Database;
beforeAll(async () => {
  world = await openWorld();
  db = world.services.database;
});
afterAll(() => world?.close());

const owed = async () => (await db.selectFrom('rebuilds').select('channel').orderBy('channel').execute()).map((row) => row.channel);

it('a newsroom read from SQL is the one saved', async () => {
  expect((await loadNewsroom(db)).newsroom).toEqual(sampleNewsroom());
});

it('the same newsroom again changes nothing and owes nothing', async () => {
  await db.deleteFrom('rebuilds').execute();
  const { hash } = await loadNewsroom(db);
  expect(await saveNewsroom(db, sampleNewsroom())).toEqual({ changed: false, hash });
  expect(await owed()).toEqual([]);
});

it('a changed newsroom owes pages and feeds their rebuild, together with the change', async () => {
  const { changed, hash } = await saveNewsroom(db, sampleNewsroom({ publisher: 'Jonas Lind' }));
  expect(changed).toBe(true);
  expect(await loadNewsroom(db)).toMatchObject({ hash, newsroom: { publisher: 'Jonas Lind' } });
  expect(await owed()).toEqual(['feeds', 'html']);
});

it('two that save at once agree in the end', async () => {
  await Promise.all([saveNewsroom(db, sampleNewsroom({ publisher: 'A' })), saveNewsroom(db, sampleNewsroom({ publisher: 'B' }))]);
  expect(['A', 'B']).toContain((await loadNewsroom(db)).newsroom.publisher);
});

it('without a newsroom the failure says what to do', async () => {
  await db.deleteFrom('newsroom').execute();
  await expect(loadNewsroom(db)).rejects.toMatchObject({ code: 'no_newsroom' });
});
