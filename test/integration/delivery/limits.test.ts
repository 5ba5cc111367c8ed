import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { claimDigests } from '../../../src/shared/delivery/digest-claims.ts';
import { SHARDS } from '../../../src/shared/delivery/digest-rows.ts';
import { putOffDomains } from '../../../src/shared/delivery/put-off.ts';
import { runDigests } from '../../../src/shared/delivery/run-digests.ts';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { loadHouse } from '../../../src/shared/publishing/house.ts';
import { loadStatus } from '../../../src/shared/publishing/status.ts';
import { sweep } from '../../../src/shared/publishing/sweep.ts';
import type { Newsroom } from '../../../src/shared/release/newsroom/newsroom.ts';
import { saveNewsroom } from '../../../src/shared/release/newsroom/newsroom-store.ts';
import type { LetterLimits } from '../../../src/shared/release/newsroom/sending-limits.ts';
import { type LetterWorld, openLetterWorld, peopleAt } from '../../support/letters.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/* By the hour, so that no machine is too slow for these tests. */
/** Three at once, then about one a minute. */
const SIXTY = { letters: 60, perMs: HOUR };
/** One every three minutes. */
const TWENTY = { letters: 20, perMs: HOUR };

let world: LetterWorld;
let sender: Sender;
let newsroom: Newsroom;
let mark = 0;
let release: string;

beforeAll(async () => {
  world = await openLetterWorld();
  ({ newsroom } = await world.services.newsroom());
  await world.people([...peopleAt('lillan.example', 6), ...peopleAt('granback.example', 6)]);
  sender = await world.sender();
});
beforeEach(async () => {
  mark += 1;
  world.smtp.script = undefined;
  world.smtp.letters.length = 0;
  await run(sql`delete from allowances`);
  await run(sql`delete from relays`);
  await limit({});
  release = await frozen();
});
afterAll(() => world.close());

const run = (statement: ReturnType<typeof sql>) => statement.execute(world.services.database);
const never = new AbortController().signal;

/** These limits and no others, from now on. */
async function limit(letters: Partial<LetterLimits>, retry = newsroom.limits.retry): Promise<void> {
  await saveNewsroom(world.services.database, { ...newsroom, limits: { ...newsroom.limits, retry, letters: { domains: {}, ...letters } } });
  world.services.forgetNewsroom();
}

async function frozen(title = `Nummer ${mark}`): Promise<string> {
  const published = await publish(world, plainContent({}, title));
  await world.emailJob(published.release, 1);
  return published.release;
}

/** As if so many seconds had gone by for the limits. */
const later = (seconds: number) => run(sql`update allowances set free_at = free_at - make_interval(secs => ${seconds})`);
const scopes = async () =>
  (await world.services.database.selectFrom('allowances').select('scope').orderBy('scope').execute()).map((row) => row.scope);
const secondsUntil = (date: Date) => (date.getTime() - Date.now()) / 1_000;
const atDomain = async (domain: string, of = release) => (await world.rows(of)).filter((row) => row.address.endsWith(`@${domain}`));

describe('without limits', () => {
  it('everything leaves, and nothing is counted', async () => {
    expect(await world.send(sender, release, 1)).toMatchObject({ why: 'nothing-due' });
    expect(await world.states(release)).toEqual({ accepted: 12 });
    expect(await scopes()).toEqual([]);
  });
});

