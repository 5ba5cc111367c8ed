import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../../src/shared/schema/migrate.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test('a program does not start on the database of a newer one', async () => {
  const db = world.services.database;
  expect(await migrate(db)).toEqual([]);
  await sql`insert into migrations (name) values ('9999-of-tomorrow.sql')`.execute(db);
  await expect(migrate(db)).rejects.toMatchObject({ code: 'database_newer', message: expect.stringContaining('9999-of-tomorrow.sql') });
});
