import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyConsequence } from '../../../src/shared/delivery/bounce-effects.ts';
import { SHARDS } from '../../../src/shared/delivery/digest-rows.ts';
import { nextWindow } from '../../../src/shared/delivery/digest-window.ts';
import { runDigests } from '../../../src/shared/delivery/run-digests.ts';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { sweepClaims } from '../../../src/shared/delivery/sweep.ts';
import { retryUnknown } from '../../../src/shared/delivery/unknown.ts';
import { loadAlertFacts } from '../../../src/shared/publishing/alert-facts.ts';
import { loadHouse } from '../../../src/shared/publishing/house.ts';
import { stopLetters } from '../../../src/shared/publishing/letters.ts';
import { listReleases } from '../../../src/shared/publishing/releases.ts';
import { loadStatus } from '../../../src/shared/publishing/status.ts';
import { sweep } from '../../../src/shared/publishing/sweep.ts';
import type { Wake } from '../../../src/shared/queue/jobs.ts';
import { leave } from '../../../src/shared/subscribers/leave.ts';
import { handler as delivery } from '../../../src/workers/delivery.ts';
import { handler as email } from '../../../src/workers/email.ts';
import { runWorker } from '../../../src/workers/run.ts';
import { changeFrequency, idOf, isDigest, textOf, windowComes } from '../../support/digests.ts';
import { type LetterWorld, latch, openLetterWorld, until } from '../../support/letters.ts';
import { correct, plainContent, publish, withdraw } from '../../support/newsdesk.ts';

const NOW = 'nu@lillan.example';
const DAY = 'dag@lillan.example';
const WEEK = 'vecka@lillan.example';

let world: LetterWorld;
let sender: Sender;
let other: Sender;
let mark = 0;
beforeAll(async () => {
  world = await openLetterWorld();
  await world.people([{ address: NOW }, { address: DAY, frequency: 'daily' }, { address: WEEK, frequency: 'weekly' }]);
  sender = await world.sender();
  other = await world.sender();
});
beforeEach(async () => {
  world.smtp.script = undefined;
  // Whatever a test left waiting.
  await sql`update deliveries set state = 'cancelled' where state in ('pending', 'deferred', 'claimed', 'unknown')`.execute(db());
  await sql`update subscribers set state = 'active', paused_until = null`.execute(db());
  world.smtp.letters.length = 0;
});
afterAll(() => world.close());

const db = () => world.services.database;

/** A release of its own, frozen. */
async function release(content: Parameters<typeof plainContent>[0] = {}): Promise<{ release: string; title: string }> {
  mark += 1;
  const made = await publish(world, plainContent(content, `Ärende ${mark}x`));
  await world.emailJob(made.release, 1);
  return { release: made.release, title: `Ärende ${mark}x` };
}
const rowOf = async (id: string, address: string) => (await world.rows(id)).find((row) => row.address === address)!;
const lettersTo = (address: string) => world.smtp.letters.filter(({ to }) => to === address);