describe('status', () => {
  const limitsOf = async () => (await loadStatus(world.services, release)).letters[0]!.limits;
  const houseLimits = async () => (await loadHouse(world.services)).limits;

  it('names no limit while there is none, nor one with room', async () => {
    expect([await limitsOf(), await houseLimits()]).toEqual([[], []]);
    await limit({ total: { letters: 100_000, perMs: MINUTE } });
    await world.send(sender, release, 1);
    expect([await limitsOf(), await houseLimits()]).toEqual([[], []]);
  });

  it.each(['total', 'relay', 'release'] as const)('names the limit of %s, how many wait for it and until when', async (kind) => {
    await limit({ [kind]: SIXTY });
    await world.send(sender, release, 1);
    const [held, ...more] = await limitsOf();
    expect(more).toEqual([]);
    expect(held).toMatchObject({ kind, setting: `limits.letters.${kind}`, rate: '60/h', letters: 9, domain: null });
    expect(secondsUntil(new Date(held!.until)) / 9).toBeCloseTo(3_600 / 58, 0);
    const [used] = await houseLimits();
    const { slug } = await loadStatus(world.services, release);
    expect(used).toMatchObject({ kind, rate: '60/h', of: { total: null, relay: expect.any(String), release: slug }[kind] });
    expect(secondsUntil(new Date(used!.nextAt))).toBeLessThan(63);
  });

  it('names of several limits the one that holds', async () => {
    await limit({ total: { letters: 6_000, perMs: HOUR }, release: SIXTY });
    await world.send(sender, release, 1);
    expect(await limitsOf()).toMatchObject([{ kind: 'release' }]);
    expect(await houseLimits()).toMatchObject([{ kind: 'release' }]);
  });

  it('names the limit of a domain, its own or the one for all, and until when its last letter waits', async () => {
    await limit({ domain: SIXTY, domains: { 'lillan.example': TWENTY } });
    await world.send(sender, release, 1);
    const held = await limitsOf();
    expect(held.map(({ domain, setting, rate, letters }) => [domain, setting, rate, letters])).toEqual([
      ['lillan.example', 'limits.letters.domains', '20/h', 5],
      ['granback.example', 'limits.letters.domain', '60/h', 3],
    ]);
    expect(secondsUntil(new Date(held[0]!.until))).toBeGreaterThan(4 * 180 - 5);
    expect((await houseLimits()).map(({ of }) => of)).toEqual(['granback.example', 'lillan.example']);
  });

  it('names none when nothing waits any more', async () => {
    await limit({ total: SIXTY, domains: { 'lillan.example': TWENTY } });
    await world.send(sender, release, 1);
    await run(sql`update deliveries set state = 'cancelled' where state in ('pending', 'deferred')`);
    expect([await limitsOf(), await houseLimits()]).toEqual([[], []]);
  });
});

describe('a limit in total', () => {
  it('holds over all senders at once, and over a restart; the rest stays due and its jobs end', async () => {
    await limit({ total: SIXTY });
    const senders = [sender, await world.sender(), await world.sender()];
    const ends = await Promise.all(senders.map((one) => world.send(one, release, 1)));
    expect(ends.map((end) => end.why)).toContain('limited');
    expect(await world.states(release)).toEqual({ accepted: 3, pending: 9 });
    expect((await world.send(await world.sender(), release, 1)).why).toBe('limited');
    expect((await world.rows(release)).every((row) => secondsUntil(row.due_at) <= 0)).toBe(true);
    await later(130);
    await world.send(sender, release, 1);
    expect(await world.states(release)).toEqual({ accepted: 5, pending: 7 });
  });

  it('makes the e-mail job wait for room, not wake batches that could only end', async () => {
    await limit({ total: { letters: 2, perMs: HOUR } });
    await world.send(sender, release, 1);
    await world.emailJob(release, 1);
    const { due_at } = await world.services.database
      .selectFrom('receipts')
      .select('due_at')
      .where('release', '=', release)
      .where('channel', '=', 'email')
      .executeTakeFirstOrThrow();
    expect(secondsUntil(due_at)).toBeGreaterThan(1_700);
    expect(secondsUntil(due_at)).toBeLessThan(1_801);
  });

  it('wakes no digests either while there is no room, and does when there is', async () => {
    await limit({ total: { letters: 2, perMs: HOUR } });
    await world.send(sender, release, 1);
    await run(sql`update deliveries set frequency = 'daily' where release = ${release} and state = 'pending'`);
    const wakes = vi.spyOn(world.services.dispatch, 'wake');
    const digests = () => wakes.mock.calls.flatMap(([list]) => list).filter(({ payload }) => 'digests' in payload).length;
    await world.emailJob(release, 1);
    await sweep(world.services);
    expect(digests()).toBe(0);
    await later(3_600);
    await world.emailJob(release, 1);
    expect(digests()).toBeGreaterThan(0);
    wakes.mockRestore();
  });

  it('leaves it to the e-mail jobs to wake batches; without one the sweep does too', async () => {
    const wakes = vi.spyOn(world.services.dispatch, 'wake');
    const batches = () => wakes.mock.calls.flatMap(([list]) => list).filter(({ queue }) => queue === 'delivery').length;
    await sweep(world.services);
    expect(batches()).toBeGreaterThan(0);
    wakes.mockClear();
    await limit({ total: SIXTY });
    await sweep(world.services);
    expect(batches()).toBe(0);
    wakes.mockRestore();
  });

  it('counts nobody who gets no letter', async () => {
    await limit({ total: SIXTY });
    const rows = await world.rows(release);
    const left = rows.slice(0, 8).map((row) => row.subscriber);
    await run(sql`update subscribers set state = 'unsubscribed' where id = any (${left}::uuid[])`);
    await world.send(sender, release, 1);
    await run(sql`update subscribers set state = 'active' where id = any (${left}::uuid[])`);
    expect(await world.states(release)).toEqual({ accepted: 3, pending: 1, suppressed: 8 });
  });

  it('spends no probe on a letter that may not leave yet', async () => {
    await limit({ total: { letters: 1, perMs: HOUR } });
    await world.send(sender, release, 1);
    await run(sql`insert into relays (name, reason, tries, since) values (${sender.transport.relay}, 'busy', 1, clock_timestamp())`);
    expect((await world.send(sender, release, 1)).why).toBe('limited');
    await later(3_600);
    await world.send(sender, release, 1);
    expect(await world.states(release)).toEqual({ accepted: 2, pending: 10 });
  });
});

