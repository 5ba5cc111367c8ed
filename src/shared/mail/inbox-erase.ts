import { open, readdir, rm } from 'node:fs/promises';
import { inboxFile, inboxFolder } from '../platform/embedded/inbox.ts';

/** Our inbox writes envelope sender and recipient first (RFC 5321 4.4); both fit, whatever their length. */
const HEAD_BYTES = 1_024;

/** Reads the local inbox once and removes every letter that went to one of the addresses. Gives how many by address. Safe to repeat. */
export async function eraseFromInbox(dataDir: string, addresses: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const wanted = new Set(addresses);
  const removed = new Map<string, number>();
  for (const hour of await namesIn(inboxFolder(dataDir))) {
    for (const name of await namesIn(inboxFolder(dataDir, hour))) {
      // A letter half written by a server that was killed lies beside the whole ones.
      const file = name.endsWith('.eml') ? inboxFile(dataDir, name.slice(0, -'.eml'.length)) : `${inboxFolder(dataDir, hour)}/${name}`;
      const recipient = await recipientOf(file);
      if (recipient === undefined || !wanted.has(recipient)) continue;
      await rm(file, { force: true });
      removed.set(recipient, (removed.get(recipient) ?? 0) + 1);
    }
  }
  return removed;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function recipientOf(file: string): Promise<string | undefined> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return undefined;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0);
    return /^Delivered-To: (.*)\r$/im.exec(buffer.toString('utf8', 0, bytesRead))?.[1]?.toLowerCase();
  } finally {
    await handle.close();
  }
}