describe('freezing', () => {
  it('gives each person the fastest of the matching subscriptions, and its window as the time', async () => {
    const mixed = 'blandat@lillan.example';
    await world.people([{ address: mixed, topics: 'naringsliv', frequency: 'weekly' }]);
    const subscriber = await idOf(world, mixed);
    await db().insertInto('subscriptions').values({ subscriber, topic: 'kollektivtrafik', frequency: 'daily' }).execute();
    const both = await release({ topics: ['naringsliv', 'kollektivtrafik'] });
    const one = await release({ topics: ['naringsliv'] });
    expect((await world.rows(both.release)).map((row) => [row.address, row.frequency]).sort()).toEqual([
      [mixed, 'daily'],
      [DAY, 'daily'],
      [NOW, 'at-once'],
      [WEEK, 'weekly'],
    ]);
    expect(await rowOf(one.release, mixed)).toMatchObject({ frequency: 'weekly' });
    const { newsroom } = await world.services.newsroom();
    const { frozen_at } = await db()
      .selectFrom('mailings')
      .select('frozen_at')
      .where('release', '=', both.release)
      .executeTakeFirstOrThrow();
    expect((await rowOf(both.release, DAY)).due_at).toEqual(nextWindow('daily', frozen_at!, newsroom));
    expect((await rowOf(both.release, WEEK)).due_at).toEqual(nextWindow('weekly', frozen_at!, newsroom));
    expect((await rowOf(both.release, NOW)).due_at.getTime()).toBeLessThanOrEqual(frozen_at!.getTime());
    await leave(db(), { subscriber, way: 'page' });
  });

  it('sends at once to those who want it, and nothing to the others before their window', async () => {
    const { release: id } = await release();
    await world.send(sender, id, 1);
    expect(await world.sendDigests(sender)).toBe(0);
    expect(world.smtp.letters.map(({ to }) => to)).toEqual([NOW]);
    expect((await world.equation(id))[0]).toMatchObject({ sumIsRight: true, counts: { accepted: 1, pending: 2 } });
  });

  it('sends a correction at once to whoever has the wrong text, and the newest text in the digests of the others', async () => {
    const { release: id, title } = await release();
    await windowComes(world, 'daily');
    await world.send(sender, id, 1);
    await world.sendDigests(sender);
    await correct(world, id, plainContent({ lead: 'Nu med rätt dag.' }, title), { kind: 'major' });
    await world.emailJob(id, 2);
    expect((await world.rows(id, 2)).map((row) => [row.address, row.frequency]).sort()).toEqual([
      [DAY, 'at-once'],
      [NOW, 'at-once'],
    ]);
    await world.send(sender, id, 2);
    await windowComes(world, 'weekly');
    await world.sendDigests(sender);
    expect(lettersTo(DAY)).toHaveLength(2);
    const [digest, ...more] = lettersTo(WEEK);
    expect(more).toEqual([]);
    expect(await textOf(digest!)).toContain('Nu med rätt dag.');
    expect(await rowOf(id, WEEK)).toMatchObject({ state: 'accepted', carried_n: 2 });
  });
});