describe('a limit of a release or a relay', () => {
  it('lets other releases go on', async () => {
    await limit({ release: SIXTY });
    const other = await frozen(`Annan ${mark}`);
    expect((await world.send(sender, release, 1)).why).toBe('limited');
    expect((await world.send(sender, other, 1)).why).toBe('limited');
    expect([await world.states(release), await world.states(other)]).toEqual([
      { accepted: 3, pending: 9 },
      { accepted: 3, pending: 9 },
    ]);
  });

  it('stands beside one in total: the narrowest holds', async () => {
    await limit({ total: { letters: 100, perMs: HOUR }, relay: { letters: 200, perMs: HOUR }, release: SIXTY });
    await world.send(sender, release, 1);
    const other = await frozen(`Annan ${mark}`);
    await world.send(sender, other, 1);
    expect(await world.states(release)).toEqual({ accepted: 3, pending: 9 });
    expect(await world.states(other)).toEqual({ accepted: 2, pending: 10 });
    expect(await scopes()).toEqual([`relay ${sender.transport.relay}`, `release ${release}`, `release ${other}`, 'total'].sort());
  });
});

describe('a limit of a domain', () => {
  it('puts its letters off, one after the other, and holds up no other domain of the batch; status says so', async () => {
    await limit({ domains: { 'lillan.example': TWENTY } });
    expect((await world.send(sender, release, 1)).why).toBe('nothing-due');
    expect(await world.states(release)).toEqual({ accepted: 7, pending: 5 });
    const waiting = (await atDomain('lillan.example')).filter((row) => row.state === 'pending');
    const due = waiting.map((row) => secondsUntil(row.due_at)).sort((a, b) => a - b);
    expect(due[0]).toBeGreaterThan(100);
    due.slice(1).forEach((seconds, index) => {
      expect(seconds - due[index]!).toBeCloseTo(180, 0);
    });
    const [status] = await world.equation(release);
    expect(status!.sumIsRight).toBe(true);
    expect(status!.reasons).toContainEqual(
      expect.objectContaining({
        state: 'pending',
        code: 'limit',
        count: 5,
        domain: 'lillan.example',
        reply: 'at most 20/h to this domain',
      }),
    );
    expect(new Date(status!.reasons[0]!.dueAt!).getTime()).toBe(Math.min(...waiting.map((row) => row.due_at.getTime())));
  });

  it('is kept when all of them come at once, as after a pause', async () => {
    await limit({ domain: TWENTY });
    for (const accepted of [2, 4, 6]) {
      await world.allDue();
      await world.send(sender, release, 1);
      expect(await world.states(release)).toEqual({ accepted, pending: 12 - accepted });
      await later(180);
    }
  });

  it('is shared by two releases, and the later one need not wait until the first has ended', async () => {
    await limit({ domain: TWENTY });
    await world.send(sender, release, 1);
    const other = await frozen(`Annan ${mark}`);
    await world.send(sender, other, 1);
    const first = async (of: string) =>
      Math.min(...(await atDomain('lillan.example', of)).filter((row) => row.state === 'pending').map((row) => secondsUntil(row.due_at)));
    expect(await world.states(other)).toEqual({ pending: 12 });
    expect(await first(other)).toBeLessThan((await first(release)) + 180);
  });

  it('counts a digest as one letter, and keeps it together', async () => {
    await limit({ domain: TWENTY });
    const second = await frozen(`Annan ${mark}`);
    await run(sql`update deliveries set frequency = 'daily' where release in (${release}, ${second})`);
    for (const shard of SHARDS) await runDigests(sender, shard, never);
    expect(world.smtp.letters).toHaveLength(2);
    expect([await world.states(release), await world.states(second)]).toEqual([
      { accepted: 2, pending: 10 },
      { accepted: 2, pending: 10 },
    ]);
    const rows = [...(await world.rows(release)), ...(await world.rows(second))].filter((row) => row.state === 'pending');
    for (const own of Map.groupBy(rows, (row) => row.subscriber).values())
      expect(new Set(own.map((row) => row.due_at.getTime())).size).toBe(1);
  });

  it('never moves a letter that somebody has claimed', async () => {
    await run(sql`update deliveries set frequency = 'daily' where release = ${release} and seq < 3`);
    for (const shard of SHARDS)
      await claimDigests(
        world.services.database,
        { sender: crypto.randomUUID(), relay: 'r', rules: sender.rules, limits: { domains: {} } },
        shard,
      );
    const before = (await world.rows(release)).filter((row) => row.state === 'claimed');
    expect(before).toHaveLength(3);
    const off = { code: 'slowed', waitMs: MINUTE, gapMs: 0, reply: '' } as const;
    await putOffDomains(world.services.database, [
      { ...off, domain: 'lillan.example' },
      { ...off, domain: 'granback.example' },
    ]);
    const after = await world.rows(release);
    expect(after.filter((row) => row.state === 'claimed')).toEqual(before);
    expect(after.filter((row) => row.state === 'pending').every((row) => secondsUntil(row.due_at) > 50)).toBe(true);
  });
});

