import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { confirm, importPeople, setPreferences } from '../../../src/shared/delivery/change-preferences.ts';
import { erase } from '../../../src/shared/delivery/erasure.ts';
import type { Frequency } from '../../../src/shared/schema/tables.ts';
import { importSubscribers } from '../../../src/shared/subscribers/import.ts';
import { askForOwnData } from '../../../src/shared/subscribers/own-data.ts';
import { signUp } from '../../../src/shared/subscribers/sign-up.ts';
import { idOf } from '../../support/digests.ts';
import { type LetterWorld, latch, openLetterWorld, until } from '../../support/letters.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';

/*
 * Two wishes about one person at the same moment: whoever comes second waits, and then sees what the first one did.
 */

let world: LetterWorld;
beforeAll(async () => {
  world = await openLetterWorld();
});
afterAll(() => world.close());

const db = () => world.services.database;

/** Signs up; gives what the confirmation letter's link names. */
async function asks(address: string, frequency: Frequency = 'at-once'): Promise<string> {
  const wish = { address, topics: ['*'], frequency, language: 'sv', source: 'https://nyheter.example/subscribe' };
  expect(await signUp(world.services, { ...wish, wording: 'Ja tack', wordingVersion: 'sv-1' })).toBe('asked');
  return (
    await db().selectFrom('sign_ups').select('id').where('address', '=', address).orderBy('signed_at', 'desc').executeTakeFirstOrThrow()
  ).id;
}

/** Waits until so many of this database's sessions wait for a lock. */
async function waiting(count: number): Promise<void> {
  await until(async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(db());
    return rows[0]!.count >= count;
  });
}

/** Holds the person's row until the function it gives is called. */
async function holdPerson(address: string): Promise<() => Promise<void>> {
  const [held, free] = [latch(), latch()];
  const ended = db()
    .transaction()
    .execute(async (tx) => {
      await sql`select from subscribers where address = ${address} for update`.execute(tx);
      held.open();
      await free.wait;
    });
  await held.wait;
  return async () => {
    free.open();
    await ended;
  };
}

it('confirming a sign-up moves the letters that wait for somebody known before, as the page of preferences does', async () => {
  const address = 'snart@lillan.example';
  await world.people([{ address, frequency: 'weekly' }]);
  const { release } = await publish(world, plainContent({}, 'Brobygget'));
  await world.emailJob(release, 1);
  expect(await world.rows(release)).toMatchObject([{ address, frequency: 'weekly' }]);
  expect(await confirm(world.services, await asks(address, 'at-once'))).toBe('confirmed');
  const [row] = await world.rows(release);
  expect(row).toMatchObject({ frequency: 'at-once', state: 'pending' });
  await world.send(await world.sender(), release, 1);
  expect(world.smtp.letters.map(({ to }) => to)).toEqual([address]);
});

it('a file that changes how often moves the letters that wait, of everybody it changes and of nobody else; a dry run moves none', async () => {
  const address = (name: string) => `${name}@filen.example`;
  const [early, late, own, stays] = ['early', 'late', 'own', 'stays'].map(address) as [string, string, string, string];
  await world.people([
    { address: early, frequency: 'weekly' },
    { address: late, frequency: 'daily' },
    { address: own, frequency: 'weekly' },
    { address: stays, frequency: 'weekly' },
  ]);
  const { newsroom } = await world.services.newsroom();
  await setPreferences(world.services, {
    subscriber: await idOf(world, own),
    wish: { language: 'sv', topics: ['*'], frequency: 'daily' },
    newsroom,
  });
  const { release } = await publish(world, plainContent({}, 'Kajen'));
  await world.emailJob(release, 1);
  const csv = ['address;frequency', `${early};at once`, `${late};weekly`, `${own};at once`].join('\n');
  const input = { csv, newsroom, defaults: { legalBasis: 'consent', source: 'ny fil' } };
  const frequencies = async () => {
    const rows = (await world.rows(release)).filter((row) => row.address.endsWith('@filen.example'));
    return Object.fromEntries(rows.map((row) => [row.address, [row.frequency, row.due_at.getTime() <= Date.now()]]));
  };
  const before = await frequencies();
  expect(before).toEqual({ [early]: ['weekly', false], [late]: ['daily', false], [own]: ['daily', false], [stays]: ['weekly', false] });
  expect(await importPeople(world.services, { ...input, dryRun: true })).toMatchObject({ changed: 3 });
  expect(await frequencies()).toEqual(before);
  const wakes = vi.spyOn(world.services.dispatch, 'wake');
  await importPeople(world.services, input);
  expect(await frequencies()).toEqual({ ...before, [early]: ['at-once', true], [late]: ['weekly', false] });
  expect(wakes.mock.calls.flatMap(([list]) => list)).toContainEqual({ queue: 'email', payload: { releaseId: release, revision: 1 } });
  wakes.mockClear();
  expect(await importPeople(world.services, input)).toMatchObject({ unchanged: 3 });
  expect(wakes).not.toHaveBeenCalled();
  wakes.mockRestore();
});