describe('a digest', () => {
  it('is one letter with everything owed, once, however many senders are at it', async () => {
    const made = [await release(), await release(), await release()];
    await windowComes(world, 'daily');
    await Promise.all([world.sendDigests(sender), world.sendDigests(other)]);
    expect(lettersTo(DAY)).toHaveLength(1);
    const text = await textOf(lettersTo(DAY)[0]!);
    for (const { title } of made) expect(text).toContain(title);
    expect(text.indexOf(made[2]!.title)).toBeLessThan(text.indexOf(made[0]!.title));
    const rows = await Promise.all(made.map(({ release: id }) => rowOf(id, DAY)));
    expect(new Set(rows.map(({ digest }) => digest)).size).toBe(1);
    expect(rows.map(({ state, carried_n }) => [state, carried_n])).toEqual(Array.from({ length: 3 }, () => ['accepted', 1]));
    expect(await world.sendDigests(sender)).toBe(0);
    expect(lettersTo(WEEK)).toEqual([]);
  });

  it('is a letter like every other: list headers, one click, the name of nobody else', async () => {
    await release();
    await windowComes(world, 'daily');
    await world.sendDigests(sender);
    const [letter] = lettersTo(DAY);
    expect(isDigest(letter!)).toBe(true);
    expect(letter!.raw).toMatch(/^List-Unsubscribe: </m);
    expect(letter!.raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m);
    expect(letter!.raw).toMatch(/^List-Id: /im);
    expect(letter!.raw).not.toMatch(/^In-Reply-To: /m);
  });

  it('leaves out what was withdrawn, and is not sent at all when nothing is left', async () => {
    const [kept, gone] = [await release(), await release()];
    await withdraw(world, gone.release);
    await windowComes(world, 'daily');
    await windowComes(world, 'weekly');
    await world.sendDigests(sender);
    const text = await textOf(lettersTo(DAY)[0]!);
    expect(text).toContain(kept.title);
    expect(text).not.toContain(gone.title);
    const alone = await release();
    await withdraw(world, alone.release);
    await windowComes(world, 'daily');
    expect(await world.sendDigests(sender)).toBe(0);
    await world.emailJob(alone.release, 2);
    await world.emailJob(alone.release, 1);
    expect(await world.states(alone.release)).toMatchObject({ cancelled: 3 });
    expect(await world.receipt(alone.release, 1)).toBe('done');
  });

  it('does not leave with a release that was withdrawn after the claim: it goes back and leaves without it', async () => {
    const [kept, gone] = [await release(), await release()];
    await windowComes(world, 'daily');
    // Every look of the group sees what was committed before MAIL FROM.
    const began = latch();
    const go = latch();
    const compose = sender.compose;
    Object.assign(sender, {
      compose: async (content: Parameters<typeof compose>[0]) => {
        const copy = await compose(content);
        began.open();
        await go.wait;
        return copy;
      },
    });
    const sending = world.sendDigests(sender);
    await began.wait;
    await withdraw(world, gone.release);
    // The look of the claim is old now, and is renewed before MAIL FROM.
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 600);
    go.open();
    await sending;
    clock.mockRestore();
    Object.assign(sender, { compose });
    expect(lettersTo(DAY)).toHaveLength(1);
    const text = await textOf(lettersTo(DAY)[0]!);
    expect(text).toContain(kept.title);
    expect(text).not.toContain(gone.title);
    expect(await rowOf(gone.release, DAY)).toMatchObject({ state: 'pending' });
  });

  it('leaves out what the person has left, and waits for nobody who rests', async () => {
    const [kept, left] = [await release({ topics: ['kollektivtrafik'] }), await release({ topics: ['naringsliv'] })];
    const subscriber = await idOf(world, DAY);
    await db().updateTable('subscriptions').set({ topic: 'kollektivtrafik' }).where('subscriber', '=', subscriber).execute();
    await sql`update subscribers set paused_until = clock_timestamp() + interval '1 week' where address = ${WEEK}`.execute(db());
    await windowComes(world, 'daily');
    await windowComes(world, 'weekly');
    await world.sendDigests(sender);
    await db().updateTable('subscriptions').set({ topic: '*' }).where('subscriber', '=', subscriber).execute();
    expect(await textOf(lettersTo(DAY)[0]!)).not.toContain(left.title);
    expect(await rowOf(left.release, DAY)).toMatchObject({ state: 'suppressed', code: 'left-topic' });
    expect(await rowOf(kept.release, DAY)).toMatchObject({ state: 'accepted' });
    expect(await rowOf(kept.release, WEEK)).toMatchObject({ state: 'suppressed', code: 'paused' });
    expect(lettersTo(WEEK)).toEqual([]);
  });

  it('never holds what was published while its reader rested, though its window comes after the rest', async () => {
    const before = await release();
    await sql`update subscribers set paused_until = clock_timestamp() + interval '1 week' where address = ${WEEK}`.execute(db());
    const meanwhile = await release();
    expect(await rowOf(meanwhile.release, WEEK)).toMatchObject({ state: 'suppressed', code: 'paused', attempts: 0 });
    await sql`update subscribers set paused_until = null where address = ${WEEK}`.execute(db());
    const after = await release();
    await windowComes(world, 'weekly');
    await world.sendDigests(sender);
    const [digest, ...more] = lettersTo(WEEK);
    expect(more).toEqual([]);
    const text = await textOf(digest!);
    for (const { title } of [before, after]) expect(text).toContain(title);
    expect(text).not.toContain(meanwhile.title);
    expect((await world.equation(meanwhile.release))[0]).toMatchObject({ sumIsRight: true, audience: 3 });
  });

  it('put off by a server goes later as one letter under the same name, with what is due meanwhile', async () => {
    const [first, second] = [await release(), await release()];
    await windowComes(world, 'daily');
    world.smtp.script = ({ phase }) => (phase === 'rcpt' ? { reply: '452 4.2.2 mailbox full' } : undefined);
    await world.sendDigests(sender);
    const before = [await rowOf(first.release, DAY), await rowOf(second.release, DAY)];
    expect(before.map(({ state }) => state)).toEqual(['deferred', 'deferred']);
    expect(before[0]!.due_at).toEqual(before[1]!.due_at);
    expect(before[0]!.digest).toBe(before[1]!.digest);
    world.smtp.script = undefined;
    const third = await release();
    await windowComes(world, 'daily');
    expect(await world.sendDigests(sender)).toBe(1);
    const text = await textOf(lettersTo(DAY)[0]!);
    for (const { title } of [first, second, third]) expect(text).toContain(title);
    expect(await world.sendDigests(sender)).toBe(0);
  });

  it('that nobody knows the fate of is unknown as a whole, and sent again by a person under the same name, alone', async () => {
    const made = [await release(), await release()];
    await windowComes(world, 'daily');
    world.smtp.script = ({ phase }) => (phase === 'dot' ? { drop: true, keep: true } : undefined);
    await world.sendDigests(sender);
    expect((await Promise.all(made.map(({ release: id }) => rowOf(id, DAY)))).map(({ state }) => state)).toEqual(['unknown', 'unknown']);
    world.smtp.script = undefined;
    await sql`update deliveries set at = clock_timestamp() - interval '1 hour' where state = 'unknown'`.execute(db());
    await db()
      .transaction()
      .execute(async (tx) => {
        for (const { release: id } of made) await retryUnknown(tx, { release: id, reason: 'test' });
      });
    const fresh = await release();
    await windowComes(world, 'daily');
    await world.sendDigests(sender);
    const [lost, again, more] = lettersTo(DAY);
    expect(again!.messageId).toBe(lost!.messageId);
    expect(await textOf(again!)).not.toContain(fresh.title);
    expect(more!.messageId).not.toBe(lost!.messageId);
    expect(await textOf(more!)).toContain(fresh.title);
    expect(lettersTo(DAY)).toHaveLength(3);
  });

  it('of a sender that was killed is judged as a whole: never begun goes again, begun is unknown', async () => {
    const made = [await release(), await release()];
    await windowComes(world, 'daily');
    const held = latch();
    world.smtp.script = ({ phase }) => (phase === 'dot' ? { wait: held.wait } : undefined);
    const sending = world.sendDigests(sender);
    await until(async () => (await rowOf(made[0]!.release, DAY)).state === 'claimed');
    await sql`update senders set seen_at = clock_timestamp() - interval '61 seconds'`.execute(db());
    await sweepClaims(world.services);
    const rows = await Promise.all(made.map(({ release: id }) => rowOf(id, DAY)));
    expect(rows.map(({ state }) => state)).toEqual(['unknown', 'unknown']);
    held.open();
    // Woken, it settles both by token.
    await sending;
    expect((await Promise.all(made.map(({ release: id }) => rowOf(id, DAY)))).map(({ state }) => state)).toEqual(['accepted', 'accepted']);
  });

  it('leaves without a release whose text cannot be made, and that run waits for a person', async () => {
    const [kept, broken] = [await release(), await release()];
    await windowComes(world, 'daily');
    await db()
      .transaction()
      .execute(async (tx) => {
        await sql`set local session_replication_role = replica`.execute(tx);
        await sql`update revisions set rendered = null, content = content - 'title' where release = ${broken.release}`.execute(tx);
      });
    await world.sendDigests(sender);
    const text = await textOf(lettersTo(DAY)[0]!);
    expect(text).toContain(kept.title);
    expect(text).not.toContain(broken.title);
    expect((await world.equation(broken.release))[0]).toMatchObject({ state: 'paused' });
    expect(await rowOf(broken.release, DAY)).toMatchObject({ state: 'pending' });
  });

  it('is not made of stopped letters', async () => {
    const { release: id } = await release();
    await stopLetters(world.services, world.maria, { release: id, reason: 'test' });
    await windowComes(world, 'daily');
    expect(await world.sendDigests(sender)).toBe(0);
    await world.emailJob(id, 1);
    expect(await world.states(id)).toEqual({ cancelled: 3 });
  });
});

