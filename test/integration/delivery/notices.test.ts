import { sql } from 'kysely';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { erase } from '../../../src/shared/delivery/erasure.ts';
import type { Transport } from '../../../src/shared/mail/transport.ts';
import { createDraft } from '../../../src/shared/publishing/drafts.ts';
import { sendTestLetter } from '../../../src/shared/publishing/letters.ts';
import { signUp } from '../../../src/shared/subscribers/sign-up.ts';
import { handler as notices } from '../../../src/workers/notices.ts';
import { runWorker } from '../../../src/workers/run.ts';
import { type LetterWorld, latch, openLetterWorld, peopleAt, until } from '../../support/letters.ts';
import { plainContent, publish, withdraw } from '../../support/newsdesk.ts';

let world: LetterWorld;
let transport: Transport;
let mark = 0;
beforeAll(async () => {
  world = await openLetterWorld();
  await world.people(peopleAt('lillan.example', 12));
  transport = await notices.open(world.services);
});
beforeEach(() => {
  mark += 1;
  world.smtp.script = undefined;
  world.smtp.letters.length = 0;
});
afterAll(async () => {
  await transport.close();
  await world.close();
});

const content = (overrides = {}) => plainContent(overrides, `Nummer ${mark}`);
const handle = (noticeId: string) =>
  notices.handle({ noticeId }, { services: world.services, signal: new AbortController().signal, state: transport });
const noticeOf = (id: string) => world.services.database.selectFrom('notices').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

