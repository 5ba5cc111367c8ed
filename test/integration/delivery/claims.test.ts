import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClaimUnconfirmed, GROUP_SIZE } from '../../../src/shared/delivery/claiming.ts';
import { BATCH_SIZE, claimLetters } from '../../../src/shared/delivery/claims.ts';
import { runBatch } from '../../../src/shared/delivery/run-batch.ts';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import type { Database } from '../../../src/shared/schema/database.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import { leave } from '../../../src/shared/subscribers/leave.ts';
import { addressHash, suppress } from '../../../src/shared/subscribers/suppressions.ts';
import { type LetterWorld, openLetterWorld, peopleAt, until } from '../../support/letters.ts';
import { correct, plainContent, publish } from '../../support/newsdesk.ts';

const PEOPLE = 60;

let world: LetterWorld;
let senders: Sender[];
let mark = 0;
let release: string;
beforeAll(async () => {
  world = await openLetterWorld();
  await world.people(peopleAt('lillan.example', PEOPLE));
  senders = [await world.sender(), await world.sender(), await world.sender()];
});
beforeEach(async () => {
  mark += 1;
  world.smtp.script = undefined;
  world.smtp.letters.length = 0;
  ({ release } = await publish(world, plainContent({}, `Nummer ${mark}`)));
  await world.emailJob(release, 1);
});
afterAll(() => world.close());

const idOf = async (address: string) =>
  (await world.services.database.selectFrom('subscribers').select('id').where('address', '=', address).executeTakeFirstOrThrow()).id;