describe('another frequency', () => {
  it('moves what waits: at once leaves now, a window is waited for, and the receipt is due with it', async () => {
    const { release: id } = await release();
    const due = async () =>
      (
        await db()
          .selectFrom('receipts')
          .select('due_at')
          .where('release', '=', id)
          .where('channel', '=', 'email')
          .executeTakeFirstOrThrow()
      ).due_at;
    await world.send(sender, id, 1);
    await world.emailJob(id, 1);
    expect(await due()).toEqual((await rowOf(id, DAY)).due_at);
    await changeFrequency(world, WEEK, 'at-once');
    expect((await due()).getTime()).toBeLessThanOrEqual(Date.now());
    await changeFrequency(world, DAY, 'weekly');
    const { newsroom } = await world.services.newsroom();
    expect(await rowOf(id, DAY)).toMatchObject({ frequency: 'weekly', due_at: nextWindow('weekly', new Date(), newsroom) });
    await world.send(sender, id, 1);
    expect(lettersTo(WEEK).map(isDigest)).toEqual([false]);
    await windowComes(world, 'weekly');
    await world.sendDigests(sender);
    expect(lettersTo(DAY).map(isDigest)).toEqual([true]);
    await changeFrequency(world, DAY, 'daily');
    await changeFrequency(world, WEEK, 'weekly');
  });
});

