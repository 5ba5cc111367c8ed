import { open, readdir, readFile } from 'node:fs/promises';
import PostalMime, { type Address, type Email } from 'postal-mime';
import { type Config, isLoopback } from '../platform/config.ts';
import { inboxFile, inboxFolder } from '../platform/embedded/inbox.ts';

/** One letter of the local inbox as a list shows it. */
export type InboxLine = {
  readonly id: string;
  readonly at: Date;
  readonly from: string;
  /** The envelope's recipient. */
  readonly to: string;
  readonly subject: string;
  readonly bytes: number;
};

/** One letter, parsed. `html` is what the sender wrote: show it only in a frame without scripts. */
export type InboxLetter = InboxLine & {
  readonly date: string;
  readonly html: string | undefined;
  readonly text: string | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly raw: Buffer;
};

/** Whether /dev/inbox is there: only where no real mail leaves, and the newsroom stands on this machine's own addresses. */
export function isInboxShown(config: Pick<Config, 'smtpUrl' | 'host' | 'baseUrl'>): boolean {
  return config.smtpUrl === undefined && isLoopback(config.host) && isLoopback(new URL(config.baseUrl).hostname);
}

/** Enough for every header of a letter; the text is read only when somebody opens it. */
const HEADER_BYTES = 16_384;
const ID = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z-\d{6}-[0-9a-f]{4}$/;

/** The newest letters, at most `limit`; `before` is the `next` of the page before. Reads the heads of those letters only. */
export async function listInbox(
  dataDir: string,
  page: { limit: number; before?: string },
): Promise<{ letters: InboxLine[]; next?: string }> {
  const ids: string[] = [];
  for (const hour of await namesIn(inboxFolder(dataDir), /^\d{8}T\d{2}$/)) {
    if (page.before !== undefined && hour > page.before) continue;
    for (const name of await namesIn(inboxFolder(dataDir, hour), /\.eml$/)) {
      const id = name.slice(0, -'.eml'.length);
      if (ID.test(id) && (page.before === undefined || id < page.before)) ids.push(id);
      if (ids.length > page.limit) break;
    }
    if (ids.length > page.limit) break;
  }
  const shown = ids.slice(0, page.limit);
  const letters = (await Promise.all(shown.map((id) => readLine(dataDir, id)))).filter((line) => line !== undefined);
  return ids.length > page.limit ? { letters, next: shown.at(-1) } : { letters };
}

/** One letter; undefined when there is none of that name. */
export async function readInboxLetter(dataDir: string, id: string): Promise<InboxLetter | undefined> {
  if (!ID.test(id)) return undefined;
  const raw = await readFile(inboxFile(dataDir, id)).catch(() => undefined);
  if (!raw) return undefined;
  const email = await PostalMime.parse(raw);
  return {
    ...lineOf(id, email, raw.length),
    date: email.date ?? '',
    html: email.html,
    text: email.text,
    headers: email.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
    raw,
  };
}

/** Names of that form, newest first; an inbox that has no letter yet has no folder. */
async function namesIn(folder: string, form: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => form.test(name))
    .sort()
    .reverse();
}

async function readLine(dataDir: string, id: string): Promise<InboxLine | undefined> {
  const handle = await open(inboxFile(dataDir, id)).catch(() => undefined);
  // Somebody may tidy the folder while it is listed.
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, HEADER_BYTES)), 0);
    const head = buffer.subarray(0, bytesRead);
    const end = head.indexOf('\r\n\r\n');
    return lineOf(id, await PostalMime.parse(end < 0 ? head : head.subarray(0, end + 4)), size);
  } finally {
    await handle.close();
  }
}

function lineOf(id: string, email: Email, bytes: number): InboxLine {
  return {
    id,
    at: timeOf(id),
    from: nameOf(email.from),
    to: email.deliveredTo ?? nameOf(email.to?.[0]),
    subject: email.subject ?? '',
    bytes,
  };
}

function nameOf(address: Address | undefined): string {
  if (!address) return '';
  if (!address.name) return address.address ?? '';
  return address.address ? `${address.name} <${address.address}>` : address.name;
}

function timeOf(id: string): Date {
  const [, year, month, day, hour, minute, second, ms] = ID.exec(id)!;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}
