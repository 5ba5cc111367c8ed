import { type KyselyPlugin, sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { applyConsequence } from '../../../src/shared/delivery/bounce-effects.ts';
import type { Shard } from '../../../src/shared/delivery/digest-rows.ts';
import { erase } from '../../../src/shared/delivery/erasure.ts';
import { runDigests } from '../../../src/shared/delivery/run-digests.ts';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { sleep } from '../../../src/shared/platform/clock.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import { idOf, windowComes } from '../../support/digests.ts';
import { type LetterWorld, latch, openLetterWorld, until } from '../../support/letters.ts';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';

/*
 * Digests beside everything else that touches their rows: corrections that answer them, and whoever locks several rows of the same person.
 */

let world: LetterWorld;
let sender: Sender;
const logs: string[] = [];
beforeAll(async () => {
  world = await openLetterWorld();
  sender = await world.sender({ log: pino({ level: 'warn' }, { write: (line: string) => void logs.push(line) }) });
});
beforeEach(async () => {
  logs.length = 0;
  world.smtp.script = undefined;
  world.smtp.letters.length = 0;
  await sql`update deliveries set state = 'cancelled' where state in ('pending', 'deferred', 'claimed', 'unknown')`.execute(db());
  await sql`update subscribers set state = 'unsubscribed' where state = 'active'`.execute(db());
});
afterAll(() => world.close());

const db = () => world.services.database;
const lettersTo = (address: string) => world.smtp.letters.filter(({ to }) => to === address);
const field = (raw: string, name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(raw)?.[1];

let mark = 0;
async function release(): Promise<{ release: string; title: string }> {
  mark += 1;
  const title = `Ärende ${mark}x`;
  const made = await publish(world, plainContent({}, title));
  await world.emailJob(made.release, 1);
  return { release: made.release, title };
}

it('a correction answers the letter in which the person got the first text: the digest, or the one about the release alone', async () => {
  const [day, now] = ['dag@lillan.example', 'nu@lillan.example'];
  await world.people([{ address: day, frequency: 'daily' }, { address: now }]);
  const { release: id, title } = await release();
  await world.send(sender, id, 1);
  await windowComes(world, 'daily');
  await world.sendDigests(sender);
  await correct(world, id, plainContent({ lead: 'Nu med rätt dag.' }, title), { kind: 'major' });
  await world.emailJob(id, 2);
  await world.send(sender, id, 2);
  await withdraw(world, id);
  await world.emailJob(id, 3);
  await world.send(sender, id, 3);
  for (const address of [day, now]) {
    const [first, ...later] = lettersTo(address);
    expect(later).toHaveLength(2);
    for (const { raw } of later) {
      expect(field(raw, 'In-Reply-To')).toBe(first!.messageId);
      expect(field(raw, 'References')).toBe(first!.messageId);
    }
  }
});

/** Sends a digest of two releases and calls `meanwhile` while its answers wait for the row with the greater id. Gives the person. */
async function settleBeside(
  address: string,
  meanwhile: (about: { subscriber: string; releases: string[] }) => Promise<unknown>,
): Promise<void> {
  await world.people([{ address, frequency: 'daily' }]);
  const subscriber = await idOf(world, address);
  const pair = await pairInOrder();
  await windowComes(world, 'daily');
  const [arrived, answer, held, free] = [latch(), latch(), latch(), latch()];
  world.smtp.script = ({ phase }) => {
    if (phase !== 'dot') return undefined;
    arrived.open();
    return { wait: answer.wait };
  };
  const sent = world.sendDigests(sender);
  await arrived.wait;
  const holding = db()
    .transaction()
    .execute(async (tx) => {
      await sql`select from deliveries where release = ${pair[1]!} and subscriber = ${subscriber} for update`.execute(tx);
      held.open();
      await free.wait;
    });
  await held.wait;
  answer.open();
  await waiting(1);
  const other = meanwhile({ subscriber, releases: pair });
  await waiting(2);
  free.open();
  await Promise.all([holding, sent, other]);
  expect(logs.filter((line) => line.includes('deadlock'))).toEqual([]);
}

/** Two releases, of which the newer has the greater id: a digest names it first. */
async function pairInOrder(): Promise<string[]> {
  const made = [(await release()).release];
  for (;;) {
    const next = (await release()).release;
    if (next > made[0]!) return [made[0]!, next];
    await sql`update deliveries set state = 'cancelled' where release = ${made[0]!}`.execute(db());
    made[0] = next;
  }
}

async function waiting(count: number): Promise<void> {
  await until(async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(db());
    return rows[0]!.count >= count;
  });
}

it('the answers of a digest and the erasure of its reader do not wait for each other', async () => {
  await settleBeside('bort@lillan.example', ({ subscriber }) =>
    erase(world.services, { person: { subscriber }, way: 'page', account: null }),
  );
});

it('the answers of a digest and a report about it do not wait for each other', async () => {
  const address = 'studs@lillan.example';
  const addressKey = await getKey(db(), 'address');
  await settleBeside(address, ({ subscriber, releases }) =>
    db()
      .transaction()
      .execute((tx) =>
        applyConsequence(tx, {
          bounce: 1,
          verdict: 'soft',
          code: '4.2.2',
          reply: 'full',
          mta: 'mx',
          subscriber,
          address,
          letter: { release: releases[0]!, n: 1 },
          addressKey,
        }),
      ),
  );
});

it('a digest of a whole week leaves though PostgreSQL is slow: the look before it asks once, not once for each release', async () => {
  const address = 'vecka@lillan.example';
  await world.people([{ address, frequency: 'weekly' }]);
  for (let count = 0; count < 12; count += 1) await release();
  await windowComes(world, 'weekly');
  const answersLate: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      await sleep(60);
      return result;
    },
  };
  const slow = await world.sender({ database: db().withPlugin(answersLate) });
  const shard = (await idOf(world, address))[0] as Shard;
  await runDigests(slow, shard, AbortSignal.timeout(10_000));
  expect(lettersTo(address)).toHaveLength(1);
  const { rows } = await sql<{ attempts: number }>`
    select distinct d.attempts from deliveries d join subscribers s on s.id = d.subscriber where s.address = ${address}`.execute(db());
  expect(rows).toEqual([{ attempts: 1 }]);
});
