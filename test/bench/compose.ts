import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import MailComposer from 'nodemailer/lib/mail-composer';
import { type Addressee, addresseeOf } from '../../src/shared/mail/addressee.ts';
import { openDkim } from '../../src/shared/mail/dkim.ts';
import { composeLetter } from '../../src/shared/mail/letter.ts';
import { prepareRaw, type RawLetter } from '../../src/shared/mail/raw.ts';
import { openTransport } from '../../src/shared/mail/transport.ts';
import { openLog } from '../../src/shared/platform/log.ts';
import { openSmtpServer } from '../support/smtp-server.ts';
import { samplePublisher, sampleView } from '../support/views.ts';

/*
 * How many letters a second one process makes: composed anew for each recipient by nodemailer, against written into a copy (src/shared/mail/raw.ts),
 * plain and signed; and how many it hands to a mail server on loopback that shares the processor.
 *   node test/bench/compose.ts --letters 2000
 */
const { values } = parseArgs({ options: { letters: { type: 'string', default: '2000' } } });
const count = Number(values.letters);

const publisher = samplePublisher();
const sender = { name: publisher.newsroom.name, address: 'nyheter@alvmark.example', domain: 'alvmark.example' };
const date = new Date('2026-11-19T09:05:00Z');
const letter = composeLetter(sampleView(), publisher);
const keys = { links: Buffer.alloc(32, 1), messageId: Buffer.alloc(32, 2) };
const people: Addressee[] = Array.from({ length: count }, (_, index) => {
  const subscriber = `5c0f6a52-7f0e-4a35-9b53-${index.toString(16).padStart(12, '0')}`;
  const person = { subscriber, address: `n${index}@lillan.example`, tokenKey: Buffer.alloc(16, 3) };
  return addresseeOf({ keys, person, letter: { release: letter.release, mailing: 1 }, domain: sender.domain });
});

async function measure(name: string, work: () => Promise<unknown> | unknown): Promise<void> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const perThousand = (user + system) / 1_000 / (count / 1_000);
  console.log(
    `${name.padEnd(44)} ${Math.round(count / seconds)
      .toString()
      .padStart(7)} letters/s  ${perThousand.toFixed(0).padStart(6)} ms CPU per 1,000`,
  );
}

async function composeEach(): Promise<void> {
  for (const { address, messageId } of people) {
    const mail = { from: sender, to: address, subject: letter.subject, date, messageId, text: letter.text, html: letter.html };
    await new MailComposer({ ...mail, textEncoding: 'quoted-printable' }).compile().build();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'depesch-bench-'));
async function signedWith(...kinds: ('rsa' | 'ed25519')[]): Promise<RawLetter> {
  const files = kinds.map((kind) => {
    const path = join(folder, `${kind}.pem`);
    const pair = kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
    writeFileSync(path, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return { selector: kind, path };
  });
  return prepareRaw(letter, { sender, publisher, date, dkim: await openDkim({ keys: files, domain: 'alvmark.example' }) });
}

const raw = await prepareRaw(letter, { sender, publisher, date });
const rsa = await signedWith('rsa');
const ed25519 = await signedWith('ed25519');
const both = await signedWith('rsa', 'ed25519');
rmSync(folder, { recursive: true });
console.log(`${count} letters of ${raw(people[0]!).length} bytes, Node ${process.version}`);
await measure('composed for each recipient (nodemailer)', composeEach);
await measure('written into a copy', () => people.forEach((person) => void raw(person)));
await measure('written into a copy, signed rsa-2048', () => people.forEach((person) => void rsa(person)));
await measure('written into a copy, signed ed25519', () => people.forEach((person) => void ed25519(person)));
await measure('written into a copy, signed with both', () => people.forEach((person) => void both(person)));

const [body, other] = [raw(people[0]!), raw(people[1]!)].map((bytes) => bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)) as [Buffer, Buffer];
const first = body.findIndex((byte, index) => byte !== other[index]);
const common = createHash('sha256').update(body.subarray(0, first));
console.log(`${first} of the body's ${body.length} bytes come before the first personal one`);
await measure('hash of the whole body', () => people.forEach(() => void createHash('sha256').update(body).digest()));
await measure('hash from the first personal byte on', () => people.forEach(() => void common.copy().update(body.subarray(first)).digest()));

const server = await openSmtpServer({ keepRaw: false });
const transport = openTransport({ smtpUrl: server.url, inboxPort: undefined }, openLog('bench', 'silent', false));
await measure('… and handed over (server in this process)', () =>
  Promise.all(people.map((person) => transport.send({ envelope: { from: sender.address, to: person.address }, raw: raw(person) }))),
);
await transport.close();
await server.close();
