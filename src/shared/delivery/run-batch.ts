import { claimAndSend, holdUnmakeable, type JobEnd, Unmakeable } from './claim-and-send.ts';
import { type Batch, claimLetters } from './claims.ts';
import { findMailing } from './mailings.ts';
import type { Sender } from './sender.ts';

/**
 * Sends what is due in one batch, group by group, until nothing is. Any number of senders may work on one batch. A letter that cannot be made
 * pauses its run with the reason. Throws when PostgreSQL fails; whatever was claimed is settled or given back first.
 */
export async function runBatch(sender: Sender, batch: Batch, signal: AbortSignal): Promise<JobEnd> {
  try {
    return await sendDue(sender, batch, signal);
  } catch (error) {
    if (!(error instanceof Unmakeable)) throw error;
    await holdUnmakeable(sender, error);
    return { why: 'not-running', letters: 0 };
  }
}

async function sendDue(sender: Sender, batch: Batch, signal: AbortSignal): Promise<JobEnd> {
  // Before the first claim: a letter that cannot be made must not be claimed at all. A newer text that comes meanwhile is made once its rows are claimed.
  const mailing = await findMailing(sender.database, batch);
  if (mailing?.state !== 'running' || mailing.withdrawn) return { why: 'not-running', letters: 0 };
  await sender.compose({ items: [{ release: batch.release, n: mailing.newest, mailing: batch.n }], digest: undefined });
  let letters = 0;
  while (!signal.aborted) {
    const sent = await claimAndSend(sender, signal, (claimer) => claimLetters(sender.database, claimer, batch));
    if (sent.kind === 'nothing') return { why: sent.why, letters };
    letters += sent.letters;
  }
  return { why: 'stopping', letters };
}
