import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createTransport } from 'nodemailer';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { judgeBounces, storeBounce } from '../../../src/shared/delivery/bounces.ts';
import { confirm } from '../../../src/shared/delivery/change-preferences.ts';
import { erase } from '../../../src/shared/delivery/erasure.ts';
import { exportOwnData } from '../../../src/shared/delivery/own-data.ts';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import type { Transport } from '../../../src/shared/mail/transport.ts';
import { type Inbox, openInbox } from '../../../src/shared/platform/embedded/inbox.ts';
import { eraseAddress } from '../../../src/shared/publishing/erasing.ts';
import { forget } from '../../../src/shared/publishing/forgetting.ts';
import { sweep } from '../../../src/shared/publishing/sweep.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import type { Services } from '../../../src/shared/services.ts';
import { importSubscribers } from '../../../src/shared/subscribers/import.ts';
import { leave } from '../../../src/shared/subscribers/leave.ts';
import { askForOwnData } from '../../../src/shared/subscribers/own-data.ts';
import { signUp } from '../../../src/shared/subscribers/sign-up.ts';
import { addressHash, findSuppression, suppress } from '../../../src/shared/subscribers/suppressions.ts';
import { handler as archive } from '../../../src/workers/archive.ts';
import { handler as notices } from '../../../src/workers/notices.ts';
import { runChannelJob } from '../../../src/workers/run.ts';
import { type LetterWorld, latch, openLetterWorld } from '../../support/letters.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';
import { dsn, failed, feedback, mailOf, prose } from '../../support/returned-mail.ts';
import { findTraces } from '../../support/traces.ts';
import { writeOutput } from '../../support/web.ts';

const DOMAIN = 'bounces.alvmark.example';
const never = new AbortController().signal;

let world: LetterWorld;
let services: Services;
let sender: Sender;
let transport: Transport;
let inbox: Inbox;
const logs: string[] = [];
let mark = 4710;
/** This test's person. */
let local: string;
let address: string;
let name: string;

beforeAll(async () => {
  world = await openLetterWorld({ BOUNCE_DOMAIN: DOMAIN });
  const log = pino({ level: 'trace' }, { write: (line: string) => void logs.push(line) });
  services = { ...world.services, log };
  sender = await world.sender({ log });
  transport = await notices.open(services);
  inbox = await openInbox({ dataDir: world.dataDir });
  await world.people([{ address: 'bo@granback.example' }]);
});
beforeEach(() => {
  mark += 1;
  local = `kim.aberg-${mark}`;
  address = `${local}@lillan.example`;
  name = `Kim Åbergsson-${mark}`;
  world.smtp.letters.length = 0;
  world.smtp.script = undefined;
});
afterAll(async () => {
  await inbox.close();
  await transport.close();
  await world.close();
});

const db = () => world.services.database;
const traces = () => findTraces(world, [address, local, name], logs);
const hash = async () => addressHash(await getKey(db(), 'address'), address);
const person = (to = address) => db().selectFrom('subscribers').selectAll().where('address', '=', to).executeTakeFirst();
const letterTo = (to = address) => world.smtp.letters.findLast((letter) => letter.to === to)!;

