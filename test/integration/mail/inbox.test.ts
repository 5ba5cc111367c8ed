import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listInbox, readInboxLetter } from '../../../src/shared/mail/inbox-reader.ts';
import { openTransport, type Transport } from '../../../src/shared/mail/transport.ts';
import { type Inbox, inboxFolder, openInbox } from '../../../src/shared/platform/embedded/inbox.ts';
import { openLog } from '../../../src/shared/platform/log.ts';

let dataDir: string;
let inbox: Inbox;
let transport: Transport;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'depesch-inbox-'));
  inbox = await openInbox({ dataDir });
  transport = openTransport({ smtpUrl: undefined, inboxPort: inbox.port }, openLog('test', 'silent', false));
});
afterEach(async () => {
  await transport.close();
  await inbox.close();
  await rm(dataDir, { recursive: true });
});

function letter(to: string, text = 'Hej.'): Promise<unknown> {
  const raw = `From: =?UTF-8?Q?Region_=C3=84lvmark?= <nyheter@alvmark.example>\r\nTo: ${to}\r\nSubject: =?UTF-8?Q?S=C3=A5_h=C3=A4r?= ${to}\r\n\r\n${text}\r\n`;
  return transport.send({ envelope: { from: 'nyheter@alvmark.example', to }, raw: Buffer.from(raw) });
}

it('a letter is on disk before the sender hears of it, with the envelope above it', async () => {
  expect(await letter('kim@lillan.example')).toMatchObject({ kind: 'accepted' });
  const { letters } = await listInbox(dataDir, { limit: 10 });
  expect(letters).toMatchObject([
    { to: 'kim@lillan.example', subject: 'Så här kim@lillan.example', from: 'Region Älvmark <nyheter@alvmark.example>' },
  ]);
  const opened = await readInboxLetter(dataDir, letters[0]!.id);
  expect(opened).toMatchObject({ to: 'kim@lillan.example', text: 'Hej.\n' });
  expect(opened!.raw.toString()).toMatch(/^Return-Path: <nyheter@alvmark\.example>\r\nDelivered-To: kim@lillan\.example\r\nFrom: /);
});

it('lists the newest first, page by page, none twice and none left out', async () => {
  for (let index = 0; index < 25; index += 1) await letter(`n${index}@lillan.example`);
  const seen: string[] = [];
  let before: string | undefined;
  do {
    const page = await listInbox(dataDir, { limit: 10, before });
    seen.push(...page.letters.map((line) => line.to));
    before = page.next;
  } while (before !== undefined);
  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `n${24 - index}@lillan.example`));
});

it('an empty inbox is an empty list, and a name that is none finds nothing', async () => {
  expect(await listInbox(dataDir, { limit: 10 })).toEqual({ letters: [] });
  for (const id of ['', '../../etc/passwd', '20261121T233123130Z-000001-abcd']) expect(await readInboxLetter(dataDir, id)).toBeUndefined();
});

it('leaves no half-written file behind', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, index) => letter(`n${index}@lillan.example`, 'rad\r\n'.repeat(5_000))));
  const hours = await readdir(inboxFolder(dataDir));
  const names = (await Promise.all(hours.map((hour) => readdir(inboxFolder(dataDir, hour))))).flat();
  expect(names).toHaveLength(40);
  expect(names.every((name) => name.endsWith('.eml') && !name.startsWith('.'))).toBe(true);
});
