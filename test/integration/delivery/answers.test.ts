import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listRelayTroubles } from '../../../src/shared/delivery/relays.ts';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { resumeLetters } from '../../../src/shared/publishing/letters.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import { addressHash, findSuppression } from '../../../src/shared/subscribers/suppressions.ts';
import { type LetterWorld, openLetterWorld, peopleAt } from '../../support/letters.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';
import type { SmtpPhase } from '../../support/smtp-server.ts';

let world: LetterWorld;
let sender: Sender;
let mark = 0;
let release: string;
beforeAll(async () => {
  world = await openLetterWorld();
  await world.people([...peopleAt('lillan.example', 4), ...peopleAt('granback.example', 4)]);
  sender = await world.sender();
});
beforeEach(async () => {
  mark += 1;
  world.smtp.script = undefined;
  world.smtp.letters.length = 0;
  world.smtp.commands.length = 0;
  await sql`delete from relays`.execute(world.services.database);
  await sql`delete from suppressions`.execute(world.services.database);
  ({ release } = await publish(world, plainContent({}, `Nummer ${mark}`)));
  await world.emailJob(release, 1);
});
afterAll(() => world.close());

const answerAt = (at: SmtpPhase, reply: string, to?: string) => {
  world.smtp.script = ({ phase, to: recipients }) => (phase === at && (!to || recipients[0]?.endsWith(to)) ? { reply } : undefined);
};
const secondsUntil = (date: Date) => (date.getTime() - Date.now()) / 1_000;
const trouble = async () => (await listRelayTroubles(world.services.database))[0];

describe('a refusal that is ours', () => {
  it.each<[string, SmtpPhase, string]>([
    ['the greeting', 'connect', '554 5.3.2 go away'],
    ['EHLO', 'ehlo', '550 5.7.1 not you'],
    ['MAIL FROM', 'mail', '550 5.7.1 sender not allowed'],
  ])('at %s rejects nobody: the rows go back, the relay rests with the reason', async (_what, phase, reply) => {
    // A line of its own for this test: one kept from the test before has its greeting behind it.
    const fresh = await world.sender();
    answerAt(phase, reply);
    expect(await world.send(fresh, release, 1)).toMatchObject({ why: 'relay-paused' });
    expect(await world.states(release)).toEqual({ pending: 8 });
    expect(await trouble()).toMatchObject({ name: sender.transport.relay, tries: 1, reason: expect.stringContaining(reply.slice(0, 9)) });
    await world.emailJob(release, 1);
    expect(await world.receipt(release, 1)).toBe('owed');
  });

  it('is probed with one letter, in growing gaps, by one sender at a time; the first success lets everything go on', async () => {
    const senders = [sender, await world.sender(), await world.sender()];
    answerAt('mail', '451 4.3.0 busy');
    await world.send(sender, release, 1);
    const gaps: number[] = [];
    for (let probe = 0; probe < 3; probe += 1) {
      await world.allDue();
      world.smtp.commands.length = 0;
      await Promise.all(senders.map((one) => world.send(one, release, 1)));
      expect(world.smtp.commands.filter((line) => line.startsWith('MAIL'))).toHaveLength(1);
      gaps.push(secondsUntil((await trouble())!.pausedUntil));
    }
    expect(gaps[1]! / gaps[0]!).toBeGreaterThan(1.7);
    expect(gaps[2]! / gaps[1]!).toBeGreaterThan(1.7);
    expect((await trouble())!.tries).toBe(4);
    world.smtp.script = undefined;
    await world.allDue();
    await world.send(sender, release, 1);
    expect(await world.states(release)).toEqual({ accepted: 8 });
    expect(await trouble()).toBeUndefined();
  });

  it('is not probed with somebody who gets no letter: nobody would wait for that answer in vain', async () => {
    const [first] = await world.rows(release);
    await sql`insert into relays (name, reason, tries, since) values (${sender.transport.relay}, 'busy', 1, clock_timestamp())`.execute(
      world.services.database,
    );
    await sql`update subscribers set state = 'unsubscribed' where id = ${first!.subscriber}`.execute(world.services.database);
    await world.send(sender, release, 1);
    await sql`update subscribers set state = 'active' where id = ${first!.subscriber}`.execute(world.services.database);
    expect(await world.states(release)).toEqual({ accepted: 7, suppressed: 1 });
    expect(await trouble()).toBeUndefined();
  });

  it('ends when a person who mended the cause resumes the letters', async () => {
    answerAt('mail', '535 5.7.8 no');
    await world.send(sender, release, 1);
    world.smtp.script = undefined;
    expect(await world.send(sender, release, 1)).toEqual({ why: 'relay-paused', letters: 0 });
    await resumeLetters(world.services, world.jonas, { release });
    await world.send(sender, release, 1);
    expect(await world.states(release)).toEqual({ accepted: 8 });
  });
});

