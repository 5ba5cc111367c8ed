import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

/** Largest letter it takes; ours end at 100 kB, so only a fault comes near. */
const MAX_BYTES = 10_000_000;

export type Inbox = { readonly port: number; close(): Promise<void> };

/**
 * The local inbox: a mail server on 127.0.0.1 that sends nothing on and keeps every letter under DATA_DIR/inbox.
 * A letter stands in its file before the sender gets its 250. Port 0 or none takes a free one.
 */
export async function openInbox(options: { dataDir: string; port?: number }): Promise<Inbox> {
  const name = letterNames();
  const server = new SMTPServer({
    name: 'inbox.localhost',
    banner: 'Depesch local inbox',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_BYTES,
    // Lines of killed senders must not hold up the end of the house.
    closeTimeout: 1_000,
    onData(stream, session, callback) {
      keep(options.dataDir, name, stream, session).then(
        () => callback(null, 'kept'),
        () => callback(Object.assign(new Error('the local inbox cannot write'), { responseCode: 451 })),
      );
    },
  });
  // A client that hangs up in the middle is no fault of this server.
  server.on('error', () => {});
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The folder of the letters that came in the hour of this name; small folders keep looking for the newest cheap. */
export function inboxFolder(dataDir: string, hour = ''): string {
  return join(dataDir, 'inbox', hour);
}

/** Where a letter lies. Its name begins with the hour: `20261121T2331…`. */
export function inboxFile(dataDir: string, id: string): string {
  return join(inboxFolder(dataDir, id.slice(0, HOUR_LENGTH)), `${id}.eml`);
}
const HOUR_LENGTH = '20261121T23'.length;

/** Names that sort by time: the millisecond, a counter within this process, and a mark that tells two processes apart. */
function letterNames(): () => string {
  const mark = randomBytes(2).toString('hex');
  let count = 0;
  return () => {
    count = (count + 1) % 1_000_000;
    const time = new Date().toISOString().replace(/[-:.]/g, '');
    return `${time}-${String(count).padStart(6, '0')}-${mark}`;
  };
}

async function keep(dataDir: string, name: () => string, stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const letter = Buffer.concat(chunks);
  const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
  for (const { address } of session.envelope.rcptTo) {
    // RFC 5321 4.4: the last server writes who it came from and for whom.
    const head = `Return-Path: <${from}>\r\nDelivered-To: ${address}\r\n`;
    const id = name();
    const file = inboxFile(dataDir, id);
    const folder = inboxFolder(dataDir, id.slice(0, HOUR_LENGTH));
    const aside = join(folder, `.${id}.aside`);
    await mkdir(folder, { recursive: true });
    // No fsync: it would cost ten times the letter, and a power cut may cost a test machine its last second of letters.
    await writeFile(aside, Buffer.concat([Buffer.from(head), letter]));
    await rename(aside, file);
  }
}
