import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { holdOpenLetters } from '../../../src/shared/delivery/hold-open.ts';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { listUnknown } from '../../../src/shared/delivery/unknown.ts';
import { retryLetters, stopLetters } from '../../../src/shared/publishing/letters.ts';
import { type LetterWorld, openLetterWorld, peopleAt } from '../../support/letters.ts';
import { correct, plainContent, publish } from '../../support/newsdesk.ts';

const PEOPLE = 5;

let world: LetterWorld;
let sender: Sender;
let mark = 0;
let release: string;
beforeAll(async () => {
  world = await openLetterWorld();
  await world.people(peopleAt('lillan.example', PEOPLE));
  sender = await world.sender();
});
beforeEach(async () => {
  mark += 1;
  world.smtp.letters.length = 0;
  ({ release } = await publish(world, plainContent({}, `Nummer ${mark}`)));
  await world.emailJob(release, 1);
  world.smtp.script = ({ phase }) => (phase === 'dot' ? { drop: true, keep: true } : undefined);
  await world.send(sender, release, 1);
  world.smtp.script = undefined;
});
afterAll(() => world.close());

const decide = (unknown: 'resend' | 'settle') => retryLetters(world.services, world.jonas, { release, unknown });
const aMinuteLater = () =>
  sql`update deliveries set at = at - interval '61 seconds' where release = ${release}`.execute(world.services.database);

describe('unknown letters', () => {
  it('are listed page by page', async () => {
    const first = await listUnknown(world.services.database, { release, limit: 3 });
    const second = await listUnknown(world.services.database, { release, limit: 3, after: first.next });
    expect([first.items.length, second.items.length, second.next]).toEqual([3, 2, undefined]);
    expect(new Set([...first.items, ...second.items].map((letter) => letter.address)).size).toBe(PEOPLE);
    expect(first.items[0]).toMatchObject({ n: 1, seq: 0, code: 'line-lost', refused: true });
  });

  it('may not be decided on while they are fresh and their sender lives', async () => {
    await expect(decide('resend')).rejects.toThrow(/none of them can be decided on now/);
    await expect(decide('settle')).rejects.toThrow(/none of them can be decided on now/);
    expect(await world.states(release)).toEqual({ unknown: PEOPLE });
  });

  it('sent again carry the newest text under the same Message-ID', async () => {
    const before = new Map(world.smtp.letters.map((letter) => [letter.to, letter.messageId]));
    await correct(world, release, plainContent({ body: 'Rättad text.' }, `Nummer ${mark}`), { kind: 'minor' });
    await world.emailJob(release, 1);
    expect(await world.receipt(release, 1)).toBe('done');
    await aMinuteLater();
    expect(await decide('resend')).toMatchObject({ changed: PEOPLE });
    expect(await world.receipt(release, 1)).toBe('owed');
    world.smtp.letters.length = 0;
    await world.send(sender, release, 1);
    expect(new Map(world.smtp.letters.map((letter) => [letter.to, letter.messageId]))).toEqual(before);
    expect(world.smtp.letters.every((letter) => letter.raw.includes('R=C3=A4ttad text'))).toBe(true);
    expect((await world.rows(release)).every((row) => row.state === 'accepted' && row.carried_n === 2 && row.attempts === 2)).toBe(true);
    await world.emailJob(release, 1);
    expect(await world.receipt(release, 1)).toBe('done');
  });

  it('settled count as accepted, with whose word it was', async () => {
    await aMinuteLater();
    expect(await decide('settle')).toMatchObject({ changed: PEOPLE });
    expect((await world.rows(release)).map((row) => [row.state, row.code, row.reply])).toEqual(
      Array(PEOPLE).fill(['accepted', 'settled', 'by Jonas Lind']),
    );
    expect((await world.equation(release))[0]!.sumIsRight).toBe(true);
  });

  it('of a stopped run are never sent again, but can be settled', async () => {
    const { release: stopped } = await publish(world, plainContent({}, `Stoppad ${mark}`));
    await world.emailJob(stopped, 1);
    await sql`update deliveries set state = 'unknown', at = clock_timestamp() - interval '2 minutes' where release = ${stopped} and seq < 2`.execute(
      world.services.database,
    );
    await stopLetters(world.services, world.jonas, { release: stopped });
    await expect(retryLetters(world.services, world.jonas, { release: stopped, unknown: 'resend' })).rejects.toThrow(/none of them/);
    expect(await retryLetters(world.services, world.jonas, { release: stopped, unknown: 'settle' })).toMatchObject({ changed: 2 });
  });
});

describe('letters held after a restore', () => {
  const db = () => world.services.database;
  const hold = (lettersAgain = false) =>
    db()
      .transaction()
      .execute((tx) => holdOpenLetters(tx, { reason: 'restored from the backup of then', claimedOnly: lettersAgain }));

  it('that waited for a digest still to come are counted, and wait for it again when a person says that they have not left', async () => {
    const again = await publish(world, plainContent({}, `Åter ${mark}`));
    await world.emailJob(again.release, 1);
    const set = (seqs: number[], what: ReturnType<typeof sql>) =>
      sql`update deliveries set ${what} where release = ${again.release} and seq = any (${seqs}::int[])`.execute(db());
    await set([0, 1], sql`frequency = 'weekly', due_at = clock_timestamp() + interval '3 days'`);
    // Its window has come since, one was put off after its window, and one goes at once.
    await set([2], sql`frequency = 'daily', due_at = clock_timestamp() - interval '1 hour'`);
    await set([3], sql`frequency = 'daily', state = 'deferred', attempts = 1, due_at = clock_timestamp() + interval '1 hour'`);
    const held = (await hold()).find((run) => run.release === again.release);
    expect(held).toMatchObject({ letters: 5, waiting: 2 });
    await sql`update deliveries set at = at - interval '61 seconds' where release = ${again.release}`.execute(db());
    await retryLetters(world.services, world.jonas, { release: again.release, unknown: 'resend' });
    const rows = await world.rows(again.release);
    expect(rows.map(({ code, due_at }) => [code, due_at.getTime() > Date.now()])).toEqual([
      [null, true],
      [null, true],
      ['resend', false],
      ['resend', false],
      ['resend', false],
    ]);
    expect((await world.equation(again.release))[0]).toMatchObject({ waiting: { count: 2 }, sumIsRight: true });
  });
});