describe('a text the relay refuses', () => {
  const reply = '550 5.7.1 this is spam';
  const paused = async () => (await world.equation(release))[0]!;

  it('of one letter is tried again for four days, then given up without barring anybody; the relay never rests for it', async () => {
    const [first] = await world.rows(release);
    answerAt('dot', reply, first!.address);
    for (const hoursAgo of [0, 1, 50]) {
      await sql`update deliveries set deferred_at = clock_timestamp() - make_interval(hours => ${hoursAgo}) where release = ${release} and deferred_at is not null`.execute(
        world.services.database,
      );
      await world.allDue();
      await world.send(sender, release, 1);
      expect(await world.states(release)).toEqual({ accepted: 7, deferred: 1 });
      expect(secondsUntil((await world.rows(release))[0]!.due_at)).toBeGreaterThan(20 * 60);
      expect(await trouble()).toBeUndefined();
      expect((await paused()).state).toBe('running');
    }
    await sql`update deliveries set deferred_at = clock_timestamp() - interval '97 hours' where release = ${release} and state = 'deferred'`.execute(
      world.services.database,
    );
    await world.allDue();
    await world.send(sender, release, 1);
    expect(await world.states(release)).toEqual({ accepted: 7, rejected: 1 });
    expect(await world.services.database.selectFrom('suppressions').selectAll().execute()).toEqual([]);
    await world.emailJob(release, 1);
    expect(await world.receipt(release, 1)).toBe('done');
  });

  it('five times in a row pauses that run with the reason, while other releases go out', async () => {
    const { release: other } = await publish(world, plainContent({}, `Annan ${mark}`));
    await world.emailJob(other, 1);
    world.smtp.script = ({ phase, text }) => (phase === 'dot' && text.includes(`Nummer ${mark}`) ? { reply } : undefined);
    expect((await world.send(sender, release, 1)).why).toBe('not-running');
    expect(await paused()).toMatchObject({ state: 'paused', sumIsRight: true, reason: expect.stringContaining('550 5.7.1 this is spam') });
    expect(world.smtp.letters).toHaveLength(0);
    await world.send(sender, other, 1);
    expect(await world.states(other)).toEqual({ accepted: 8 });
    expect(await trouble()).toBeUndefined();
  });

  it('that a person has put right goes out after a resume; refused again, it is paused again', async () => {
    answerAt('dot', reply);
    await world.send(sender, release, 1);
    await resumeLetters(world.services, world.jonas, { release });
    await world.allDue();
    await world.send(sender, release, 1);
    expect((await paused()).state).toBe('paused');
    await resumeLetters(world.services, world.jonas, { release });
    world.smtp.script = undefined;
    await world.allDue();
    await world.send(sender, release, 1);
    expect(await world.states(release)).toEqual({ accepted: 8 });
  });

  it('in a run of two pauses it when both have been refused', async () => {
    await sql`update deliveries set state = 'suppressed' where release = ${release} and seq > 1`.execute(world.services.database);
    answerAt('dot', reply);
    await world.send(sender, release, 1);
    expect(await paused()).toMatchObject({ state: 'paused', counts: { deferred: 2 } });
  });
});