describe('a run with digests', () => {
  it('is owed until its last window, looked at again then, and done after it', async () => {
    const { release: id } = await release();
    await world.send(sender, id, 1);
    await world.emailJob(id, 1);
    expect(await world.receipt(id, 1)).toBe('owed');
    await windowComes(world, 'daily');
    await windowComes(world, 'weekly');
    await Promise.all(SHARDS.map((shard) => runDigests(sender, shard, new AbortController().signal)));
    await world.emailJob(id, 1);
    expect(await world.receipt(id, 1)).toBe('done');
    expect(await world.states(id)).toEqual({ accepted: 3 });
  });

  it('is done for the moment while only digests wait: nothing late in status, house, lists or alerts', async () => {
    await sql`update receipts set state = 'done', done_at = clock_timestamp() where state = 'owed'`.execute(db());
    const { release: id } = await release();
    const { newsroom } = await world.services.newsroom();
    const open = await loadStatus(world.services, id);
    expect(open.letters[0]!.waiting).toEqual({ count: 2, dueAt: nextWindow('daily', new Date(), newsroom).toISOString() });
    expect(open.overall).not.toBe('done');
    await world.send(sender, id, 1);
    await world.emailJob(id, 1);
    await sql`update receipts set state = 'done' where release = ${id} and channel <> 'email'`.execute(db());
    await sql`update receipts set owed_at = clock_timestamp() - interval '1 hour' where release = ${id}`.execute(db());
    const status = await loadStatus(world.services, id);
    expect(status.overall).toBe('done');
    expect(status.channels.find(({ channel }) => channel === 'email')!.remark).toMatch(/^2 wait for the digest of /);
    expect(await loadHouse(world.services)).toMatchObject({ owed: 0, oldestOwed: null });
    expect((await listReleases(db(), { limit: 1 })).items[0]).toMatchObject({ waitsFor: 'nobody' });
    expect((await loadAlertFacts(world.services)).owed).toEqual([]);
    await windowComes(world, 'daily');
    await sql`update receipts set due_at = clock_timestamp() where release = ${id} and channel = 'email'`.execute(db());
    expect((await loadStatus(world.services, id)).overall).not.toBe('done');
    expect(await loadHouse(world.services)).toMatchObject({ owed: 1 });
  });

  it('is woken by the sweep when a window has come, shard by shard', async () => {
    const waked: unknown[] = [];
    const dispatch = {
      ...world.services.dispatch,
      wake: async (wakes: readonly Wake[]) => waked.push(...wakes.map(({ payload }) => payload)),
    };
    const services = { ...world.services, dispatch };
    const { release: id } = await release();
    await world.send(sender, id, 1);
    await world.emailJob(id, 1);
    await sweep(services);
    expect(waked.filter((payload) => 'digests' in (payload as object))).toEqual([]);
    await windowComes(world, 'daily');
    await sweep(services);
    expect(waked).toContainEqual({ digests: (await idOf(world, DAY))[0] });
  });
});

describe('the workers', () => {
  it('send digests when the sweep finds their window, and close the receipt with the last of them', async () => {
    const { release: id } = await release();
    await world.send(sender, id, 1);
    await world.emailJob(id, 1);
    await windowComes(world, 'daily');
    await windowComes(world, 'weekly');
    const stop = new AbortController();
    const workers = await Promise.all([runWorker(delivery, world.services, stop.signal), runWorker(email, world.services, stop.signal)]);
    await sweep(world.services);
    await until(async () => (await world.receipt(id, 1)) === 'done');
    stop.abort();
    await Promise.all(workers.map((worker) => worker.close()));
    expect(await world.states(id)).toEqual({ accepted: 3 });
    expect([lettersTo(DAY), lettersTo(WEEK)].map((letters) => letters.map(isDigest))).toEqual([[true], [true]]);
  });
});

describe('what comes back of a digest', () => {
  it('is noted on all its rows', async () => {
    const made = [await release(), await release()];
    const alone = await release();
    await windowComes(world, 'daily');
    await sql`update deliveries set due_at = clock_timestamp() + interval '1 day' where release = ${alone.release} and frequency = 'daily'`.execute(
      db(),
    );
    await world.sendDigests(sender);
    const subscriber = await idOf(world, DAY);
    await db()
      .transaction()
      .execute((tx) =>
        applyConsequence(tx, {
          bounce: 1,
          verdict: 'policy',
          code: '5.7.1',
          reply: 'not today',
          mta: '',
          subscriber,
          address: null,
          letter: { release: made[1]!.release, n: 1 },
          addressKey: Buffer.alloc(32),
        }),
      );
    for (const { release: id } of made)
      expect(await rowOf(id, DAY)).toMatchObject({ state: 'accepted', report: 'failed', report_code: '5.7.1' });
    expect(await rowOf(alone.release, DAY)).toMatchObject({ report: null });
    expect(await rowOf(made[0]!.release, NOW)).toMatchObject({ report: null });
  });
});
