import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { journalFolder, listJournals } from '../../../src/shared/delivery/journal.ts';
import { sweepClaims } from '../../../src/shared/delivery/sweep.ts';
import { retryUnknown } from '../../../src/shared/delivery/unknown.ts';
import { type LetterWorld, latch, openLetterWorld, peopleAt, until } from '../../support/letters.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';

let world: LetterWorld;
let mark = 0;
let release: string;
beforeAll(async () => {
  world = await openLetterWorld();
  await world.people(peopleAt('lillan.example', 5));
});
beforeEach(async () => {
  mark += 1;
  world.smtp.script = undefined;
  world.smtp.letters.length = 0;
  ({ release } = await publish(world, plainContent({}, `Nummer ${mark}`)));
  await world.emailJob(release, 1);
});
afterAll(() => world.close());

const folder = () => journalFolder(world.dataDir);
const sweep = () => sweepClaims(world.services);

describe('a sender that was stopped and wakes', () => {
  it('settles its own rows by token: those it sent and those it never began', async () => {
    const sender = await world.sender();
    const held = latch();
    world.smtp.script = ({ phase, to }) => (phase === 'dot' && to[0] !== 'n4@lillan.example' ? { wait: held.wait } : undefined);
    const sending = world.send(sender, release, 1);
    await until(async () => (await world.states(release)).claimed === 5);
    await fallAsleep();
    await sweep();
    expect(await world.states(release)).toEqual({ unknown: 5 });
    held.open();
    await sending;
    expect(await world.states(release)).toEqual({ accepted: 5 });
    expect(world.smtp.letters).toHaveLength(5);
    expect(readFileSync(join(world.dataDir, 'journal', listJournals(folder())[0]!.concat('.journal')), 'utf8')).not.toContain('@');
  });

  it('writes nothing into a row that a person has put back and another sender has sent', async () => {
    const [sleeper, other] = [await world.sender(), await world.sender()];
    const held = latch();
    let late = 0;
    world.smtp.script = ({ phase }) => {
      if (phase !== 'dot' || late >= 5) return undefined;
      late += 1;
      return { wait: held.wait, reply: '550 5.1.1 no such mailbox' };
    };
    const sending = world.send(sleeper, release, 1);
    await until(async () => late === 5);
    await fallAsleep();
    await sweep();
    const change = await world.services.database.transaction().execute((tx) => retryUnknown(tx, { release, reason: 'test' }));
    expect(change).toEqual({ changed: 5, revisions: [1] });
    await world.send(other, release, 1);
    const before = await world.rows(release);
    held.open();
    await sending;
    expect(await world.rows(release)).toEqual(before);
    expect(await world.states(release)).toEqual({ accepted: 5 });
    // The token did not match, so nobody was suppressed for the late 550 either.
    expect(await world.services.database.selectFrom('suppressions').selectAll().execute()).toEqual([]);
  });

  it('begins nothing under the id that others took for gone, and goes on under a new one', async () => {
    const sender = await world.sender();
    const old = await sender.registration.lease();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 46_000);
    expect(old.fresh).toBe(false);
    const renewed = await Promise.all([sender.registration.lease(), sender.registration.lease()]);
    expect(renewed[0]).toBe(renewed[1]);
    expect(renewed[0]!.id).not.toBe(old.id);
    clock.mockRestore();
    await world.send(sender, release, 1);
    const claimers = new Set((await world.rows(release)).map((row) => row.claimed_by));
    expect(claimers).toEqual(new Set([(await sender.registration.lease()).id]));
  });

  it('learns from a beat that it was taken for gone', async () => {
    const sender = await world.sender();
    const lease = await sender.registration.lease();
    await sender.registration.beat();
    expect(lease.fresh).toBe(true);
    await fallAsleep();
    await sender.registration.beat();
    expect(lease.fresh).toBe(false);
  });

  it('taken for gone while it claims gives everything back and leaves no journal behind', async () => {
    const sender = await world.sender();
    const old = await sender.registration.lease();
    await fallAsleep();
    const claiming = world.send(sender, release, 1);
    await sender.registration.beat();
    await claiming;
    expect(old.fresh).toBe(false);
    expect(await world.states(release)).toEqual({ accepted: 5 });
    expect(listJournals(folder())).not.toContain(old.id);
    expect(world.smtp.letters).toHaveLength(5);
  });

  it('stops in the middle of a group when it is no longer fresh: what it had not begun goes back', async () => {
    const sender = await world.sender();
    const real = Date.now.bind(Date);
    let offset = 0;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => real() + offset);
    world.smtp.script = ({ phase }) => {
      if (phase === 'mail') offset = 46_000;
      return undefined;
    };
    const { release: long } = await publishTo(20);
    const sending = world.send(sender, long, 1);
    await until(async () => world.smtp.letters.length > 0);
    await sending;
    clock.mockRestore();
    const rows = await world.rows(long);
    // Five lines had begun; the rest was claimed again under a new id.
    expect(new Set(rows.filter((row) => row.state === 'accepted').map((row) => row.claimed_by)).size).toBeGreaterThan(1);
    expect(new Set(world.smtp.letters.map((letter) => letter.to)).size).toBe(world.smtp.letters.length);
  });
});

async function publishTo(more: number): Promise<{ release: string }> {
  await world.people(peopleAt(`mer${mark}.example`, more));
  const published = await publish(world, plainContent({}, `Fler ${mark}`));
  await world.emailJob(published.release, 1);
  return published;
}

/** What a minute and a half of SIGSTOP looks like to everybody else. */
async function fallAsleep(): Promise<void> {
  await sql`update senders set seen_at = clock_timestamp() - interval '90 seconds'`.execute(world.services.database);
}