it('who erases a person waits for a confirmation that is under way, and none waits for the other for ever', async () => {
  const address = 'bort@lillan.example';
  await world.people([{ address }]);
  const wish = await asks(address);
  const release = await holdPerson(address);
  // Both want the person's row; then the one wants the sign-up as well, which the other must not hold already.
  const subscriber = await idOf(world, address);
  const erased = erase(world.services, { person: { subscriber }, way: 'page', account: null });
  await waiting(1);
  const confirmed = confirm(world.services, wish);
  await waiting(2);
  await release();
  expect(await erased).toMatchObject({ subscriber: true, signUps: 1 });
  expect(await confirmed).toBe('expired');
  expect(await db().selectFrom('subscribers').selectAll().where('address', '=', address).executeTakeFirst()).toBeUndefined();
});

it('a file names somebody who signs up this very moment: the person is known then, and the file is taken whole', async () => {
  const { newsroom } = await world.services.newsroom();
  const address = 'samtidigt@lillan.example';
  const [made, free] = [latch(), latch()];
  const signingUp = db()
    .transaction()
    .execute(async (tx) => {
      await sql`insert into subscribers (address, language, state, token_key) values (${address}, 'sv', 'active', '\\x00')`.execute(tx);
      made.open();
      await free.wait;
    });
  await made.wait;
  const lines = ['forsta@lillan.example', address, 'sista@lillan.example'].map((to) => `${to};sv;naringsliv;consent;mässan`);
  const report = importSubscribers(db(), { csv: ['address;language;topics;legal basis;source', ...lines].join('\n'), newsroom });
  await waiting(1);
  free.open();
  await signingUp;
  expect((await report).rows.map((row) => [row.address, row.outcome])).toEqual([
    ['forsta@lillan.example', 'added'],
    [address, 'changed'],
    ['sista@lillan.example', 'added'],
  ]);
  const topics = await db()
    .selectFrom('subscriptions')
    .select('topic')
    .where('subscriber', '=', await idOf(world, address))
    .execute();
  expect(topics).toEqual([{ topic: 'naringsliv' }]);
});

it('an audience is frozen while a file of the same people is being read', async () => {
  const { newsroom } = await world.services.newsroom();
  const { release } = await publish(world, plainContent({}, 'Skidspåren'));
  const [read, free] = [latch(), latch()];
  const csv = (async function* () {
    yield Buffer.from(
      'address;language;topics;legal basis;source\nsnart@lillan.example;sv;naringsliv;consent;mässan\nsnart@lillan.example;sv;kollektivtrafik;consent;mässan\n',
    );
    read.open();
    await free.wait;
  })();
  const imported = importSubscribers(db(), { csv, newsroom });
  await read.wait;
  await world.emailJob(release, 1);
  free.open();
  await imported;
  expect((await world.rows(release)).length).toBeGreaterThan(0);
});

it('twenty presses of a button at the same moment bring three letters a day, to one address and about one person', async () => {
  const address = 'ofta@lillan.example';
  await world.people([{ address }]);
  const subscriber = await idOf(world, address);
  const wish = { address, topics: ['*'], frequency: 'at-once' as const, language: 'sv', source: 'https://nyheter.example/subscribe' };
  const twenty = <Answer>(press: () => Promise<Answer>) => Promise.all(Array.from({ length: 20 }, press));
  const asked = await twenty(() => signUp(world.services, { ...wish, wording: 'Ja tack', wordingVersion: 'sv-1' }));
  const looked = await twenty(() => askForOwnData(world.services, subscriber));
  expect([asked, looked].map((answers) => answers.filter((answer) => answer === 'asked').length)).toEqual([3, 3]);
  const letters = await db().selectFrom('notices').select('kind').where('to', '=', address).execute();
  expect(letters.map(({ kind }) => kind).sort()).toEqual([
    'confirmation',
    'confirmation',
    'confirmation',
    'own-data',
    'own-data',
    'own-data',
  ]);
});
