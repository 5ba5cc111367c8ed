import { sql } from 'kysely';
import { createTransport } from 'nodemailer';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BounceReceiver, openBounceReceiver } from '../../../src/producers/bounces/receiver.ts';
import { decideBounce, getBounce, judgeAgain, listBounces } from '../../../src/shared/delivery/bounce-list.ts';
import { forgetBounces, judgeBounces, storeBounce } from '../../../src/shared/delivery/bounces.ts';
import type { Sender } from '../../../src/shared/delivery/sender.ts';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import { addressHash } from '../../../src/shared/subscribers/suppressions.ts';
import { type LetterWorld, openLetterWorld, until } from '../../support/letters.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';
import { dsn, failed, feedback, mailOf, RETURN } from '../../support/returned-mail.ts';
import type { TakenLetter } from '../../support/smtp-server.ts';

const DOMAIN = 'bounces.alvmark.example';

let world: LetterWorld;
let sender: Sender;
let receiver: BounceReceiver;
let mark = 0;
/** This test's own person, and the letter that went out to it. */
let address: string;
let release: string;
let letter: TakenLetter;

beforeAll(async () => {
  world = await openLetterWorld({ BOUNCE_DOMAIN: DOMAIN });
  sender = await world.sender();
  receiver = await openBounceReceiver(world.services, { host: '127.0.0.1', port: 0 });
});
beforeEach(async () => {
  mark += 1;
  address = `kim${mark}@lillan.example`;
  await sql`update subscribers set state = 'unsubscribed'`.execute(world.services.database);
  await world.people([{ address }]);
  ({ release, letter } = await send());
});
afterAll(async () => {
  await receiver.close();
  await world.close();
});

/** Publishes one more release; gives this person's letter. */
async function send(): Promise<{ release: string; letter: TakenLetter }> {
  world.smtp.letters.length = 0;
  const published = await publish(world, plainContent({}, `Nummer ${mark} ${Math.random()}`));
  await world.emailJob(published.release, 1);
  await world.send(sender, published.release, 1);
  return { release: published.release, letter: world.smtp.letters.find(({ to }) => to === address)! };
}

/** A report of that refusal about this person, addressed as servers do. */
function refusal(
  status: string,
  words = `${status.startsWith('4') ? 452 : 550} ${status} <${address}> cannot be reached`,
  about = letter,
): string {
  return dsn({ status: failed(status, words), to: about.from }).replaceAll('kim@lillan.example', address);
}

/** Hands a mail to the receiver as another server would, and waits for the judgement. */
async function deliver(raw: string, to: string = letter.from): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: receiver.port, ignoreTLS: true });
  await transport.sendMail({ envelope: { from: '', to }, raw });
  transport.close();
  await until(async () => (await listBounces(world.services.database, { state: 'new', limit: 1 })).length === 0);
}

const newest = async () => (await listBounces(world.services.database, { limit: 1 }))[0]!;
const count = async () =>
  Number((await sql<{ n: number }>`select count(*)::int as n from bounces`.execute(world.services.database)).rows[0]!.n);
async function suppression() {
  const hash = addressHash(await getKey(world.services.database, 'address'), address);
  const row = await world.services.database.selectFrom('suppressions').selectAll().where('address_hash', '=', hash).executeTakeFirst();
  return row && { reason: row.reason, evidence: row.evidence };
}
const row = async () => (await world.rows(release, 1)).find((one) => one.address === address)!;
const refuses = (to: string, raw = refusal('5.1.1')) => expect(deliver(raw, to)).rejects.toMatchObject({ responseCode: 550 });

describe('a letter', () => {
  it('leaves under a return address of its own, and names the address to leave by mail', async () => {
    expect(letter.from).toMatch(/^b\+[a-z2-7]{48}@bounces\.alvmark\.example$/);
    const mail = await PostalMime.parse(letter.raw);
    expect(mail.from?.address).toContain('news@');
    expect(mail.headers.find(({ key }) => key === 'list-unsubscribe')?.value).toMatch(
      /<mailto:u\+[a-z2-7]{42}@bounces\.alvmark\.example\?subject=unsubscribe>/,
    );
  });
});

