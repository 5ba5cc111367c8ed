import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freezeAudience } from '../../../src/shared/delivery/audience.ts';
import { concludeRun, reopenRuns } from '../../../src/shared/delivery/run-end.ts';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { findDueBatches, sweepClaims } from '../../../src/shared/delivery/sweep.ts';
import { stopLetters } from '../../../src/shared/publishing/letters.ts';
import { type LetterWorld, latch, openLetterWorld, peopleAt, until } from '../../support/letters.ts';
import { correct, plainContent, publish } from '../../support/newsdesk.ts';

const PEOPLE = 3;

let world: LetterWorld;
let sender: Sender;
let mark = 0;
let release: string;
beforeAll(async () => {
  world = await openLetterWorld();
  await world.people(peopleAt('lillan.example', PEOPLE));
});
beforeEach(async () => {
  mark += 1;
  world.smtp.script = undefined;
  world.smtp.letters.length = 0;
  sender = await world.sender();
  ({ release } = await publish(world, content()));
  await world.emailJob(release, 1);
});
afterAll(() => world.close());

const content = (overrides = {}) => plainContent(overrides, `Nummer ${mark}`);
const fallAsleep = () => sql`update senders set seen_at = seen_at - interval '61 seconds'`.execute(world.services.database);

describe('a run that has ended', () => {
  it('is open again when a sender that was away gives back what it never began: nobody is forgotten', async () => {
    const held = latch();
    // All three have begun; the line of each breaks before its final dot, long after the sweep gave them up.
    world.smtp.script = ({ phase }) => (phase === 'mail' ? { wait: held.wait, drop: true } : undefined);
    const sending = world.send(sender, release, 1);
    await until(async () => (await world.states(release)).claimed === PEOPLE);
    await fallAsleep();
    await sweepClaims(world.services);
    await world.emailJob(release, 1);
    expect(await world.receipt(release, 1)).toBe('done');
    held.open();
    await sending;
    expect(await world.states(release)).toEqual({ deferred: PEOPLE });
    expect(await world.receipt(release, 1)).toBe('owed');
    world.smtp.script = undefined;
    await world.allDue();
    expect(await findDueBatches(world.services.database, 10, { release, n: 1 })).toHaveLength(1);
    await world.send(await world.sender(), release, 1);
    await world.emailJob(release, 1);
    expect([await world.states(release), await world.receipt(release, 1)]).toEqual([{ accepted: PEOPLE }, 'done']);
  });

  it('with unknown letters can be stopped still: what its sender gives back later is cancelled, not sent', async () => {
    const held = latch();
    world.smtp.script = ({ phase }) => (phase === 'mail' ? { wait: held.wait, drop: true } : undefined);
    const sending = world.send(sender, release, 1);
    await until(async () => (await world.states(release)).claimed === PEOPLE);
    await fallAsleep();
    await sweepClaims(world.services);
    await world.emailJob(release, 1);
    expect(await stopLetters(world.services, world.jonas, { release })).toMatchObject({ changed: 1 });
    held.open();
    await sending;
    await world.emailJob(release, 1);
    expect([await world.states(release), await world.receipt(release, 1)]).toEqual([{ cancelled: PEOPLE }, 'done']);
  });

  it('is not called ended at the moment in which a row of it is opened', async () => {
    const { database } = world.services;
    await sql`update deliveries set state = 'unknown' where release = ${release}`.execute(database);
    const opened = latch();
    const goOn = latch();
    const opening = database.transaction().execute(async (tx) => {
      await sql`update deliveries set state = 'pending' where release = ${release}`.execute(tx);
      await reopenRuns(tx, [{ release, n: 1 }]);
      opened.open();
      await goOn.wait;
    });
    await opened.wait;
    // Asked while the row is open and nobody else can see it yet.
    const concluding = concludeRun(database, { release, n: 1 });
    await until(async () => {
      const { rows } = await sql`select from pg_locks where not granted`.execute(database);
      return rows.length > 0;
    });
    goOn.open();
    await opening;
    expect(await concluding).toBe(false);
    expect(await world.receipt(release, 1)).toBe('owed');
  });
});

describe('a correction of a release whose letters were stopped', () => {
  it('goes to everybody who has the wrong text, also when the stopped letters are not cancelled yet', async () => {
    await world.send(sender, release, 1);
    await correct(world, release, content({ body: 'Rättad text.' }), { kind: 'major' });
    await world.emailJob(release, 2);
    await stopLetters(world.services, world.jonas, { release });
    await correct(world, release, content({ body: 'Rättad än en gång.' }), { kind: 'major' });
    // The e-mail job of the stopped run has not come to it.
    expect(await freezeAudience(world.services.database, { release, n: 3 })).toEqual({ kind: 'frozen', audience: PEOPLE });
  });
});

describe('a letter that cannot be made', () => {
  it('pauses its run with the reason, claims nothing and leaves the other runs alone', async () => {
    await sql`alter table revisions disable trigger revisions_fixed`.execute(world.services.database);
    await sql`update revisions set content = content - 'title' where release = ${release}`.execute(world.services.database);
    await sql`alter table revisions enable trigger revisions_fixed`.execute(world.services.database);
    expect(await world.send(sender, release, 1)).toEqual({ why: 'not-running', letters: 0 });
    expect((await world.equation(release))[0]).toMatchObject({
      state: 'paused',
      reason: expect.stringMatching(/^the letter cannot be made: /),
      counts: { pending: PEOPLE },
    });
    const other = await publish(world, plainContent({}, `Annat ${mark}`));
    await world.emailJob(other.release, 1);
    await world.send(sender, other.release, 1);
    expect(await world.states(other.release)).toEqual({ accepted: PEOPLE });
  });
});