/** Signs up, gets the confirmation letter and presses its button. */
async function subscribe(): Promise<string> {
  const wish = { address, language: 'sv', topics: ['*'], frequency: 'at-once' as const, source: 'https://nyheter.example/subscribe' };
  expect(await signUp(services, { ...wish, wording: 'Ja tack', wordingVersion: 'sv-1' })).toBe('asked');
  await deliverNotices();
  const { id } = await db()
    .selectFrom('sign_ups')
    .select('id')
    .where('address', '=', address)
    .orderBy('signed_at', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  expect(await confirm(services, id)).toBe('confirmed');
  await sql`update subscribers set name = ${name} where address = ${address}`.execute(db());
  return (await person())!.id;
}

async function deliverNotices(): Promise<void> {
  const owed = await db().selectFrom('notices').select('id').where('state', '=', 'owed').execute();
  for (const { id } of owed) await notices.handle({ noticeId: id }, { services, signal: never, state: transport });
}

/** One more release, mailed. */
async function mail(): Promise<string> {
  const { release } = await publish(world, plainContent({}, `Nummer ${mark} ${Math.random()}`));
  await world.emailJob(release, 1);
  await world.send(sender, release, 1);
  return release;
}

async function comesBack(raw: string, local?: string): Promise<void> {
  await storeBounce(services, { via: 'api', raw: Buffer.from(raw), ...(local === undefined ? {} : { local }) });
  await judgeBounces(services);
}
const localOf = (from: string) => from.split('@')[0]!;
const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n');

async function row(release: string, subscriber: string) {
  return (await world.rows(release)).find((one) => one.subscriber === subscriber)!;
}

/** Everything that can happen to a subscriber leaves something behind. */
async function wholeStory(): Promise<{ id: string; accepted: string; rejected: string; waiting: string }> {
  const id = await subscribe();
  const accepted = await mail();
  const came = localOf(letterTo().from);
  await comesBack(dsn({ status: failed('5.2.2', `452 5.2.2 <${address}> is full`), to: `${came}@${DOMAIN}` }), came);
  world.smtp.script = ({ phase, text }) =>
    phase === 'rcpt' && text.includes(address)
      ? { reply: `550 5.1.1 <${address.toUpperCase()}> ${local}: no mailbox of ${name} here` }
      : undefined;
  const rejected = await mail();
  world.smtp.script = undefined;
  // Nobody can tell whose these are; they stay for a person to read.
  await comesBack(
    mailOf('text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64', base64(`Sorry, ${address} has moved.`), {
      from: 'someone@away.example',
    }),
  );
  await comesBack(
    mailOf(
      'text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable',
      `Hej, ${address.replace('@', '=40').replace('aberg', 'ab=\r\nerg')}!`,
      {
        from: 'someone@away.example',
      },
    ),
  );
  // And one about somebody else, whose mail is sent on to this person.
  const bos = localOf(letterTo('bo@granback.example').from);
  await comesBack(dsn({ status: failed('4.2.2', `452 4.2.2 mailbox of ${address} is full`), to: `${bos}@${DOMAIN}` }), bos);
  await sql`delete from suppressions where address_hash = ${await hash()}`.execute(db());
  await sql`update subscriptions set frequency = 'weekly' where subscriber = ${id}`.execute(db());
  const waiting = await mail();
  await askForOwnData(services, id);
  // PostgreSQL would quote the row in its log.
  const twice = sql`insert into subscribers (address, language, state, token_key) values (${address}, 'sv', 'active', '')`.execute(db());
  await expect(twice).rejects.toMatchObject({ code: '23505' });
  await suppress(db(), [
    { hash: await hash(), reason: 'complaint', evidence: { code: '5.7.1', reply: `${local} complained`, relay: 'mx.lillan.example' } },
  ]);
  const door = createTransport({ host: '127.0.0.1', port: inbox.port, ignoreTLS: true });
  await door.sendMail({ from: 'nyheter@alvmark.example', to: address, subject: 'Hej', text: `Hej ${name}` });
  await door.sendMail({ from: 'nyheter@alvmark.example', to: 'bo@granback.example', subject: 'Hej', text: 'Hej Bo' });
  door.close();
  return { id, accepted, rejected, waiting };
}

describe('erasing a person', () => {
  it('leaves neither address nor name anywhere: tables, Redis, logs, journals, inbox, archive, pages', async () => {
    const { id, accepted, rejected, waiting } = await wholeStory();
    await writeOutput(world);
    for (const release of [accepted, rejected])
      await runChannelJob(archive, { releaseId: release, revision: 1 }, { services, signal: never });
    // The scan sees what there is to find.
    const before = (await traces()).map((place) => place.replace(/.*inbox.*/, 'inbox'));
    expect(before).toEqual(
      expect.arrayContaining([
        'bounces.raw',
        'inbox',
        'notices.to',
        'sign_ups.address',
        'subscribers.address',
        'subscribers.name',
        'suppressions.evidence',
      ]),
    );
    const equations = await Promise.all([accepted, rejected, waiting].map((release) => world.equation(release)));

    const erased = await erase(services, { person: { subscriber: id }, way: 'page', account: null });

    expect(erased).toMatchObject({ subscriber: true, topics: 1, signUps: 1, inbox: 1, bounces: 4 });
    expect(await traces()).toEqual([]);
    // The letters still add up; the one that waited will not leave.
    for (const [index, release] of [accepted, rejected].entries()) {
      const [now] = await world.equation(release);
      expect(now).toMatchObject({ counts: equations[index]![0]!.counts, sumIsRight: true });
    }
    expect(await row(accepted, id)).toMatchObject({ state: 'accepted', reply: null, report_text: null });
    expect(await row(waiting, id)).toMatchObject({ state: 'suppressed', code: 'erased' });
    expect((await world.equation(waiting))[0]!.sumIsRight).toBe(true);
    expect(await db().selectFrom('subscribers').selectAll().where('id', '=', id).executeTakeFirst()).toMatchObject({
      address: null,
      name: null,
      state: 'erased',
    });
    expect(await db().selectFrom('consents').select('event').where('subscriber', '=', id).execute()).toEqual([{ event: 'erased' }]);
    expect(await findSuppression(db(), await hash())).toBe('complaint');
  });

  it('is as thorough when the time has passed, for several at once: one look each for all of them, and nobody else’s mail goes', async () => {
    const { id } = await wholeStory();
    const [other, stays] = [`robin-${mark}@lillan.example`, `sam-${mark}@lillan.example`];
    await world.people([{ address: other }, { address: stays }]);
    for (const named of [other, stays]) await comesBack(mailOf('text/plain', `Hej, ${named}!`, { from: 'someone@away.example' }));
    const unparsed = async () => (await db().selectFrom('bounces').select('raw').execute()).map(({ raw }) => raw.toString());
    for (const one of [id, (await person(other))!.id]) await leave(db(), { subscriber: one, way: 'page' });
    await sql`update subscribers set changed_at = clock_timestamp() - interval '731 days' where state = 'unsubscribed'`.execute(db());
    await forget(services);
    expect(await traces()).toEqual([]);
    expect(await findTraces(world, [other], logs)).toEqual([]);
    expect((await unparsed()).filter((raw) => raw.includes(stays))).toHaveLength(1);
    expect(await person(stays)).toMatchObject({ state: 'active' });
  });

  it('keeps the audit line with the hash alone', async () => {
    await subscribe();
    await eraseAddress(services, world.maria, address.toUpperCase());
    const lines = await db()
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'subscriber.erased')
      .orderBy('id', 'desc')
      .limit(1)
      .execute();
    expect(lines[0]).toMatchObject({ account: 'maria', detail: { hash: (await hash()).toString('hex'), way: 'desk' } });
    await expect(eraseAddress(services, world.elin, address)).rejects.toThrow('may not erase');
  });

  it('can be done again: nothing is left to remove, and nobody’s hash is kept by mistake', async () => {
    await subscribe();
    await eraseAddress(services, world.maria, address);
    await expect(eraseAddress(services, world.maria, address)).rejects.toMatchObject({ name: 'NotFound' });
    expect(await findSuppression(db(), await hash())).toBe('erased');
    await expect(eraseAddress(services, world.maria, `never-${mark}@lillan.example`)).rejects.toMatchObject({ name: 'NotFound' });
    const key = await getKey(db(), 'address');
    expect(await findSuppression(db(), addressHash(key, `never-${mark}@lillan.example`))).toBeUndefined();
  });

  it('finds by the hash whom a restored backup has brought back', async () => {
    await subscribe();
    expect(await eraseAddress(services, world.maria, (await hash()).toString('hex'))).toMatchObject({ subscriber: true });
    await expect(eraseAddress(services, world.maria, '0'.repeat(64))).rejects.toMatchObject({ name: 'NotFound' });
    expect(await traces()).toEqual([]);
  });

  it('is done once when two ask at the same moment', async () => {
    const id = await subscribe();
    const both = await Promise.all([1, 2].map(() => erase(services, { person: { subscriber: id }, way: 'page', account: null })));
    expect(both.filter((one) => one?.subscriber)).toHaveLength(1);
    expect(await traces()).toEqual([]);
  });

  it('forgets a sign-up that nobody confirmed', async () => {
    await signUp(services, {
      address,
      language: 'sv',
      topics: ['*'],
      frequency: 'at-once',
      source: 'x',
      wording: 'Ja',
      wordingVersion: 'sv-1',
    });
    expect(await eraseAddress(services, world.maria, address)).toMatchObject({ subscriber: false, signUps: 1, notices: 1 });
    expect(await traces()).toEqual([]);
    await sweep(services);
    await deliverNotices();
    expect(world.smtp.letters).toHaveLength(0);
  });

  it('keeps an import from taking the person up again, and nobody from signing up anew', async () => {
    await subscribe();
    await eraseAddress(services, world.maria, address);
    const { newsroom } = await services.newsroom();
    const csv = `address;language;topics;legal basis;source\n${address};sv;*;consent;mässan`;
    expect(await importSubscribers(db(), { csv, newsroom })).toMatchObject({ added: 0, suppressed: 1 });
    await subscribe();
    expect(await person()).toMatchObject({ state: 'active' });
    expect(await findSuppression(db(), await hash())).toBeUndefined();
    await mail();
    expect(letterTo()).toBeDefined();
    await eraseAddress(services, world.maria, address);
    expect(await traces()).toEqual([]);
  });
});