describe('a domain that takes twenty letters a minute and then answers 450 4.7.1', () => {
  it('slows down alone; the others finish, and it does too in the end', async () => {
    await world.people(peopleAt(`stor${mark}.example`, 40));
    const large = await frozen(`Stor ${mark}`);
    let taken = 0;
    world.smtp.script = ({ phase, to }) => {
      if (phase !== 'rcpt' || !to[0]!.endsWith(`@stor${mark}.example`)) return undefined;
      taken += 1;
      return taken > 20 ? { reply: '450 4.7.1 too many letters, slow down' } : undefined;
    };
    await world.send(sender, large, 1);
    const [rows, others] = [
      await atDomain(`stor${mark}.example`, large),
      (await world.rows(large)).filter((row) => !row.address.includes('stor')),
    ];
    expect(others.every((row) => row.state === 'accepted')).toBe(true);
    expect(rows.filter((row) => row.state === 'accepted')).toHaveLength(20);
    expect(rows.filter((row) => row.state !== 'accepted').every((row) => secondsUntil(row.due_at) > 200)).toBe(true);
    const reasons = (await world.equation(large))[0]!.reasons;
    expect(reasons.map((reason) => reason.reply)).toEqual(
      expect.arrayContaining([expect.stringContaining('slow down'), 'its server asked for a pause: 450 4.7.1']),
    );
    taken = 0;
    await world.allDue();
    await world.send(sender, large, 1);
    expect(await world.states(large)).toEqual({ accepted: 52 });
  });

  it('waits five minutes and not for hours, when one mailbox there is put off for days', async () => {
    const [first] = await atDomain('lillan.example');
    await run(
      sql`update deliveries set deferred_at = clock_timestamp() - interval '2 days' where release = ${release} and subscriber = ${first!.subscriber}`,
    );
    await run(
      sql`update deliveries set due_at = clock_timestamp() + interval '1 hour' where release = ${release} and subscriber <> ${first!.subscriber}`,
    );
    const other = await frozen(`Annan ${mark}`);
    world.smtp.script = ({ phase, to }) => (phase === 'rcpt' && to[0] === first!.address ? { reply: '451 4.3.0 mailbox busy' } : undefined);
    await world.send(sender, release, 1);
    const mailbox = (await atDomain('lillan.example')).find((row) => row.subscriber === first!.subscriber);
    expect(secondsUntil(mailbox!.due_at)).toBeGreaterThan(3 * 3_600);
    const domain = await atDomain('lillan.example', other);
    expect(domain.every((row) => secondsUntil(row.due_at) > 200 && secondsUntil(row.due_at) <= 301)).toBe(true);
    expect((await atDomain('granback.example', other)).every((row) => secondsUntil(row.due_at) <= 0)).toBe(true);
  });
});

describe('gaps between tries', () => {
  it('are those of the newsroom file', async () => {
    await limit({}, { firstMs: MINUTE, longestMs: 2 * MINUTE, giveUpMs: 60 * MINUTE });
    const [first] = await world.rows(release);
    world.smtp.script = ({ phase, to }) => (phase === 'rcpt' && to[0] === first!.address ? { reply: '450 4.2.0 later' } : undefined);
    const waits: number[] = [];
    for (const minutesAgo of [0, 20, 61]) {
      await run(
        sql`update deliveries set deferred_at = clock_timestamp() - make_interval(mins => ${minutesAgo}) where release = ${release} and deferred_at is not null`,
      );
      await world.allDue();
      await world.send(sender, release, 1);
      waits.push(secondsUntil((await world.rows(release))[0]!.due_at));
    }
    expect(waits[0]).toBeCloseTo(60, -2);
    expect(waits[1]).toBeGreaterThan(90);
    expect(waits[1]).toBeLessThan(150);
    expect((await world.rows(release))[0]).toMatchObject({ state: 'rejected' });
  });
});
