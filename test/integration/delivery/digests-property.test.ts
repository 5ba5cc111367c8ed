import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findDueDigests } from '../../../src/shared/delivery/digest-claims.ts';
import { runDigests } from '../../../src/shared/delivery/run-digests.ts';
import { hasOpen } from '../../../src/shared/delivery/run-end.ts';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { FREQUENCIES, type Frequency } from '../../../src/shared/schema/tables.ts';
import { leave } from '../../../src/shared/subscribers/leave.ts';
import { changeFrequency, idOf, isDigest, textOf, windowComes } from '../../support/digests.ts';
import { type LetterWorld, openLetterWorld } from '../../support/letters.ts';
import { plainContent, publish, withdraw } from '../../support/newsdesk.ts';

/** As long as a whole run of the tests can spare; each run is a week of a small newsroom. */
const TIME_MS = 15_000;
const PEOPLE = 4;

let world: LetterWorld;
let senders: [Sender, Sender];
let mark = 0;
beforeAll(async () => {
  world = await openLetterWorld();
  senders = [await world.sender(), await world.sender()];
});
afterAll(() => world.close());

const db = () => world.services.database;

type Release = { id: string; title: string; frozen: boolean; withdrawn: boolean };
/** A week as it goes: who reads, what is published, and what had been sent when a release was withdrawn. */
type Week = { people: string[]; releases: Release[]; gone: Set<string>; withdrawnAt: Map<string, number> };

type Step = (week: Week) => Promise<void>;
const person = fc.nat(PEOPLE - 1);
const frequency = fc.constantFrom(...FREQUENCIES);
/** Named, so that a failing case can be read. */
function step<Input>(name: string, input: fc.Arbitrary<Input>, act: (week: Week, input: Input) => Promise<void>): fc.Arbitrary<Step> {
  return input.map((value) => Object.assign((week: Week) => act(week, value), { toString: () => `${name}(${JSON.stringify(value)})` }));
}

async function publishOne(week: Week, frozen: boolean): Promise<void> {
  mark += 1;
  const title = `Ärende ${mark}x`;
  const { release } = await publish(world, plainContent({}, title));
  if (frozen) await world.emailJob(release, 1);
  week.releases.push({ id: release, title, frozen, withdrawn: false });
}

/** What freezes late, and what is sent at once. */
async function emailAndBatches(week: Week): Promise<void> {
  for (const release of week.releases) {
    await world.emailJob(release.id, 1);
    release.frozen = true;
    if (!release.withdrawn && (await hasOpen(db(), { release: release.id, n: 1 })))
      await Promise.all(senders.map((sender) => world.send(sender, release.id, 1)));
  }
}

/** Both senders at every shard in which something is due, as the sweep wakes them. */
async function sendDigests(): Promise<void> {
  const shards = await findDueDigests(db());
  await Promise.all(shards.flatMap((shard) => senders.map((sender) => runDigests(sender, shard, never))));
}
const never = new AbortController().signal;

async function withdrawOne(week: Week, index: number): Promise<void> {
  const release = week.releases[index % Math.max(1, week.releases.length)];
  if (!release || release.withdrawn) return;
  await withdraw(world, release.id);
  release.withdrawn = true;
  week.withdrawnAt.set(release.id, world.smtp.letters.length);
}

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: step('publish', fc.boolean(), publishOne) },
    { weight: 2, arbitrary: step('send', fc.constant(null), emailAndBatches) },
    { weight: 3, arbitrary: step('window', frequency, (_week, which: Frequency) => windowComes(world, which)) },
    { weight: 3, arbitrary: step('digests', fc.constant(null), sendDigests) },
    {
      weight: 3,
      arbitrary: step('frequency', fc.tuple(person, frequency), async ({ people, gone }, [who, which]) => {
        if (!gone.has(people[who]!)) await changeFrequency(world, people[who]!, which);
      }),
    },
    // A window, a change of mind and two senders at the same moment.
    {
      weight: 2,
      arbitrary: step('all at once', fc.tuple(person, frequency, frequency), async (week, [who, to, which]) => {
        const address = week.people[who]!;
        const change = week.gone.has(address) ? Promise.resolve() : changeFrequency(world, address, to);
        await Promise.all([windowComes(world, which), change, sendDigests(), emailAndBatches(week)]);
      }),
    },
    {
      weight: 1,
      arbitrary: step('leave', person, async ({ people, gone }, who) => {
        await leave(db(), { subscriber: await idOf(world, people[who]!), way: 'one-click' });
        gone.add(people[who]!);
      }),
    },
    {
      weight: 1,
      arbitrary: step('rest', person, async ({ people, gone }, who) => {
        await sql`update subscribers set paused_until = clock_timestamp() + interval '1 month' where address = ${people[who]!}`.execute(
          db(),
        );
        gone.add(people[who]!);
      }),
    },
    { weight: 1, arbitrary: step('withdraw', fc.nat(9), withdrawOne) },
  ),
  { minLength: 4, maxLength: 12, size: 'max' },
);

