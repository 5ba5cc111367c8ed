import { monotonicMs } from '../platform/clock.ts';
import { Permanent } from '../platform/failure.ts';
import { type Batch, type Claim, ClaimUnconfirmed, claimLetters } from './claims.ts';
import { checkFirstAnswers } from './first-answers.ts';
import { findMailing, holdRun } from './mailings.ts';
import { clearRelay } from './relays.ts';
import { sendGroup } from './send-group.ts';
import type { Sender } from './sender.ts';
import type { Lease } from './senders.ts';
import type { Settled } from './settlement.ts';

/** Why a batch's job ended, and how many letters got an answer. */
export type BatchEnd = { readonly why: 'nothing-due' | 'not-running' | 'relay-paused' | 'stopping'; readonly letters: number };

/**
 * Sends what is due in one batch, group by group, until nothing is. Any number of senders may work on one batch. A letter that cannot be made
 * pauses its run with the reason. Throws when PostgreSQL fails; whatever was claimed is settled or given back first.
 */
export async function runBatch(sender: Sender, batch: Batch, signal: AbortSignal): Promise<BatchEnd> {
  try {
    return await sendDue(sender, batch, signal);
  } catch (error) {
    if (!(error instanceof Permanent)) throw error;
    // Or every sender would fail at it for ever, every few seconds, and status would call it under way.
    const held = await holdRun(sender.database, { ...batch, reason: error.message, evenIfResumed: true });
    if (held) sender.log.error({ release: batch.release, revision: batch.n, code: error.code, reason: error.message }, 'letters.paused');
    return { why: 'not-running', letters: 0 };
  }
}

async function sendDue(sender: Sender, batch: Batch, signal: AbortSignal): Promise<BatchEnd> {
  let letters = 0;
  while (!signal.aborted) {
    // Before the claim: a letter that cannot be made must not be claimed at all.
    const mailing = await findMailing(sender.database, batch);
    if (mailing?.state !== 'running' || mailing.withdrawn) return { why: 'not-running', letters };
    await sender.compose({ release: batch.release, n: mailing.newest, mailing: batch.n });
    const lease = await sender.registration.lease();
    const lookedAt = monotonicMs();
    const claim = await takeClaim(sender, lease, batch);
    if (claim.kind === 'nothing') return { why: claim.why, letters };
    letters += (await sendClaimed(sender, lease, { batch, claim, lookedAt, signal })).length;
  }
  return { why: 'stopping', letters };
}

async function takeClaim(sender: Sender, lease: Lease, batch: Batch): Promise<Claim> {
  // The journal of an id that is given up meanwhile must outlive this claim.
  lease.hold(1);
  try {
    const claim = await claimLetters(sender.database, { sender: lease.id, relay: sender.transport.relay, rules: sender.rules }, batch);
    if (claim.kind === 'letters') lease.hold(claim.letters.length);
    return claim;
  } catch (error) {
    if (error instanceof ClaimUnconfirmed) await sender.giveBack(lease, error.letters);
    throw error;
  } finally {
    lease.release(1);
  }
}

type Group = { batch: Batch; claim: Extract<Claim, { kind: 'letters' }>; lookedAt: number; signal: AbortSignal };

async function sendClaimed(sender: Sender, lease: Lease, group: Group): Promise<readonly Settled[]> {
  const { settled, failure } = await sendGroup(sender, lease, group);
  await sender.settle(lease, settled);
  if (failure !== undefined) throw failure;
  if (group.claim.probe && settled.some(({ settlement }) => settlement.to !== 'pending' && settlement.to !== 'suppressed')) {
    await clearRelay(sender.database, sender.transport.relay);
  }
  if (settled.some(({ settlement }) => settlement.to === 'rejected')) await lookAtFirstAnswers(sender, group.batch);
  return settled;
}

async function lookAtFirstAnswers(sender: Sender, { release, n }: Batch): Promise<void> {
  const run = `${release} ${n}`;
  if (sender.checked.has(run)) return;
  const found = await checkFirstAnswers(sender.database, { release, n });
  if (found === 'paused') sender.log.error({ release, revision: n }, 'letters.paused_many_refused');
  if (found !== 'fine-so-far') sender.checked.add(run);
}
