import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addresseeOf } from '../../src/shared/mail/addressee.ts';
import { openDkim } from '../../src/shared/mail/dkim.ts';
import type { DnsRecord } from '../../src/shared/mail/dns-record.ts';
import { composeLetter } from '../../src/shared/mail/letter.ts';
import { makeDkimKey } from '../../src/shared/mail/new-dkim-key.ts';
import { prepareRaw } from '../../src/shared/mail/raw.ts';
import { openTransport } from '../../src/shared/mail/transport.ts';
import { openLog } from '../../src/shared/platform/log.ts';
import { readDemoViews } from './demo-views.ts';
import { openSmtpServer } from './smtp-server.ts';

const DOMAIN = 'alvmark.example';

export type Captured = {
  /** Letters as a mail server took them. */
  readonly letters: readonly string[];
  /** The records that belong to the keys they are signed with. */
  readonly records: readonly DnsRecord[];
};

/** Mails the demo's releases in turn, each letter to another person, signed with rsa and ed25519, and gives what a mail server got. */
export async function captureLetters(count: number): Promise<Captured> {
  const folder = await mkdtemp(join(tmpdir(), 'depesch-captured-'));
  const server = await openSmtpServer();
  const transport = openTransport({ smtpUrl: server.url, inboxPort: undefined }, openLog('check', 'silent', false));
  try {
    const { keys, records } = await makeKeys(folder);
    const dkim = await openDkim({ keys, domain: DOMAIN });
    const { publisher, views } = await readDemoViews();
    const sender = { name: publisher.newsroom.name, address: `nyheter@${DOMAIN}`, domain: DOMAIN };
    const makers = await Promise.all(
      [...views.values()].map(async (view) => {
        const raw = await prepareRaw(composeLetter(view, publisher), { sender, publisher, date: view.publishedAt, dkim });
        return { raw, letter: { release: view.id, mailing: view.n } };
      }),
    );
    for (let index = 0; index < count; index += 1) {
      const { raw, letter } = makers[index % makers.length]!;
      const person = {
        subscriber: `5c0f6a52-7f0e-4a35-9b53-${index.toString(16).padStart(12, '0')}`,
        address: `n${index}@lillan.example`,
        tokenKey: Buffer.alloc(16, index),
      };
      const follows = letter.mailing > 1 ? { ...letter, mailing: 1 } : undefined;
      const addressee = addresseeOf({ keys: KEYS, person, letter, follows, domain: DOMAIN });
      const answer = await transport.send({ envelope: { from: sender.address, to: person.address }, raw: raw(addressee) });
      if (answer.kind !== 'accepted') throw new Error(`the letter to ${person.address} was not taken: ${JSON.stringify(answer)}`);
    }
    return { letters: server.letters.map(({ raw }) => raw), records };
  } finally {
    await transport.close();
    await server.close();
    await rm(folder, { recursive: true });
  }
}

const KEYS = { links: Buffer.alloc(32, 1), messageId: Buffer.alloc(32, 2) };

async function makeKeys(folder: string): Promise<{ keys: { selector: string; path: string }[]; records: DnsRecord[] }> {
  const keys: { selector: string; path: string }[] = [];
  const records: DnsRecord[] = [];
  for (const type of ['rsa', 'ed25519'] as const) {
    const path = join(folder, `${type}.pem`);
    keys.push({ selector: `${type}2026`, path });
    records.push(await makeDkimKey({ type, selector: `${type}2026`, domain: DOMAIN, out: path }));
  }
  return { keys, records };
}
