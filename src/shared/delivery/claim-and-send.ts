import { monotonicMs } from '../platform/clock.ts';
import { Permanent } from '../platform/failure.ts';
import { formatRate } from '../release/newsroom/sending-limits.ts';
import { type Claim, type Claimer, ClaimUnconfirmed, type Nothing } from './claiming.ts';
import { checkFirstAnswers, checkRefusals } from './first-answers.ts';
import type { FullDomain } from './limits.ts';
import { holdRun } from './mailings.ts';
import { pacing } from './pace.ts';
import { type PutOff, putOffDomains } from './put-off.ts';
import { clearRelay } from './relays.ts';
import type { RunKey } from './run-end.ts';
import { type Group, sendGroup } from './send-group.ts';
import type { LetterContent, Sender } from './sender.ts';
import type { Lease } from './senders.ts';
import { refusesText, type Settled } from './settlement.ts';

/** Why a job ended, and how many letters got an answer. */
export type JobEnd = { readonly why: Nothing['why'] | 'stopping'; readonly letters: number };

/** What one claim came to: rows with what was written into them. */
export type Sent = { readonly kind: 'sent'; readonly letters: number; readonly settled: readonly Settled[] };

/** A letter that cannot be made: the same for everybody, so the runs it stands for must wait for a person. */
export class Unmakeable extends Permanent {
  readonly runs: readonly RunKey[];
  constructor(message: string, items: LetterContent['items'], cause: unknown) {
    super('letter_cannot_be_made', `the letter cannot be made: ${message}`, { cause });
    this.runs = items.map(({ release, mailing }) => ({ release, n: mailing }));
  }
}

/** Makes one claim, sends its letters and writes down what became of them. Throws when PostgreSQL fails; whatever was claimed is settled or given back first. */
export async function claimAndSend(
  sender: Sender,
  signal: AbortSignal,
  claim: (claimer: Claimer) => Promise<Claim>,
): Promise<Sent | Nothing> {
  const lease = await sender.registration.lease();
  const lookedAt = monotonicMs();
  const claimed = await takeClaim(sender, lease, claim);
  if (claimed.kind === 'nothing') return claimed;
  const settled = await sendClaimed(sender, lease, { claim: claimed, lookedAt, signal });
  // Last: until then other letters are in hand, and a domain that is full stays so.
  await putOffDomains(sender.database, claimed.full.map(overLimit));
  return { kind: 'sent', letters: claimed.letters.length, settled };
}

/** Not before its next letter may leave, and then one after the other. */
function overLimit({ domain, rate, waitMs }: FullDomain): PutOff {
  return { domain, code: 'limit', waitMs, gapMs: pacing(rate).gapMs, reply: `at most ${formatRate(rate)} to this domain` };
}

async function takeClaim(sender: Sender, lease: Lease, claim: (claimer: Claimer) => Promise<Claim>): Promise<Claim> {
  // The journal of an id that is given up meanwhile must outlive this claim.
  lease.hold(1);
  try {
    const { letters } = await sender.limits();
    const claimed = await claim({ sender: lease.id, relay: sender.transport.relay, rules: sender.rules, limits: letters });
    if (claimed.kind === 'letters') lease.hold(claimed.letters.reduce((sum, { rows }) => sum + rows.length, 0));
    return claimed;
  } catch (error) {
    if (error instanceof ClaimUnconfirmed) await sender.giveBack(lease, error.rows);
    throw error;
  } finally {
    lease.release(1);
  }
}

async function sendClaimed(sender: Sender, lease: Lease, group: Group): Promise<readonly Settled[]> {
  const { settled, failure } = await sendGroup(sender, lease, group);
  await sender.settle(lease, settled);
  if (failure !== undefined) throw failure;
  if (group.claim.probe && settled.some(({ settlement }) => settlement.to !== 'pending' && settlement.to !== 'suppressed')) {
    await clearRelay(sender.database, sender.transport.relay);
  }
  for (const run of runsOf(settled.filter(({ settlement }) => settlement.to === 'rejected'))) await lookAtFirstAnswers(sender, run);
  for (const run of runsOf(settled.filter(({ settlement }) => refusesText(settlement)))) await lookAtRefusals(sender, run);
  return settled;
}

function runsOf(settled: readonly Settled[]): RunKey[] {
  return [...Map.groupBy(settled, ({ key }) => `${key.release} ${key.n}`).values()].map(([first]) => first!.key);
}

async function lookAtRefusals(sender: Sender, { release, n }: RunKey): Promise<void> {
  const held = await checkRefusals(sender.database, { release, n });
  if (held) sender.log.error({ release, revision: n }, 'letters.paused_text_refused');
}

async function lookAtFirstAnswers(sender: Sender, { release, n }: RunKey): Promise<void> {
  const run = `${release} ${n}`;
  if (sender.checked.has(run)) return;
  const found = await checkFirstAnswers(sender.database, { release, n });
  if (found === 'paused') sender.log.error({ release, revision: n }, 'letters.paused_many_refused');
  if (found !== 'fine-so-far') sender.checked.add(run);
}

/** Pauses the runs of a letter that cannot be made, or every sender would fail at it for ever, every few seconds, and status would call it under way. */
export async function holdUnmakeable(sender: Sender, { runs, code, message }: Unmakeable): Promise<void> {
  for (const { release, n } of runs) {
    const held = await holdRun(sender.database, { release, n, reason: message, evenIfResumed: true });
    if (held) sender.log.error({ release, revision: n, code, reason: message }, 'letters.paused');
  }
}
