import files from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import PostalMime from 'postal-mime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Transport } from '../../../src/shared/mail/transport.ts';
import { postAlerts } from '../../../src/shared/publishing/alert-posts.ts';
import { watch } from '../../../src/shared/publishing/alerts.ts';
import { loadHouse } from '../../../src/shared/publishing/house.ts';
import { sweep } from '../../../src/shared/publishing/sweep.ts';
import { handler as notices } from '../../../src/workers/notices.ts';
import { type LetterWorld, latch, openLetterWorld } from '../../support/letters.ts';
import { approvedDraft, plainContent, publish } from '../../support/newsdesk.ts';

const disk = { free: 50 };
const { statfs } = files;
/** Whoever asks for the room on a disk from now on is told this. */
function answerForDisks(answer: typeof statfs): void {
  files.statfs = answer;
  syncBuiltinESMExports();
}

type Post = { id: string; cause: string; state: string; subject: string; text: string };

let world: LetterWorld;
let transport: Transport;
let server: Server;
let slug: string;
let release: string;
let held: string;
const posts: Post[] = [];
let answer = 204;
/** Set, the address takes the line and never answers. */
let hangs: (() => void) | undefined;

beforeAll(async () => {
  answerForDisks((async () => ({ bavail: disk.free, blocks: 100 })) as unknown as typeof statfs);
  server = createServer(async (request, response) => {
    const body = await Array.fromAsync(request as AsyncIterable<Buffer>);
    if (hangs) return hangs();
    if (answer < 300) posts.push(JSON.parse(Buffer.concat(body).toString()) as Post);
    response.writeHead(answer).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  world = await openLetterWorld({ ALERT_MAIL: 'drift@alvmark.example', ALERT_URL: `http://127.0.0.1:${port}/depesch` });
  transport = await notices.open(world.services);
  ({ release, slug } = await publish(world, plainContent()));
  held = (await approvedDraft(world, plainContent({}, 'Badhuset'))).release;
});
beforeEach(async () => {
  await watch(world.services);
  await run(sql`update alerts set told_at = now(), told_over_at = now()`);
  await run(sql`delete from notices`);
  posts.length = 0;
  world.smtp.letters.length = 0;
  answer = 204;
  hangs = undefined;
});
afterEach(() => {
  vi.restoreAllMocks();
  disk.free = 50;
});
afterAll(async () => {
  answerForDisks(statfs);
  await transport.close();
  await world.close();
  server.close();
});

const run = (statement: ReturnType<typeof sql>) => statement.execute(world.services.database);
const owedNotices = () =>
  world.services.database.selectFrom('notices').selectAll().where('state', '=', 'owed').orderBy('created_at').execute();
const allDue = () => run(sql`update alerts set due_at = clock_timestamp()`);

/** Sends every notice that is owed, as its worker does. */
async function sendNotices(): Promise<void> {
  for (const { id } of await owedNotices())
    await notices.handle({ noticeId: id }, { services: world.services, signal: new AbortController().signal, state: transport });
}

const causes = () => [
  {
    cause: 'owed:html',
    begin: () => run(sql`update receipts set owed_at = clock_timestamp() - interval '6 minutes' where channel = 'html'`),
    end: () => run(sql`update receipts set owed_at = clock_timestamp() where channel = 'html'`),
  },
  {
    cause: 'failed:archive',
    begin: () => run(sql`update receipts set state = 'failed' where channel = 'archive'`),
    end: () => run(sql`update receipts set state = 'owed' where channel = 'archive'`),
  },
  {
    cause: `paused:${slug}:1`,
    begin: () => run(sql`update mailings set state = 'paused', reason = 'för många avvisade' where release = ${release}`),
    end: () => run(sql`update mailings set state = 'running', reason = null where release = ${release}`),
  },
  {
    cause: `relay:127.0.0.1:${world.smtp.port}`,
    begin: () =>
      run(
        sql`insert into relays (name, reason, tries, since) values (${`127.0.0.1:${world.smtp.port}`}, '535 5.7.8 no', 3, clock_timestamp()),
          ('former.example:25', '535 5.7.8 no', 9, clock_timestamp())`,
      ),
    end: () => run(sql`update relays set tries = 0 where name like '127.%'`),
  },
  {
    cause: 'missed:badhuset-far-nya-oppettider',
    begin: () => run(sql`update drafts set state = 'missed' where release = ${held}`),
    end: () => run(sql`update drafts set state = 'approved' where release = ${held}`),
  },
  {
    cause: 'worker:feeds',
    begin: () =>
      run(sql`insert into workers (id, channel, host, pid, seen_at)
        values (gen_random_uuid(), 'feeds', 'h', 1, clock_timestamp() - interval '2 minutes')`),
    end: () => run(sql`update workers set seen_at = clock_timestamp()`),
  },
  {
    cause: 'disk',
    begin: async () => {
      disk.free = 9;
    },
    end: async () => {
      disk.free = 50;
    },
  },
];

describe('the administrator', () => {
  it('is told once of each cause and once when it is over, by mail and by ALERT_URL; status lists it meanwhile', async () => {
    for (const { cause, begin, end } of causes()) {
      posts.length = 0;
      world.smtp.letters.length = 0;
      await begin();
      expect(await watch(world.services), cause).toEqual({ opened: 1, over: 0 });
      expect(await watch(world.services), cause).toEqual({ opened: 0, over: 0 });
      expect((await loadHouse(world.services)).alerts.map((alert) => alert.cause)).toEqual([cause]);
      expect(await postAlerts(world.services)).toBe(1);
      await end();
      expect(await watch(world.services), cause).toEqual({ opened: 0, over: 1 });
      expect(await postAlerts(world.services)).toBe(1);
      expect(await postAlerts(world.services)).toBe(0);
      await sendNotices();
      expect(posts.map((post) => [post.cause, post.state])).toEqual([
        [cause, 'open'],
        [cause, 'over'],
      ]);
      const mails = await Promise.all(world.smtp.letters.map((letter) => PostalMime.parse(letter.raw)));
      expect(mails.map((mail) => mail.subject)).toEqual(posts.map((post) => post.subject));
      expect(mails.map((mail) => mail.text?.trim())).toEqual(posts.map((post) => post.text.trim()));
      expect(mails[1]!.inReplyTo).toBe(mails[0]!.messageId);
      expect(world.smtp.letters.every((letter) => letter.to === 'drift@alvmark.example')).toBe(true);
    }
    expect((await loadHouse(world.services)).alerts).toEqual([]);
  });

  it('is told once however many schedulers watch', async () => {
    disk.free = 5;
    await Promise.all(Array.from({ length: 4 }, () => watch(world.services)));
    expect(await owedNotices()).toHaveLength(1);
    const taken = await Promise.all(Array.from({ length: 4 }, () => postAlerts(world.services)));
    expect(taken.reduce((sum, count) => sum + count)).toBe(1);
    disk.free = 50;
    await Promise.all(Array.from({ length: 4 }, () => watch(world.services)));
    expect(await owedNotices()).toHaveLength(2);
  });

  it('is told by ALERT_URL when it answers again, the beginning before the end', async () => {
    answer = 503;
    disk.free = 5;
    await watch(world.services);
    expect(await postAlerts(world.services)).toBe(0);
    disk.free = 50;
    await watch(world.services);
    answer = 204;
    // Put off: not asked again at once.
    expect(await postAlerts(world.services)).toBe(0);
    await allDue();
    expect(await postAlerts(world.services)).toBe(2);
    expect(posts.map((post) => post.state)).toEqual(['open', 'over']);
    expect(await owedNotices()).toHaveLength(2);
  });

  it('is told by mail while ALERT_URL hangs, which is waited for ten seconds at most, and asked once a pass', async () => {
    const reached = latch();
    const time = new AbortController();
    const limits: number[] = [];
    let asked = 0;
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      limits.push(ms);
      return time.signal;
    });
    hangs = () => {
      asked += 1;
      reached.open();
    };
    disk.free = 5;
    await run(sql`update mailings set state = 'paused' where release = ${release}`);
    expect(await watch(world.services)).toEqual({ opened: 2, over: 0 });
    const posting = postAlerts(world.services);
    await reached.wait;
    await sendNotices();
    expect(world.smtp.letters).toHaveLength(2);
    time.abort(new DOMException('too long', 'TimeoutError'));
    expect(await posting).toBe(0);
    expect(limits).toEqual([10_000]);
    expect(asked).toBe(1);
    // The one that got no answer is put off; the other is next, and does not wait for it.
    hangs = undefined;
    vi.restoreAllMocks();
    expect(await postAlerts(world.services)).toBe(1);
    await allDue();
    expect(await postAlerts(world.services)).toBe(1);
    expect(new Set(posts.map((post) => post.cause))).toEqual(new Set(['disk', `paused:${slug}:1`]));
    await run(sql`update mailings set state = 'running' where release = ${release}`);
  });

  it('is told once by mail though the process died between writing the alert down and sending it', async () => {
    disk.free = 5;
    const dies = { ...world.services.dispatch, wake: () => Promise.reject(new Error('killed')) };
    await expect(watch({ ...world.services, dispatch: dies })).rejects.toThrow('killed');
    expect(await watch(world.services)).toEqual({ opened: 0, over: 0 });
    const woken = vi.spyOn(world.services.dispatch, 'wake');
    await sweep(world.services);
    const [notice] = await owedNotices();
    expect(woken.mock.calls.flatMap(([wakes]) => wakes)).toContainEqual({ queue: 'notices', payload: { noticeId: notice!.id } });
    await sendNotices();
    await sendNotices();
    expect(world.smtp.letters).toHaveLength(1);
  });

  it('is told by ALERT_URL, with the same id, though the process died before or after the answer', async () => {
    disk.free = 5;
    await watch(world.services);
    // What a process leaves that died between taking the alert and hearing the answer.
    await run(sql`update alerts set attempts = 1, due_at = clock_timestamp() + interval '30 seconds' where told_at is null`);
    expect(await postAlerts(world.services)).toBe(0);
    await allDue();
    expect(await postAlerts(world.services)).toBe(1);
    // And between the answer and our note of it.
    await run(sql`update alerts set told_at = null, attempts = 1 where over_at is null`);
    await allDue();
    expect(await postAlerts(world.services)).toBe(1);
    expect(new Set(posts.map((post) => post.id)).size).toBe(1);
    expect(posts).toHaveLength(2);
  });

  it('is told of a relay that takes no mail by ALERT_URL at once, and by mail when it takes some again', async () => {
    world.smtp.script = ({ phase }) => (phase === 'mail' ? { reply: '454 4.7.0 not now' } : undefined);
    disk.free = 5;
    await watch(world.services);
    await sendNotices();
    expect(world.smtp.letters).toHaveLength(0);
    expect(await postAlerts(world.services)).toBe(1);
    world.smtp.script = undefined;
    await run(sql`update notices set due_at = clock_timestamp(), attempts = 100`);
    await sendNotices();
    expect(world.smtp.letters).toHaveLength(1);
    disk.free = 50;
  });
});