describe('a refusal of a recipient', () => {
  it('with 5.1.x rejects him and suppresses the address, without keeping it anywhere else', async () => {
    answerAt('rcpt', '550 5.1.1 <n0@lillan.example>: user n0@lillan.example unknown', 'n0@lillan.example');
    await world.send(sender, release, 1);
    expect(await world.states(release)).toEqual({ accepted: 7, rejected: 1 });
    const row = (await world.rows(release)).find(({ address }) => address === 'n0@lillan.example')!;
    expect(row).toMatchObject({ state: 'rejected', code: '550 5.1.1' });
    expect(row.reply).not.toContain('lillan');
    const hash = addressHash(await getKey(world.services.database, 'address'), 'n0@lillan.example');
    expect(await findSuppression(world.services.database, hash)).toBe('hard-bounce');
    const { evidence } = await world.services.database.selectFrom('suppressions').selectAll().executeTakeFirstOrThrow();
    expect(evidence).toMatchObject({ release, n: 1, code: '550 5.1.1' });
    expect(JSON.stringify(evidence)).not.toContain('@');
  });

  it.each(['552 5.2.2 mailbox full', '550 5.7.1 relaying denied', '550 no'])(
    'with %s rejects this letter and suppresses nobody',
    async (reply) => {
      answerAt('rcpt', reply, 'n0@lillan.example');
      await world.send(sender, release, 1);
      expect(await world.states(release)).toEqual({ accepted: 7, rejected: 1 });
      expect(await world.services.database.selectFrom('suppressions').selectAll().execute()).toEqual([]);
    },
  );

  it.each(['450 4.2.0 greylisted, come back later', '450 4.7.1 Greylisted, see help', '451 4.7.1 Greylisting in action'])(
    'with %s is tried again after five minutes, and survives',
    async (reply) => {
      const seen = new Set<string>();
      world.smtp.script = ({ phase, to }) => {
        if (phase !== 'rcpt' || !to[0]!.endsWith('@lillan.example') || seen.has(to[0]!)) return undefined;
        seen.add(to[0]!);
        return { reply };
      };
      await world.send(sender, release, 1);
      const waiting = (await world.rows(release)).filter((row) => row.state !== 'accepted');
      expect(waiting.every((row) => row.address.endsWith('@lillan.example'))).toBe(true);
      const waits = waiting.map((row) => secondsUntil(row.due_at));
      expect(Math.min(...waits)).toBeGreaterThan(230);
      expect(Math.max(...waits)).toBeLessThan(370);
      // Everybody there was asked for at once, and is on the list by now.
      await world.allDue();
      await world.send(sender, release, 1);
      expect(await world.states(release)).toEqual({ accepted: 8 });
    },
  );

  it('put off waits longer each time, and is given up after four days', async () => {
    answerAt('rcpt', '450 4.2.0 greylisted', 'n0@lillan.example');
    const waits: number[] = [];
    for (const hoursAgo of [0, 1, 12, 24 * 4 + 1]) {
      await sql`update deliveries set deferred_at = clock_timestamp() - make_interval(hours => ${hoursAgo}) where release = ${release} and deferred_at is not null`.execute(
        world.services.database,
      );
      await world.allDue();
      await world.send(sender, release, 1);
      const row = (await world.rows(release)).find(({ address }) => address === 'n0@lillan.example')!;
      if (row.state === 'deferred') waits.push(secondsUntil(row.due_at));
    }
    expect(waits).toHaveLength(3);
    expect(waits[0]).toBeGreaterThan(200);
    expect(waits[1]).toBeGreaterThan(waits[0]!);
    expect(waits[2]).toBeGreaterThan(waits[1]!);
    expect(await world.states(release)).toEqual({ accepted: 7, rejected: 1 });
    await world.emailJob(release, 1);
    expect(await world.receipt(release, 1)).toBe('done');
  });

  it('asking everybody to slow down holds back that domain, in every run, and nobody else', async () => {
    const { release: other } = await publish(world, plainContent({}, `Samtidigt ${mark}`));
    await world.emailJob(other, 1);
    answerAt('rcpt', '450 4.7.1 rate limit', 'n0@lillan.example');
    await sql`update deliveries set due_at = clock_timestamp() + interval '1 hour' where release = ${release} and seq not in (
      select seq from deliveries d join subscribers s on s.id = d.subscriber where release = ${release} and s.address = 'n0@lillan.example')`.execute(
      world.services.database,
    );
    await world.send(sender, release, 1);
    const rows = await world.rows(other);
    const waiting = rows.filter((row) => row.address.endsWith('@lillan.example'));
    expect(waiting.every((row) => row.state === 'pending' && secondsUntil(row.due_at) > 200)).toBe(true);
    expect(rows.filter((row) => row.address.endsWith('@granback.example')).every((row) => secondsUntil(row.due_at) <= 0)).toBe(true);
    world.smtp.script = undefined;
    await world.send(sender, other, 1);
    expect(await world.states(other)).toEqual({ accepted: 4, pending: 4 });
    const [status] = await world.equation(other);
    expect(status!.sumIsRight).toBe(true);
    const [slow] = await world.equation(release);
    expect(slow!.reasons).toContainEqual(
      expect.objectContaining({ state: 'deferred', code: '450 4.7.1', count: 1, domain: 'lillan.example' }),
    );
  });
});

