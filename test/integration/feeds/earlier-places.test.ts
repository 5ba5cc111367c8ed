import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { openWorld, type World } from '../../support/world.ts';

const MIGRATION = join(import.meta.dirname, '../../../src/shared/schema/migrations/0011-topics-in-languages.sql');

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

async function placesOfTopicsInLanguages(): Promise<unknown[]> {
  const { rows } = await sql`
    select e.list, l.length, e.ordinal, e.release, e.significant_publication, e.listed
    from list_entries e join lists l on l.list = e.list
    where e.list like 'language-topic:%' order by e.list, e.ordinal`.execute(world.services.database);
  return rows;
}

it('releases published before topics had feeds in each language get the places that publishing would have given them', async () => {
  const db = world.services.database;
  await publish(world, plainContent({ topics: ['naringsliv', 'lokalmedia'] }, 'Ett'));
  const two = await publish(world, plainContent({ topics: ['naringsliv'] }, 'Två'));
  await publish(world, plainContent({ topics: ['naringsliv'], language: 'en' }, 'Three'));
  const four = await publish(world, plainContent({ topics: ['naringsliv', 'kollektivtrafik'] }, 'Fyra'));
  await correct(world, four.release, plainContent({ topics: ['naringsliv'] }, 'Fyra'), { kind: 'major' });
  await withdraw(world, two.release);
  const given = await placesOfTopicsInLanguages();
  expect(given).toHaveLength(6);
  await sql`delete from list_entries where list like 'language-topic:%'`.execute(db);
  await sql`delete from lists where list like 'language-topic:%'`.execute(db);
  await db.transaction().execute((tx) => sql.raw(readFileSync(MIGRATION, 'utf8')).execute(tx));
  expect(await placesOfTopicsInLanguages()).toEqual(given);
});