describe('what arrives after an erasure', () => {
  it('as the answer to a letter under way does not bring the person back', async () => {
    const id = await subscribe();
    const { release } = await publish(world, plainContent({}, `Under väg ${mark}`));
    await world.emailJob(release, 1);
    const [reached, answer] = [latch(), latch()];
    world.smtp.script = ({ phase, to, text }) => {
      if (phase !== 'rcpt' || ![...to, text].join(' ').includes(address)) return undefined;
      reached.open();
      return { wait: answer.wait, reply: `550 5.1.1 <${address}>: ${name} is unknown` };
    };
    const sending = world.send(sender, release, 1);
    await reached.wait;
    await eraseAddress(services, world.maria, address);
    answer.open();
    await sending;
    expect(await row(release, id)).toMatchObject({ state: 'rejected', code: 'erased', reply: null });
    expect(await findSuppression(db(), await hash())).toBe('erased');
    expect(await traces()).toEqual([]);
  });

  it('as a bounce is counted, and its text thrown away', async () => {
    const id = await subscribe();
    const release = await mail();
    const came = localOf(letterTo().from);
    const unsubscribe = /\/unsubscribe\/[\w-]+/.exec(letterTo().raw.replace(/=\r?\n/g, ''))![0];
    await eraseAddress(services, world.maria, address);
    const body = dsn({ status: failed('5.1.1', `550 5.1.1 <${address}> unknown`), to: `${came}@${DOMAIN}` }).replaceAll(
      'kim@lillan.example',
      address,
    );
    await comesBack(body, came);
    expect(await row(release, id)).toMatchObject({ state: 'accepted', report: 'failed', report_text: null });
    // A complaint that names nobody but the link, which is void, and prose with the address in it: only the hash tells whose they are.
    await comesBack(feedback('abuse', [`List-Unsubscribe: <https://nyheter.example${unsubscribe}>`, `To: ${address}`]));
    await comesBack(prose(`Hello, ${address} no longer works here.`, { from: 'someone@away.example', subject: 'Gone' }));
    expect(await traces()).toEqual([]);
    const states = await db().selectFrom('bounces').select(['state']).where(sql<number>`octet_length(raw)`, '=', 0).execute();
    expect(states.map(({ state }) => state)).toEqual(['judged', 'judged', 'judged']);
  });
});

describe('what a person gets to see', () => {
  it('is everything that an erasure would remove', async () => {
    const { id } = await wholeStory();
    const data = (await exportOwnData(db(), id))!;
    await writeFile(join(world.dataDir, 'own-data.json'), JSON.stringify(data));
    expect(data).toMatchObject({ address, name, topics: [{ frequency: 'weekly' }], suppression: { reason: 'complaint' }, signUps: [{}] });
    expect(data.letters.map(({ state }) => state)).toEqual(['pending', 'rejected', 'accepted']);
    expect(data.consents.map(({ event }) => event)).toEqual(['signed-up', 'confirmed']);
    expect(data.bounces).toHaveLength(1);
    expect(data.mails[0]).toContain('5.2.2');
    expect(data.notices.map(({ kind }) => kind)).toEqual(['confirmation', 'own-data']);
  });
});
