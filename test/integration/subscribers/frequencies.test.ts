import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportSubscribers } from '../../../src/shared/subscribers/export.ts';
import { importSubscribers } from '../../../src/shared/subscribers/import.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

async function load(...lines: string[]) {
  const { newsroom } = await world.services.newsroom();
  const csv = ['address;topics;frequency', ...lines].join('\n');
  return importSubscribers(world.services.database, { csv, newsroom, defaults: { legalBasis: 'consent', source: 'webben' } });
}
async function frequencies(address: string): Promise<Record<string, string>> {
  const { rows } = await sql<{ topic: string; frequency: string }>`
    select p.topic, p.frequency from subscriptions p join subscribers s on s.id = p.subscriber where s.address = ${address} order by p.topic`.execute(
    world.services.database,
  );
  return Object.fromEntries(rows.map(({ topic, frequency }) => [topic, frequency]));
}
/** What the page of preferences writes when the person changes how often. */
async function choose(address: string, frequency: string): Promise<void> {
  const { database } = world.services;
  const { id } = await database.selectFrom('subscribers').select('id').where('address', '=', address).executeTakeFirstOrThrow();
  await sql`update subscriptions set frequency = ${frequency} where subscriber = ${id}`.execute(database);
  const detail = JSON.stringify({ way: 'page', before: {}, after: {} });
  await database.insertInto('consents').values({ subscriber: id, event: 'changed', detail }).execute();
}
const BO = 'bo@lillan.example';

describe('how often, in a file', () => {
  it('is at once unless the file says otherwise, for new people and their topics', async () => {
    await load(`${BO};naringsliv kollektivtrafik;varje vecka`, 'eva@lillan.example;*;');
    expect(await frequencies(BO)).toEqual({ kollektivtrafik: 'weekly', naringsliv: 'weekly' });
    expect(await frequencies('eva@lillan.example')).toEqual({ '*': 'at-once' });
  });

  it('changes only when a later file says it, and the same file again changes nothing', async () => {
    await load(`${BO};naringsliv;weekly`);
    expect(await load(`${BO};naringsliv;`)).toMatchObject({ unchanged: 1 });
    expect(await frequencies(BO)).toEqual({ naringsliv: 'weekly' });
    expect(await load(`${BO};naringsliv;daily`)).toMatchObject({ changed: 1 });
    expect(await load(`${BO};naringsliv;daily`)).toMatchObject({ unchanged: 1 });
    expect(await frequencies(BO)).toEqual({ naringsliv: 'daily' });
  });

  it('is for a new topic as for the others, when the file does not say', async () => {
    await load(`${BO};naringsliv;weekly`);
    await load(`${BO};naringsliv kollektivtrafik;`);
    expect(await frequencies(BO)).toEqual({ kollektivtrafik: 'weekly', naringsliv: 'weekly' });
  });

  it('may differ by topic, one line for each; beside every topic stands only one that comes sooner', async () => {
    await load(`${BO};*;weekly`, `${BO};naringsliv;at once`, `${BO};kollektivtrafik;weekly`);
    expect(await frequencies(BO)).toEqual({ '*': 'weekly', naringsliv: 'at-once' });
  });

  it('never overrides what the person chose: the row says so, and new topics come as the person wants them', async () => {
    await load(`${BO};naringsliv;at-once`);
    await choose(BO, 'weekly');
    const report = await load(`${BO};naringsliv kollektivtrafik;daily`);
    expect(report.rows[0]!.problems).toMatchObject([{ field: 'frequency', message: 'was chosen by the subscriber.', severity: 'advice' }]);
    expect(await frequencies(BO)).toEqual({ kollektivtrafik: 'weekly', naringsliv: 'weekly' });
  });

  it('comes out of an export as it went in, whatever the topics', async () => {
    await load(`${BO};*;weekly`, `${BO};naringsliv;at once`, 'eva@lillan.example;kollektivtrafik;daily');
    const csv = await Array.fromAsync(exportSubscribers(world.services.database));
    const before = [await frequencies(BO), await frequencies('eva@lillan.example')];
    await sql`delete from consents`.execute(world.services.database);
    await sql`delete from subscriptions`.execute(world.services.database);
    await sql`delete from subscribers`.execute(world.services.database);
    const { newsroom } = await world.services.newsroom();
    expect(await importSubscribers(world.services.database, { csv: csv.join(''), newsroom })).toMatchObject({ refused: 0 });
    expect([await frequencies(BO), await frequencies('eva@lillan.example')]).toEqual(before);
  });
});