describe('a lost line', () => {
  it('before the final dot defers the letter for a minute', async () => {
    world.smtp.script = ({ phase, to }) => (phase === 'data' && to[0] === 'n0@lillan.example' ? { drop: true } : undefined);
    await world.send(sender, release, 1);
    const row = (await world.rows(release)).find(({ address }) => address === 'n0@lillan.example')!;
    expect(row.state).toBe('deferred');
    expect(secondsUntil(row.due_at)).toBeLessThan(120);
  });

  it('after the final dot leaves it unknown, never repeated by itself', async () => {
    world.smtp.script = ({ phase, to }) => (phase === 'dot' && to[0] === 'n0@lillan.example' ? { drop: true, keep: true } : undefined);
    await world.send(sender, release, 1);
    world.smtp.script = undefined;
    await world.allDue();
    await world.send(sender, release, 1);
    expect(await world.states(release)).toEqual({ accepted: 7, unknown: 1 });
    expect(world.smtp.countTo('n0@lillan.example')).toBe(1);
    await world.emailJob(release, 1);
    expect(await world.receipt(release, 1)).toBe('done');
  });
});

describe('too many refusals', () => {
  it('among the first hundred answers pause the run until a person decides, once', async () => {
    await world.people(peopleAt(`stor${mark}.example`, 60));
    const { release: large } = await publish(world, plainContent({}, `Stor ${mark}`));
    await world.emailJob(large, 1);
    answerAt('rcpt', '550 5.7.1 no', `stor${mark}.example`);
    expect((await world.send(sender, large, 1)).why).toBe('not-running');
    const [paused] = await world.equation(large);
    expect(paused).toMatchObject({
      state: 'paused',
      sumIsRight: true,
      // After the first group or the second, as chance orders the people.
      reason: expect.stringMatching(/^[24]\d of the first (25|50) letters were refused/),
    });
    expect(paused!.counts.pending).toBeGreaterThan(0);
    await resumeLetters(world.services, world.jonas, { release: large });
    await world.send(sender, large, 1);
    expect((await world.equation(large))[0]).toMatchObject({ state: 'running', counts: { pending: 0, rejected: 60 } });
  });
});