describe('a mail to the return address', () => {
  it('that says the address is unknown ends in a suppression with evidence, and no next letter', async () => {
    await deliver(refusal('5.1.1'));
    expect(await newest()).toMatchObject({ state: 'judged', verdict: 'hard', code: '5.1.1', via: 'smtp' });
    const kept = await suppression();
    expect(kept).toMatchObject({ reason: 'hard-bounce', evidence: { release, n: 1, code: '5.1.1', relay: 'mailstore.lillan.example' } });
    expect(JSON.stringify(kept)).not.toContain(address);
    expect(kept!.evidence.reply).toBe('550 5.1.1 <recipient> cannot be reached');
    expect(await row()).toMatchObject({ state: 'accepted', report: 'failed', report_code: '5.1.1' });
    const next = await send();
    expect(next.letter).toBeUndefined();
    expect((await world.rows(next.release, 1)).find((one) => one.address === address)).toMatchObject({
      state: 'suppressed',
      code: 'hard-bounce',
    });
  });

  it('in capitals, as some servers write it back, is the same address', async () => {
    await deliver(refusal('5.1.1'), letter.from.toUpperCase());
    expect(await suppression()).toMatchObject({ reason: 'hard-bounce' });
  });

  it('that tells of a delay or of our reputation bars nobody', async () => {
    await deliver(refusal('4.4.1').replace('Action: failed', 'Action: delayed'));
    expect(await newest()).toMatchObject({ verdict: 'delayed' });
    expect((await row()).report).toBeNull();
    await deliver(refusal('5.7.1', '550 5.7.1 listed as spam source'));
    expect(await newest()).toMatchObject({ verdict: 'policy' });
    expect(await row()).toMatchObject({ state: 'accepted', report: 'failed', report_code: '5.7.1' });
    expect(await suppression()).toBeUndefined();
  });

  it('that proves the delivery is noted, and a later failure stays', async () => {
    await deliver(refusal('2.0.0', '250 ok').replace('Action: failed', 'Action: delivered'));
    expect((await row()).report).toBe('delivered');
    await deliver(refusal('5.2.2'));
    await deliver(refusal('2.0.0', '250 ok again').replace('Action: failed', 'Action: delivered'));
    expect(await row()).toMatchObject({ report: 'failed', report_code: '5.2.2' });
  });

  it('from a person’s holiday program changes nothing', async () => {
    const away = mailOf('text/plain', 'User unknown until December.', {
      from: address,
      subject: 'Autosvar',
      headers: ['Auto-Submitted: auto-replied'],
    });
    await deliver(away);
    expect(await newest()).toMatchObject({ verdict: 'auto-reply' });
    expect(await suppression()).toBeUndefined();
  });

  it('that comes twice is one bounce', async () => {
    const raw = refusal('4.2.2');
    await deliver(raw);
    const before = await count();
    await deliver(raw);
    expect(await count()).toBe(before);
  });

  it('that nobody can read is kept for a person, who decides', async () => {
    await deliver(mailOf('text/plain', 'Hej, vem är ni?', { from: address, subject: 'Fråga' }));
    const line = await newest();
    expect(line).toMatchObject({ state: 'unparsed', verdict: null });
    expect((await getBounce(world.services.database, line.id)).raw.toString()).toContain('vem är ni?');
    expect(await judgeAgain(world.services, line.id)).toBe(0);
    await decideBounce(world.services, { id: line.id, verdict: 'complaint', account: 'maria' });
    expect(await suppression()).toMatchObject({ reason: 'complaint' });
    await expect(decideBounce(world.services, { id: line.id, verdict: 'ignored', account: 'maria' })).rejects.toThrow('judged already');
  });
});

describe('a full mailbox', () => {
  it('bars after five letters over two weeks, and not after five in a day', async () => {
    const { database } = world.services;
    for (let letters = 0; letters < 5; letters += 1) {
      const { letter: next } = await send();
      await deliver(refusal('5.2.2', undefined, next), next.from);
      await deliver(refusal('4.2.2', '452 once more', next), next.from);
      expect(await suppression()).toBeUndefined();
    }
    await sql`update bounces set received_at = received_at - interval '15 days' where id = (select min(id) from bounces where verdict = 'soft'
      and subscriber = (select id from subscribers where address = ${address}))`.execute(database);
    const { letter: last } = await send();
    await deliver(refusal('5.2.2', undefined, last), last.from);
    expect(await suppression()).toMatchObject({ reason: 'soft-bounces' });
  });

  it('is forgotten with time, and by a report that a letter arrived', async () => {
    const { database } = world.services;
    const person = sql`(select id from subscribers where address = ${address})`;
    for (let letters = 0; letters < 5; letters += 1) {
      const { letter: next } = await send();
      await deliver(refusal('5.2.2', undefined, next), next.from);
    }
    await sql`update bounces set received_at = received_at - interval '61 days' where subscriber = ${person}`.execute(database);
    await deliver(refusal('5.2.2'));
    expect(await suppression()).toBeUndefined();
    await sql`update bounces set received_at = clock_timestamp() - interval '20 days' where subscriber = ${person} and received_at < now() - interval '1 day'`.execute(
      database,
    );
    const { letter: arrived } = await send();
    await deliver(refusal('2.0.0', '250 ok', arrived).replace('Action: failed', 'Action: delivered'), arrived.from);
    await deliver(refusal('5.2.2', '552 full once more'));
    expect(await suppression()).toBeUndefined();
  });
});