describe('claiming', () => {
  it('by three senders in one batch gives every person one letter', async () => {
    await Promise.all(senders.map((sender) => world.send(sender, release, 1)));
    expect(world.smtp.letters).toHaveLength(PEOPLE);
    expect(new Set(world.smtp.letters.map((letter) => letter.to)).size).toBe(PEOPLE);
    const claimers = new Set((await world.rows(release)).map((row) => row.claimed_by));
    expect(claimers.size).toBeGreaterThan(1);
    await world.emailJob(release, 1);
    expect(await world.receipt(release, 1)).toBe('done');
  });

  it('takes 25 letters at most, all under one token, and leaves what others hold', async () => {
    const { database } = world.services;
    const rules = senders[0]!.rules;
    const { letters: limits } = await senders[0]!.limits();
    const claim = (sender: string) => claimLetters(database, { sender, relay: 'none', rules, limits }, { release, n: 1, batch: 0 });
    const [one, other] = await Promise.all([claim(crypto.randomUUID()), claim(crypto.randomUUID())]);
    if (one.kind !== 'letters' || other.kind !== 'letters') throw new Error('nothing claimed');
    expect([one.letters.length, other.letters.length]).toEqual([GROUP_SIZE, GROUP_SIZE]);
    const taken = [...one.letters, ...other.letters].map((letter) => letter.subscriber);
    expect(new Set(taken).size).toBe(2 * GROUP_SIZE);
    expect(new Set(one.letters.map((letter) => letter.rows[0].token.claimedBy)).size).toBe(1);
  });

  it('knows the newest text that each person has: the one of a letter that failed or was paused is not among them', async () => {
    const { database } = world.services;
    await world.send(senders[0]!, release, 1);
    const missing = await idOf('n7@lillan.example');
    for (const note of ['Tiden var fel.', 'Platsen var fel.']) {
      await correct(world, release, plainContent({ lead: note }, `Nummer ${mark}`), { kind: 'major', note });
      const n = note.startsWith('Tiden') ? 2 : 3;
      await world.emailJob(release, n);
      if (n === 3) continue;
      await sql`update deliveries set state = 'suppressed', code = 'paused' where release = ${release} and n = 2 and subscriber = ${missing}`.execute(
        database,
      );
      await world.send(senders[0]!, release, 2);
    }
    world.smtp.letters.length = 0;
    await world.send(senders[0]!, release, 3);
    const told = (address: string) => world.smtp.letters.find(({ to }) => to === address)!.raw.toString();
    expect(world.smtp.letters).toHaveLength(PEOPLE);
    expect([told('n7@lillan.example'), told('n8@lillan.example')].map((raw) => raw.includes('Tiden var fel.'))).toEqual([true, false]);
    for (const address of ['n7@lillan.example', 'n8@lillan.example']) expect(told(address)).toContain('Platsen var fel.');
  });

  it('keeps to the places of its batch', async () => {
    await sql`update deliveries set seq = seq + ${BATCH_SIZE} where release = ${release} and seq >= 10`.execute(world.services.database);
    await world.send(senders[0]!, release, 1);
    expect(await world.states(release)).toEqual({ accepted: 10, pending: PEOPLE - 10 });
  });

  it('does not take letters before their time', async () => {
    await sql`update deliveries set due_at = clock_timestamp() + interval '1 hour' where release = ${release} and seq >= 3`.execute(
      world.services.database,
    );
    expect(await world.send(senders[0]!, release, 1)).toEqual({ why: 'nothing-due', letters: 3 });
  });

  it('turns everybody who may not get the letter into suppressed, with the reason', async () => {
    const { database } = world.services;
    const key = await getKey(database, 'address');
    await leave(database, { subscriber: await idOf('n1@lillan.example'), way: 'one-click' });
    await suppress(database, [{ hash: addressHash(key, 'N2@Lillan.example '), reason: 'complaint', evidence: {} }]);
    await database.updateTable('subscribers').set({ address: null, state: 'erased' }).where('address', '=', 'n3@lillan.example').execute();
    await database
      .updateTable('subscriptions')
      .set({ topic: 'kollektivtrafik' })
      .where('subscriber', '=', await idOf('n4@lillan.example'))
      .execute();
    const allowed = peopleAt('lillan.example', PEOPLE).map(({ address }) => address);
    const mailRecipients = allowed.filter((address) => address !== 'n5@lillan.example').join(',');
    const strict = await world.sender({ config: { ...world.config, smtpUrl: world.smtp.url, mailRecipients } });
    await world.send(strict, release, 1);
    const rows = await world.rows(release);
    const codes = rows.filter((row) => row.state === 'suppressed').map((row) => row.code);
    expect(codes.sort()).toEqual(['complaint', 'erased', 'left-topic', 'not-allowed', 'unsubscribed']);
    expect(await world.states(release)).toEqual({ accepted: PEOPLE - 5, suppressed: 5 });
    const got = world.smtp.letters.map((letter) => letter.to);
    for (const number of [1, 2, 3, 4, 5]) expect(got).not.toContain(`n${number}@lillan.example`);
    expect((await world.equation(release))[0]).toMatchObject({ sumIsRight: true, audience: PEOPLE });
  });

  it('that was not confirmed sends nothing: its rows go back and somebody else sends them', async () => {
    const unsure = await world.sender({ database: losingOneCommit(world.services.database) });
    await expect(world.send(unsure, release, 1)).rejects.toThrow(ClaimUnconfirmed);
    expect(world.smtp.letters).toHaveLength(0);
    expect((await world.states(release)).claimed).toBeUndefined();
    expect((await world.states(release)).pending).toBeGreaterThan(0);
    await world.send(senders[1]!, release, 1);
    expect((await world.states(release)).pending).toBeUndefined();
  });

  it('whose COMMIT is still on its way is waited for before the rows are given back', async () => {
    const { database } = world.services;
    const lease = await senders[0]!.registration.lease();
    // The claim's own transaction, not ended yet as far as the server knows.
    let commit = () => {};
    const claimed = Promise.withResolvers<void>();
    const transaction = database.transaction().execute(async (tx) => {
      await sql`update deliveries set state = 'claimed', attempts = 1, claimed_by = ${lease.id}, carried_n = 1 where release = ${release} and seq = 0`.execute(
        tx,
      );
      claimed.resolve();
      await new Promise<void>((resolve) => {
        commit = resolve;
      });
    });
    await claimed.promise;
    const [row] = await world.rows(release);
    const held = { key: { release, n: 1, subscriber: row!.subscriber }, token: { claimedBy: lease.id, attempts: 1 } };
    const giving = senders[0]!.giveBack(lease, [held]);
    await until(async () => (await waitingForLocks(database)) > 0);
    commit();
    await Promise.all([transaction, giving]);
    expect((await world.rows(release))[0]).toMatchObject({ state: 'pending', attempts: 1 });
  });

  it('holds the answers while PostgreSQL is away, claims nothing meanwhile, and writes them when it is back', async () => {
    const away = { is: false };
    const cut = await world.sender({ database: failingWhile(world.services.database, away) });
    const settle = vi.spyOn(cut, 'settle');
    world.smtp.script = ({ phase }) => {
      if (phase === 'dot') away.is = true;
      return undefined;
    };
    const sending = runBatch(cut, { release, n: 1, batch: 0 }, new AbortController().signal);
    await until(async () => settle.mock.calls.length > 0);
    const taken = world.smtp.letters.length;
    expect(taken).toBeGreaterThan(0);
    expect((await world.states(release)).accepted).toBeUndefined();
    world.smtp.script = undefined;
    away.is = false;
    await sending;
    expect(new Set(world.smtp.letters.map((letter) => letter.to)).size).toBe(world.smtp.letters.length);
    const states = await world.states(release);
    expect(states.accepted).toBe(world.smtp.letters.length);
  });
});

async function waitingForLocks(db: Database): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.execute(db);
  return rows[0]!.count;
}

/** The database as seen over a line that breaks after the server took the COMMIT and before it said so; once. */
function losingOneCommit(db: Database): Database {
  let lost = false;
  return new Proxy(db, {
    get(target, name) {
      if (name !== 'transaction') return bound(target, name);
      return () => ({
        async execute(work: never) {
          const result = await target.transaction().execute(work);
          if (!lost) {
            lost = true;
            throw new Error('Connection terminated unexpectedly');
          }
          return result;
        },
      });
    },
  });
}

/** The database, of which nothing can be had while it is away. */
function failingWhile(db: Database, away: { is: boolean }): Database {
  const demand = () => {
    if (away.is) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  };
  return new Proxy(db, {
    get(target, name) {
      if (name === 'getExecutor') demand();
      if (name !== 'transaction') return bound(target, name);
      return () => ({
        async execute(work: never) {
          demand();
          return target.transaction().execute(work);
        },
      });
    },
  });
}

function bound(target: Database, name: string | symbol): unknown {
  const value = Reflect.get(target, name, target);
  return typeof value === 'function' ? value.bind(target) : value;
}