describe('a test letter', () => {
  it('of a draft goes to whoever asked, to nobody else, and says that it is a test', async () => {
    const { release } = await createDraft(world.services, world.elin, { content: content() });
    const { notice, to } = await sendTestLetter(world.services, world.elin, { release });
    await handle(notice);
    expect(to).toBe('elin@alvmark.example');
    expect(world.smtp.letters.map((letter) => letter.to)).toEqual([to]);
    expect((await PostalMime.parse(world.smtp.letters[0]!.raw)).subject).toMatch(/^\[TEST\] Nummer /);
    expect(await noticeOf(notice)).toMatchObject({ state: 'done', error: null, attempts: 1 });
  });

  it('of a public release is its newest revision, of a withdrawn one the notice', async () => {
    const { release } = await publish(world, content());
    await handle((await sendTestLetter(world.services, world.elin, { release })).notice);
    await withdraw(world, release);
    await handle((await sendTestLetter(world.services, world.elin, { release })).notice);
    expect(world.smtp.letters).toHaveLength(2);
    expect(world.smtp.letters[1]!.raw).not.toContain(`Nummer ${mark}`);
  });

  it('is sent once when its job comes twice', async () => {
    const { release } = await publish(world, content());
    const { notice } = await sendTestLetter(world.services, world.elin, { release });
    await Promise.all([handle(notice), handle(notice)]);
    await handle(notice);
    expect(world.smtp.letters).toHaveLength(1);
  });

  it('left by a killed worker is free within a minute, and stays held while one is at it, however long that takes', async () => {
    const { release } = await publish(world, content());
    const { notice } = await sendTestLetter(world.services, world.elin, { release });
    const held = latch();
    const begun = latch();
    world.smtp.script = ({ phase }) => {
      if (phase !== 'dot') return undefined;
      begun.open();
      return { wait: held.wait };
    };
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const sending = handle(notice);
    await begun.wait;
    const dueIn = async () =>
      (
        await world.services.database
          .selectFrom('notices')
          .select(sql<number>`extract(epoch from due_at - clock_timestamp())::float8`.as('seconds'))
          .where('id', '=', notice)
          .executeTakeFirstOrThrow()
      ).seconds;
    expect(await dueIn()).toBeLessThanOrEqual(60);
    // As if a minute had passed.
    await world.services.database
      .updateTable('notices')
      .set({ due_at: new Date(0) })
      .where('id', '=', notice)
      .execute();
    vi.advanceTimersByTime(15_000);
    await until(async () => (await dueIn()) > 0);
    vi.useRealTimers();
    await handle(notice);
    held.open();
    await sending;
    expect(world.smtp.letters).toHaveLength(1);
    expect(await noticeOf(notice)).toMatchObject({ state: 'done', attempts: 1 });
  });

  it('does not wait for a run: it has a line of its own', async () => {
    const { release } = await publish(world, content());
    await world.emailJob(release, 1);
    const sender = await world.sender();
    const held = latch();
    const full = latch();
    let waiting = 0;
    world.smtp.script = ({ phase, to }) => {
      if (phase !== 'dot' || !to[0]!.endsWith('@lillan.example')) return undefined;
      waiting += 1;
      if (waiting === sender.transport.lines) full.open();
      return { wait: held.wait };
    };
    const bulk = world.send(sender, release, 1);
    await full.wait;
    await handle((await sendTestLetter(world.services, world.elin, { release })).notice);
    expect(world.smtp.letters.map((letter) => letter.to)).toEqual(['elin@alvmark.example']);
    held.open();
    await bulk;
  });

  it('does not wait for somebody whose server hardly answers', async () => {
    const { release } = await publish(world, content());
    const held = latch();
    const reached = latch();
    world.smtp.script = ({ phase, to }) => {
      if (phase !== 'dot' || to[0] !== 'elin@alvmark.example') return undefined;
      reached.open();
      return { wait: held.wait };
    };
    const worker = await runWorker(notices, world.services, new AbortController().signal);
    await sendTestLetter(world.services, world.elin, { release });
    await reached.wait;
    await sendTestLetter(world.services, world.jonas, { release });
    await world.smtp.whenTaken(1);
    expect(world.smtp.letters.map((letter) => letter.to)).toEqual(['jonas@alvmark.example']);
    held.open();
    await world.smtp.whenTaken(2);
    await worker.close();
  });

  it('is tried again later when the relay does not take it now, and then no more', async () => {
    const { release } = await publish(world, content());
    const { notice } = await sendTestLetter(world.services, world.elin, { release });
    world.smtp.script = ({ phase }) => (phase === 'rcpt' ? { reply: '451 4.3.0 later' } : undefined);
    await handle(notice);
    const owed = await noticeOf(notice);
    expect(owed).toMatchObject({ state: 'owed', attempts: 1, error: expect.stringContaining('451 4.3.0') });
    expect(owed.due_at.getTime()).toBeGreaterThan(Date.now());
    await handle(notice);
    expect((await noticeOf(notice)).attempts).toBe(1);
    await sql`update notices set attempts = 11, due_at = clock_timestamp() where id = ${notice}`.execute(world.services.database);
    await handle(notice);
    expect(await noticeOf(notice)).toMatchObject({ state: 'failed', attempts: 12 });
  });

  it('fails for good, with the reason, when the address is refused', async () => {
    const { release } = await publish(world, content());
    const { notice } = await sendTestLetter(world.services, world.elin, { release });
    world.smtp.script = ({ phase }) => (phase === 'rcpt' ? { reply: '550 5.1.1 nobody here' } : undefined);
    await handle(notice);
    expect(await noticeOf(notice)).toMatchObject({ state: 'failed', error: '550 5.1.1 nobody here' });
    expect(await world.services.database.selectFrom('suppressions').selectAll().execute()).toEqual([]);
  });
});

describe('a letter to somebody who is erased while the relay greets', () => {
  it('does not begin any more, and leaves no row to try again', async () => {
    const address = `bort${mark}@lillan.example`;
    const { database } = world.services;
    const wish = { address, topics: ['*'], frequency: 'at-once' as const, language: 'sv', source: 'https://nyheter.example/subscribe' };
    await signUp(world.services, { ...wish, wording: 'Ja tack', wordingVersion: 'sv-1' });
    const { id } = await database.selectFrom('notices').select('id').where('to', '=', address).executeTakeFirstOrThrow();
    const fresh = await notices.open(world.services);
    const [greeting, greet] = [latch(), latch()];
    world.smtp.script = ({ phase }) => {
      if (phase !== 'connect') return undefined;
      greeting.open();
      return { wait: greet.wait };
    };
    const handled = notices.handle({ noticeId: id }, { services: world.services, signal: new AbortController().signal, state: fresh });
    await greeting.wait;
    await erase(world.services, { person: { address }, way: 'desk', account: null });
    greet.open();
    await handled;
    await fresh.close();
    expect(world.smtp.letters).toEqual([]);
    expect(await database.selectFrom('notices').selectAll().where('to', '=', address).execute()).toEqual([]);
  });
});
