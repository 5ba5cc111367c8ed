import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, rmdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Journal, journalFolder, listJournals } from '../../../src/shared/delivery/journal.ts';
import { hostName } from '../../../src/shared/delivery/senders.ts';
import type { RowKey, Settlement } from '../../../src/shared/delivery/settlement.ts';
import { sweepClaims } from '../../../src/shared/delivery/sweep.ts';
import { bootId, findProcess } from '../../../src/shared/platform/process-identity.ts';
import { type LetterWorld, openLetterWorld, peopleAt } from '../../support/letters.ts';
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

const ACCEPTED: Settlement = { to: 'accepted', code: '250 2.0.0', reply: 'taken', relay: 'mail.example:587' };
const held = (key: RowKey) => ({ key, token: { claimedBy: '', attempts: 1 } });
/** A process that was alive and is not any more. */
const dead = { pid: spawnSync(process.execPath, ['-e', '']).pid, start: '1' };
const alive = { pid: process.pid, start: findProcess(process.pid)!.startedAt };

type Gone = { process?: { pid: number; start: string }; host?: string; boot?: string; silentSeconds?: number };

/** A sender that claimed the whole run, as another process would have left it. */
async function claimedBy({ process: of = dead, host = hostName(), boot = bootId(), silentSeconds = 0 }: Gone): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into senders (id, host, pid, boot_id, process_start, seen_at)
    values (${id}, ${host}, ${of.pid}, ${boot}, ${of.start}, clock_timestamp() - make_interval(secs => ${silentSeconds}))`.execute(
    world.services.database,
  );
  await sql`update deliveries set state = 'claimed', attempts = 1, claimed_by = ${id}, carried_n = 1 where release = ${release}`.execute(
    world.services.database,
  );
  return id;
}

const folder = () => journalFolder(world.dataDir);
const sweep = () => sweepClaims(world.services);
const stateOf = async (seq: number) => (await world.rows(release))[seq]!;

describe('the sweep of claims', () => {
  it('judges a dead sender by its journal: not begun → sent again, answered → that answer, begun only → unknown', async () => {
    const sender = await claimedBy({});
    const rows = await world.rows(release);
    const key = (seq: number) => ({ release, n: 1, subscriber: rows[seq]!.subscriber });
    const journal = new Journal(folder(), sender);
    journal.begin([held(key(0))]);
    journal.begin([held(key(1))]);
    journal.answer([held(key(1))], ACCEPTED);
    journal.begin([held(key(2))]);
    journal.answer([held(key(2))], {
      to: 'rejected',
      code: '550 5.1.1',
      reply: 'no such mailbox',
      relay: 'mail.example:587',
      hardBounce: false,
    });
    // The machine of a killed sender: the last line is torn.
    appendFileSync(join(folder(), `${sender}.journal`), 'deadbeef begin half');
    expect(await sweep()).toBe(5);
    expect((await world.rows(release)).map((row) => [row.state, row.code])).toEqual([
      ['unknown', 'sender-died'],
      ['accepted', '250 2.0.0'],
      ['rejected', '550 5.1.1'],
      ['pending', null],
      ['pending', null],
    ]);
    expect(listJournals(folder())).not.toContain(sender);
    expect(await sweep()).toBe(0);
    expect((await world.equation(release))[0]!.sumIsRight).toBe(true);
  });

  it('suppresses the address that a dead sender had learnt is wrong', async () => {
    const sender = await claimedBy({});
    const rows = await world.rows(release);
    const journal = new Journal(folder(), sender);
    journal.begin([held({ release, n: 1, subscriber: rows[0]!.subscriber })]);
    journal.answer([held({ release, n: 1, subscriber: rows[0]!.subscriber })], {
      to: 'rejected',
      code: '550 5.1.1',
      reply: 'no',
      relay: 'r',
      hardBounce: true,
    });
    await sweep();
    const suppressions = await world.services.database.selectFrom('suppressions').selectAll().execute();
    expect(suppressions).toHaveLength(1);
    await world.services.database.deleteFrom('suppressions').execute();
  });

  it('waits a minute for a sender that may live, and then calls its claims unknown', async () => {
    await claimedBy({ process: alive, silentSeconds: 55 });
    expect(await sweep()).toBe(0);
    await sql`update senders set seen_at = seen_at - interval '10 seconds'`.execute(world.services.database);
    expect(await sweep()).toBe(5);
    expect(await world.states(release)).toEqual({ unknown: 5 });
  });

  it.each([
    ['of another machine', { host: 'annan-maskin', silentSeconds: 61 }],
    ['from before a reboot', { boot: 'another-boot', silentSeconds: 61 }],
    ['whose journal is gone', { silentSeconds: 61 }],
  ])('believes no journal and no pid of a sender %s', async (_who, gone) => {
    const sender = await claimedBy(gone);
    if (!_who.includes('journal')) new Journal(folder(), sender).close();
    await sweep();
    expect(await world.states(release)).toEqual({ unknown: 5 });
  });

  it('knows a pid that was given out again for another process', async () => {
    const sender = await claimedBy({ process: { pid: process.pid, start: 'another start' } });
    const file = join(folder(), `${sender}.journal`);
    appendFileSync(file, '');
    expect(await sweep()).toBe(5);
    expect(await world.states(release)).toEqual({ pending: 5 });
  });

  it('lets a journal correct what is unknown already, once its sender is known to be dead', async () => {
    const sender = await claimedBy({ process: alive, silentSeconds: 61 });
    const { subscriber } = await stateOf(0);
    const journal = new Journal(folder(), sender);
    journal.begin([held({ release, n: 1, subscriber })]);
    journal.answer([held({ release, n: 1, subscriber })], ACCEPTED);
    await sweep();
    expect(await world.states(release)).toEqual({ unknown: 5 });
    await sql`update senders set pid = ${dead.pid}, process_start = ${dead.start} where id = ${sender}`.execute(world.services.database);
    await sweep();
    expect(await world.states(release)).toEqual({ accepted: 1, pending: 4 });
  });

  it('leaves unknown what a sender itself called so, also when it dies long after and its journal has forgotten the letter', async () => {
    // Its server cuts the second line after the final dot.
    let letters = 0;
    world.smtp.script = ({ phase }) => {
      if (phase !== 'dot') return undefined;
      letters += 1;
      return letters === 2 ? { drop: true, keep: true } : undefined;
    };
    const sender = await world.sender();
    await world.send(sender, release, 1);
    expect(await world.states(release)).toEqual({ accepted: 4, unknown: 1 });
    const { id } = await sender.registration.lease();
    expect(listJournals(folder())).toContain(id);
    await sql`update senders set pid = ${dead.pid}, process_start = ${dead.start} where id = ${id}`.execute(world.services.database);
    await sweep();
    expect(await world.states(release)).toEqual({ accepted: 4, unknown: 1 });
  });

  it('judges the others when the journal of one cannot be read, and says so', async () => {
    const unreadable = await claimedBy({});
    mkdirSync(join(folder(), `${unreadable}.journal`));
    const half = (await world.rows(release)).slice(0, 2).map((row) => row.subscriber);
    const other = randomUUID();
    await sql`
      insert into senders (id, host, pid, boot_id, process_start) values (${other}, ${hostName()}, ${dead.pid}, ${bootId()}, ${dead.start})`.execute(
      world.services.database,
    );
    await sql`update deliveries set claimed_by = ${other} where release = ${release} and subscriber = any (${half}::uuid[])`.execute(
      world.services.database,
    );
    new Journal(folder(), other);
    await expect(sweep()).rejects.toThrow(/EISDIR/);
    expect(await world.states(release)).toEqual({ pending: 2, claimed: 3 });
    rmdirSync(join(folder(), `${unreadable}.journal`));
    await sql`update senders set seen_at = seen_at - interval '61 seconds'`.execute(world.services.database);
    await sweep();
    expect(await world.states(release)).toEqual({ pending: 2, unknown: 3 });
  });

  it('removes a journal a week after PostgreSQL forgot its sender', async () => {
    const [old, young] = [randomUUID(), randomUUID()];
    for (const id of [old, young]) new Journal(folder(), id);
    const weekAgo = new Date(Date.now() - 8 * 24 * 3_600_000);
    utimesSync(join(folder(), `${old}.journal`), weekAgo, weekAgo);
    await sweep();
    expect([listJournals(folder()).includes(old), listJournals(folder()).includes(young)]).toEqual([false, true]);
  });

  it('run by ten at once writes each row once', async () => {
    await claimedBy({ silentSeconds: 61, host: 'annan-maskin' });
    const written = await Promise.all(Array.from({ length: 10 }, sweep));
    expect(written.reduce((sum, count) => sum + count, 0)).toBe(5);
  });
});