describe('leaving by mail', () => {
  const leaveAddress = () => /mailto:(u\+[a-z2-7]+@[a-z.]+)/.exec(letter.raw.replace(/\r\n[ \t]/g, ''))![1]!;
  const state = async () =>
    (await world.services.database.selectFrom('subscribers').select('state').where('address', '=', address).executeTakeFirstOrThrow())
      .state;

  it('ends the letters at once, and again changes nothing', async () => {
    const mail = mailOf('text/plain', '', { from: address, subject: 'unsubscribe', to: leaveAddress() });
    await deliver(mail, leaveAddress());
    expect([(await newest()).verdict, await state(), (await suppression())?.reason]).toEqual([
      'unsubscribe',
      'unsubscribed',
      'unsubscribed',
    ]);
    await deliver(mail.replace('unsubscribe', 'once more'), leaveAddress());
    expect((await newest()).verdict).toBe('unsubscribe');
  });

  it('does not happen because a report comes back to that address', async () => {
    await deliver(refusal('5.1.1').replaceAll(letter.from, 'x@x.example'), leaveAddress());
    expect([(await newest()).state, await state(), await suppression()]).toEqual(['unparsed', 'active', undefined]);
  });
});

describe('a complaint', () => {
  it('is proved by the letter it returns, wherever it is sent, and bars for good', async () => {
    const returned = letter.raw.split('\r\n\r\n', 1)[0]!.split('\r\n');
    const { id } = await storeBounce(world.services, { via: 'api', raw: Buffer.from(feedback('abuse', returned)) });
    await judgeBounces(world.services);
    expect(await newest()).toMatchObject({ id, via: 'api', verdict: 'complaint' });
    expect(await suppression()).toMatchObject({ reason: 'complaint' });
  });

  it('without a proof of whose it is waits for a person, who names the address', async () => {
    const { id } = await storeBounce(world.services, { via: 'api', raw: Buffer.from(`${feedback('abuse')}\r\n${mark}`) });
    await judgeBounces(world.services);
    expect(await newest()).toMatchObject({ id, state: 'unparsed' });
    await expect(decideBounce(world.services, { id, verdict: 'complaint', account: 'maria' })).rejects.toThrow('--address');
    await decideBounce(world.services, { id, verdict: 'complaint', address: address.toUpperCase(), account: 'maria' });
    expect(await suppression()).toMatchObject({ reason: 'complaint' });
  });
});

describe('the door', () => {
  it('takes no mail for anybody but us, and none for a token it did not make', async () => {
    const before = await count();
    await refuses('somebody@elsewhere.example');
    await refuses(`postmaster@${DOMAIN}`);
    await refuses(RETURN);
    await refuses(`b+${'a'.repeat(48)}@${DOMAIN}`);
    const [local] = letter.from.split('@');
    await refuses(`${local!.slice(0, -1)}${local!.endsWith('a') ? 'b' : 'a'}@${DOMAIN}`);
    await refuses(`${local}@${DOMAIN}.example`);
    expect([await count(), await suppression()]).toEqual([before, undefined]);
  });

  it('takes no mail larger than any report', async () => {
    await expect(deliver(mailOf('text/plain', `${'x'.repeat(900)}\r\n`.repeat(1_300)))).rejects.toMatchObject({ responseCode: 552 });
  });
});

it('a port that is taken is said, and nothing hangs', async () => {
  await expect(openBounceReceiver(world.services, { host: '127.0.0.1', port: receiver.port })).rejects.toThrow('EADDRINUSE');
});

describe('what came in by the API with a forged address', () => {
  it('is believed in nothing', async () => {
    const forged = letter.from.replace(/.(?=@)/, (last) => (last === 'a' ? 'b' : 'a'));
    await storeBounce(world.services, { via: 'api', raw: Buffer.from(refusal('5.1.1').replaceAll(letter.from, forged)) });
    await judgeBounces(world.services);
    expect(await newest()).toMatchObject({ state: 'unparsed', subscriber: null });
    expect([await suppression(), (await row()).report]).toEqual([undefined, null]);
  });
});

describe('a crash', () => {
  it('between storing and judging loses nothing: the sweep judges, once', async () => {
    await storeBounce(world.services, { via: 'smtp', local: letter.from.split('@')[0]!, raw: Buffer.from(refusal('5.1.1')) });
    expect(await suppression()).toBeUndefined();
    const [one, other] = await Promise.all([judgeBounces(world.services), judgeBounces(world.services)]);
    expect(one! + other!).toBeGreaterThan(0);
    expect(await suppression()).toMatchObject({ reason: 'hard-bounce' });
    expect(await judgeBounces(world.services)).toBe(0);
  });

  it('or time passing leaves no mail older than it is to be kept', async () => {
    await deliver(refusal('5.1.1'));
    const { id } = await newest();
    await sql`update bounces set received_at = clock_timestamp() - interval '91 days' where id = ${id}`.execute(world.services.database);
    await forgetBounces(world.services.database, 90);
    await expect(getBounce(world.services.database, id)).rejects.toThrow('does not exist');
    expect(await suppression()).toMatchObject({ reason: 'hard-bounce' });
  });
});