async function newWeek(frequencies: readonly Frequency[]): Promise<Week> {
  await sql`update subscribers set state = 'unsubscribed'`.execute(db());
  mark += 1;
  const people = frequencies.map((_, index) => `p${mark}-${index}@lillan.example`);
  await world.people(people.map((address, index) => ({ address, frequency: frequencies[index]! })));
  world.smtp.letters.length = 0;
  return { people, releases: [], gone: new Set(), withdrawnAt: new Map() };
}

/** Everybody's last windows come, and there is nothing more to send. */
async function endWeek(week: Week): Promise<void> {
  await emailAndBatches(week);
  for (const which of ['daily', 'weekly'] as const) await windowComes(world, which);
  await sendDigests();
  for (const { id } of week.releases) await world.emailJob(id, 1);
}

/** How often a first letter told this person of this release, and of which numbers those letters were. */
function tellings(letters: readonly { to: string; text: string; number: number }[], to: string, title: string): number[] {
  return letters.filter((letter) => letter.to === to && letter.text.includes(title)).map(({ number }) => number);
}

async function check(week: Week): Promise<void> {
  const read = await Promise.all(
    world.smtp.letters.map(async (letter, number) => ({ to: letter.to, text: await textOf(letter), number, digest: isDigest(letter) })),
  );
  for (const { id, title, withdrawn } of week.releases) {
    const rows = (await world.rows(id, 1)).filter((row) => week.people.includes(row.address));
    for (const row of rows) {
      const told = tellings(read, row.address, title);
      expect(told, `${row.address} and ${title}: ${row.state}`).toHaveLength(row.state === 'accepted' ? 1 : 0);
      // Nobody is left out but who left or rests, or of what was taken back.
      if (row.state === 'suppressed') expect(week.gone).toContain(row.address);
      else if (row.state === 'cancelled') expect(withdrawn).toBe(true);
      else expect(row.state).toBe('accepted');
      if (withdrawn) for (const number of told) expect(number).toBeLessThan(week.withdrawnAt.get(id)!);
    }
    // Whoever has no row was gone, or it was withdrawn, before the audience was frozen.
    for (const address of week.people) {
      if (rows.some((row) => row.address === address)) continue;
      expect(week.gone.has(address) || withdrawn, `${address} has no row for ${title}`).toBe(true);
      expect(tellings(read, address, title)).toEqual([]);
    }
    expect(await world.receipt(id, 1)).toBe('done');
    expect((await world.equation(id)).every(({ sumIsRight }) => sumIsRight)).toBe(true);
  }
}

it(
  'over any order of publications, late freezes, windows, senders, changes of mind, leaving and withdrawals: each person gets each release once',
  async () => {
    const weeks = fc.asyncProperty(fc.array(frequency, { minLength: PEOPLE, maxLength: PEOPLE }), steps, async (frequencies, course) => {
      const week = await newWeek(frequencies);
      await publishOne(week, true);
      for (const act of course) await act(week);
      await endWeek(week);
      await check(week);
      const letters = world.smtp.letters.length;
      await sendDigests();
      await emailAndBatches(week);
      expect(world.smtp.letters.length, 'nothing is owed, so nothing is sent').toBe(letters);
    });
    await fc.assert(weeks, { interruptAfterTimeLimit: TIME_MS, numRuns: 1_000, endOnFailure: true });
  },
  TIME_MS * 8,
);
