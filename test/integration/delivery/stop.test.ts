import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { pauseLetters, resumeLetters, stopLetters } from '../../../src/shared/publishing/letters.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import { leave } from '../../../src/shared/subscribers/leave.ts';
import { addressHash, suppress } from '../../../src/shared/subscribers/suppressions.ts';
import { type LetterWorld, latch, openLetterWorld, peopleAt } from '../../support/letters.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';

/** More than the five lines of a sender, fewer than a group: the rest waits for a line with its claim made. */
const PEOPLE = 12;

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
  world.smtp.script = undefined;
  world.smtp.letters.length = 0;
  world.smtp.commands.length = 0;
  ({ release } = await publish(world, plainContent({}, `Nummer ${mark}`)));
  await world.emailJob(release, 1);
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => world.close());

/** Runs `act` while the first five letters wait at their final dot and the other seven are claimed, then lets a second pass. */
async function inTheMiddle(act: () => Promise<unknown>): Promise<{ before: string[]; after: string[] }> {
  const full = latch();
  const held = latch();
  world.smtp.script = ({ phase }) => {
    if (phase === 'dot' && begun().length === sender.transport.lines) full.open();
    return phase === 'dot' ? { wait: held.wait } : undefined;
  };
  const sending = world.send(sender, release, 1);
  await full.wait;
  const before = begun();
  await act();
  aSecondLater();
  held.open();
  await sending;
  return { before, after: begun().slice(before.length) };
}

const begun = () => world.smtp.commands.filter((line) => line.startsWith('RCPT')).map((line) => /<(.*)>/.exec(line)![1]!);

/** The sender's clock goes on by a second, as if it had waited. */
function aSecondLater(): void {
  const real = performance.now.bind(performance);
  const then = real();
  vi.spyOn(performance, 'now').mockImplementation(() => real() + (real() - then > -1 ? 1_000 : 0));
}

describe('in the middle of a run', () => {
  it('no letter begins after a stop: those that had begun end, the others are cancelled', async () => {
    const { before, after } = await inTheMiddle(() => stopLetters(world.services, world.jonas, { release, reason: 'fel bild' }));
    expect(before).toHaveLength(sender.transport.lines);
    expect(after).toEqual([]);
    await world.emailJob(release, 1);
    expect(await world.states(release)).toEqual({ accepted: before.length, cancelled: PEOPLE - before.length });
    expect(await world.receipt(release, 1)).toBe('done');
    expect((await world.equation(release))[0]).toMatchObject({ state: 'stopped', reason: 'fel bild', sumIsRight: true, audience: PEOPLE });
  });

  it('no letter begins after a pause, and resume goes on where it was', async () => {
    const { after } = await inTheMiddle(() => pauseLetters(world.services, world.jonas, { release }));
    expect(after).toEqual([]);
    world.smtp.script = undefined;
    expect(await world.send(sender, release, 1)).toEqual({ why: 'not-running', letters: 0 });
    await world.emailJob(release, 1);
    expect(await world.receipt(release, 1)).toBe('owed');
    await resumeLetters(world.services, world.jonas, { release });
    await world.send(sender, release, 1);
    expect(await world.states(release)).toEqual({ accepted: PEOPLE });
    expect(new Set(world.smtp.letters.map((letter) => letter.to)).size).toBe(PEOPLE);
  });

  it('no letter begins to somebody who has left meanwhile, and the others get theirs', async () => {
    let leaver = '';
    const { before, after } = await inTheMiddle(async () => {
      const waiting = (await world.rows(release)).find((row) => !begun().includes(row.address))!;
      leaver = waiting.address;
      expect(await leave(world.services.database, { subscriber: waiting.subscriber, way: 'one-click' })).toBe('left');
    });
    expect(after).not.toContain(leaver);
    expect(before.length + after.length).toBe(PEOPLE - 1);
    expect((await world.rows(release)).find((row) => row.address === leaver)).toMatchObject({ state: 'suppressed', code: 'unsubscribed' });
    expect((await world.equation(release))[0]!.sumIsRight).toBe(true);
    await world.people([{ address: `ersattare${mark}@lillan.example` }]);
  });

  it('no letter begins to an address that was suppressed meanwhile', async () => {
    let address = '';
    const key = await getKey(world.services.database, 'address');
    const { after } = await inTheMiddle(async () => {
      address = (await world.rows(release)).find((row) => !begun().includes(row.address))!.address;
      await suppress(world.services.database, [{ hash: addressHash(key, address), reason: 'complaint', evidence: {} }]);
    });
    expect(after).not.toContain(address);
    expect((await world.rows(release)).find((row) => row.address === address)).toMatchObject({ state: 'suppressed', code: 'complaint' });
    await world.services.database.deleteFrom('suppressions').execute();
  });

  it('SIGTERM lets the letters under way end and gives the others back', async () => {
    const stop = new AbortController();
    const full = latch();
    const held = latch();
    world.smtp.script = ({ phase }) => {
      if (phase === 'dot' && begun().length === sender.transport.lines) full.open();
      return phase === 'dot' ? { wait: held.wait } : undefined;
    };
    const sending = world.send(sender, release, 1, stop.signal);
    await full.wait;
    stop.abort();
    held.open();
    expect((await sending).why).toBe('stopping');
    const { accepted, pending } = await world.states(release);
    expect([accepted, (accepted ?? 0) + (pending ?? 0)]).toEqual([sender.transport.lines, (await world.rows(release)).length]);
  });
});

describe('a stopped run', () => {
  it('stays stopped, and its open letters are cancelled 5,000 at a time', async () => {
    await sql`
      with people as (
        insert into subscribers (address, language, state, token_key)
        select 'm' || i || '@granback.example', 'sv', 'active', '\\x00' from generate_series(1, 12000) i returning id
      )
      insert into deliveries (release, n, subscriber, seq)
      select ${release}, 1, id, 1000 + row_number() over () from people`.execute(world.services.database);
    await sql`update mailings set audience = (select count(*) from deliveries where release = ${release}) where release = ${release}`.execute(
      world.services.database,
    );
    await stopLetters(world.services, world.jonas, { release });
    await resumeLetters(world.services, world.jonas, { release });
    await world.emailJob(release, 1);
    const states = await world.states(release);
    expect(Object.keys(states)).toEqual(['cancelled']);
    expect((await world.equation(release))[0]).toMatchObject({ state: 'stopped', sumIsRight: true });
  });

  it('that was stopped before it was frozen still has its audience, all cancelled', async () => {
    const { release: other } = await publish(world, plainContent({}, `Stoppad ${mark}`));
    await stopLetters(world.services, world.jonas, { release: other });
    await world.emailJob(other, 1);
    const [status] = await world.equation(other);
    expect(status!.audience).toBeGreaterThan(0);
    expect(status!.counts.cancelled).toBe(status!.audience);
    expect(await world.receipt(other, 1)).toBe('done');
  });
});
