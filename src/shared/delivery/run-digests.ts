import { claimAndSend, holdUnmakeable, type JobEnd, type Sent, Unmakeable } from './claim-and-send.ts';
import type { Nothing } from './claiming.ts';
import { claimDigests } from './digest-claims.ts';
import type { Shard } from './digest-rows.ts';
import type { RunKey } from './run-end.ts';
import type { Sender } from './sender.ts';

/** Beside why it ended, the runs that got letters out of it: one of them may be over now. */
export type DigestsEnd = JobEnd & { readonly runs: readonly RunKey[] };

/**
 * Sends the digests that are due in one shard, group by group, until none is. Any number of senders may work on one shard. A release that cannot be
 * rendered pauses its run with the reason, and the digests leave without it. Throws when PostgreSQL fails; whatever was claimed is settled or given back first.
 */
export async function runDigests(sender: Sender, shard: Shard, signal: AbortSignal): Promise<DigestsEnd> {
  let letters = 0;
  const runs = new Map<string, RunKey>();
  while (!signal.aborted) {
    const sent = await sendGroupOf(sender, shard, signal);
    if (sent === 'held') continue;
    if (sent.kind === 'nothing') return { why: sent.why, letters, runs: [...runs.values()] };
    letters += sent.letters;
    for (const { key } of sent.settled) runs.set(`${key.release} ${key.n}`, { release: key.release, n: key.n });
  }
  return { why: 'stopping', letters, runs: [...runs.values()] };
}

async function sendGroupOf(sender: Sender, shard: Shard, signal: AbortSignal): Promise<Sent | Nothing | 'held'> {
  try {
    return await claimAndSend(sender, signal, (claimer) => claimDigests(sender.database, claimer, shard));
  } catch (error) {
    if (!(error instanceof Unmakeable)) throw error;
    await holdUnmakeable(sender, error);
    return 'held';
  }
}
