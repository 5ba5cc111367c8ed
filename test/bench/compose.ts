import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import MailComposer from 'nodemailer/lib/mail-composer';
import { type Addressee, addresseeOf } from '../../src/shared/mail/addressee.ts';
import { openDkim } from '../../src/shared/mail/dkim.ts';
import { composeLetter } from '../../src/shared/mail/letter.ts';
import { prepareRaw, type RawLetter } from '../../src/shared/mail/raw.ts';
import type { Check, Figure } from '../support/check.ts';
import { samplePublisher, sampleView } from '../support/views.ts';

const COUNT = 2_000;

const publisher = samplePublisher();
const sender = { name: publisher.newsroom.name, address: 'nyheter@alvmark.example', domain: 'alvmark.example' };
const date = new Date('2026-11-19T09:05:00Z');
const letter = composeLetter(sampleView(), publisher);
const keys = { links: Buffer.alloc(32, 1), messageId: Buffer.alloc(32, 2) };
const people: Addressee[] = Array.from({ length: COUNT }, (_, index) => {
  const subscriber = `5c0f6a52-7f0e-4a35-9b53-${index.toString(16).padStart(12, '0')}`;
  const person = { subscriber, address: `n${index}@lillan.example`, tokenKey: Buffer.alloc(16, 3) };
  return addresseeOf({ keys, person, letter: { release: letter.release, mailing: 1 }, domain: sender.domain });
});

async function measure(what: string, work: () => Promise<unknown> | unknown): Promise<Figure & { readonly perThousand: number }> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const perThousand = (user + system) / COUNT;
  const found = `${perThousand.toFixed(0)} ms CPU per 1,000, ${Math.round(COUNT / seconds)} letters/s`;
  return { what, found, wanted: '-', right: true, perThousand };
}

async function composeEach(): Promise<void> {
  for (const { address, messageId } of people) {
    const mail = { from: sender, to: address, subject: letter.subject, date, messageId, text: letter.text, html: letter.html };
    await new MailComposer({ ...mail, textEncoding: 'quoted-printable' }).compile().build();
  }
}

async function signedWith(...kinds: ('rsa' | 'ed25519')[]): Promise<RawLetter> {
  const folder = mkdtempSync(join(tmpdir(), 'depesch-bench-'));
  const files = kinds.map((kind) => {
    const path = join(folder, `${kind}.pem`);
    const pair = kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
    writeFileSync(path, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return { selector: kind, path };
  });
  const dkim = await openDkim({ keys: files, domain: 'alvmark.example' });
  rmSync(folder, { recursive: true });
  return prepareRaw(letter, { sender, publisher, date, dkim });
}

export const bench: Check = {
  about:
    'one process making letters: composed anew for each recipient by nodemailer, and written into a copy (src/shared/mail/raw.ts), plain and signed',
  missing: async () => undefined,
  async run() {
    const raw = await prepareRaw(letter, { sender, publisher, date });
    const [rsa, ed25519, both] = [await signedWith('rsa'), await signedWith('ed25519'), await signedWith('rsa', 'ed25519')];
    const each = (make: RawLetter) => () => people.forEach((person) => void make(person));
    const composed = await measure('composed for each recipient (nodemailer)', composeEach);
    const copied = await measure('written into a copy', each(raw));
    const wanted = { wanted: 'at most a fifth of composing', right: copied.perThousand <= composed.perThousand / 5 };
    return {
      with: `${COUNT} letters of ${raw(people[0]!).length} bytes`,
      figures: [
        composed,
        { ...copied, ...wanted },
        await measure('written into a copy, signed rsa-2048', each(rsa)),
        await measure('written into a copy, signed ed25519', each(ed25519)),
        await measure('written into a copy, signed with both', each(both)),
      ],
    };
  },
};
