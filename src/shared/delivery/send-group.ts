import type { SendAnswer } from '../mail/answers.ts';
import { monotonicMs } from '../platform/clock.ts';
import { messageOf } from '../platform/failure.ts';
import type { Batch, Claim, ClaimedLetter } from './claims.ts';
import { findMailing } from './mailings.ts';
import { loadPeople, unreachable } from './reachable.ts';
import { findStanding, pauseRelay } from './relays.ts';
import type { Bytes, Sender } from './sender.ts';
import type { Lease } from './senders.ts';
import { BACK, relayTrouble, type Settled, type Settlement, settlementOf } from './settlement.ts';

/** A stop, an unsubscribe or a suppression holds a second after its commit at the latest: a look this old is renewed, */
const LOOK_MS = 500;
/** and one that took so long to come back is not believed. */
const STALE_LOOK_MS = 900;

type Group = {
  batch: Batch;
  claim: Extract<Claim, { kind: 'letters' }> /** When the claim's look began, on the monotonic clock. */;
  lookedAt: number;
  signal: AbortSignal;
};

/** Every claimed letter with what became of it. `failure` is set when a letter could not be made or written down; the rest was given back. */
export type GroupEnd = { readonly settled: Settled[]; readonly failure: unknown };

/** Sends the letters of one claim. Never throws: each letter ends as a settlement. */
export async function sendGroup(sender: Sender, lease: Lease, group: Group): Promise<GroupEnd> {
  if (group.claim.letters.length === 0) return { settled: [], failure: undefined };
  const sending = new GroupSending(sender, lease, group);
  const settled = await Promise.all(group.claim.letters.map((letter) => sending.send(letter)));
  return { settled, failure: sending.failure };
}

/** A fault of ours in the middle of a letter: what the server made of it nobody knows. */
const FAILED = { to: 'unknown', code: 'sender-failed', reply: 'the sender failed while the letter was under way' } as const;

class GroupSending {
  failure: unknown;
  readonly #sender: Sender;
  readonly #lease: Lease;
  readonly #group: Group;
  /** Set when nothing more of this group may begin. */
  #halted = false;
  #gone = new Map<string, string>();
  #lookedAt: number;
  #looking: Promise<void> | undefined;
  #copyOf: Promise<(letter: ClaimedLetter) => Bytes>;

  constructor(sender: Sender, lease: Lease, group: Group) {
    this.#sender = sender;
    this.#lease = lease;
    this.#group = group;
    this.#lookedAt = group.lookedAt;
    this.#copyOf = sender.compose({ release: group.batch.release, n: group.claim.carried, mailing: group.batch.n });
  }

  async send(letter: ClaimedLetter): Promise<Settled> {
    const progress = { begun: false };
    const answer = await this.#handOver(letter, progress);
    const settlement = this.#settlement(letter, progress, answer);
    // PostgreSQL, which hears of the relay next, may take long to answer: the journal comes first.
    if (progress.begun) this.#note(letter, settlement);
    if (answer) await this.#heedRelay(answer);
    return { key: letter.key, token: letter.token, settlement };
  }

  /** Undefined when a fault of ours ended it. */
  async #handOver(letter: ClaimedLetter, progress: { begun: boolean }): Promise<SendAnswer | undefined> {
    try {
      const { from, raw } = (await this.#copyOf)(letter);
      const answer = await this.#sender.transport.send({ envelope: { from, to: letter.address }, raw }, () =>
        this.#mayBegin(letter, progress),
      );
      if (relayTrouble(answer) !== undefined) this.#halted = true;
      return answer;
    } catch (error) {
      this.#halt(error);
      return undefined;
    }
  }

  #settlement(letter: ClaimedLetter, progress: { begun: boolean }, answer: SendAnswer | undefined): Settlement {
    if (!answer) return progress.begun ? { ...FAILED, relay: this.#sender.transport.relay } : BACK;
    const settlement = settlementOf(answer);
    const reason = this.#gone.get(letter.key.subscriber);
    return settlement.to === 'pending' && reason !== undefined ? { to: 'suppressed', code: reason } : settlement;
  }

  /** The last question before MAIL FROM, asked with the line ready. What it awaits comes before what it checks: nothing may grow old in between. */
  async #mayBegin(letter: ClaimedLetter, progress: { begun: boolean }): Promise<boolean> {
    if (!this.#halted && monotonicMs() - this.#lookedAt > LOOK_MS) await this.#look();
    if (this.#halted || this.#group.signal.aborted || !this.#lease.fresh) return false;
    if (this.#gone.has(letter.key.subscriber) || monotonicMs() - this.#lookedAt > STALE_LOOK_MS) return false;
    try {
      this.#lease.journal.begin(letter.key, letter.token.attempts);
    } catch (error) {
      this.#halt(error);
      return false;
    }
    progress.begun = true;
    return true;
  }

  /** Looks whether the run, the relay and each of the people are still as they were; letters that wait at the same time share one look. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    const { database, rules, transport } = this.#sender;
    const { batch, claim } = this.#group;
    const began = monotonicMs();
    try {
      const mailing = await findMailing(database, batch);
      const standing = await findStanding(database, transport.relay);
      const people = await loadPeople(
        database,
        batch.release,
        claim.letters.map(({ key }) => key.subscriber),
      );
      this.#gone = await unreachable(database, people, rules);
      if (mailing?.state !== 'running' || mailing.withdrawn) this.#halted = true;
      if (standing.kind === 'paused' && !claim.probe) this.#halted = true;
      this.#lookedAt = began;
    } catch (error) {
      // PostgreSQL is away, so nobody knows whether the run was stopped meanwhile.
      this.#halt(error);
    }
  }

  async #heedRelay(answer: SendAnswer): Promise<void> {
    const reason = relayTrouble(answer);
    if (reason === undefined) return;
    const { database, log, transport } = this.#sender;
    try {
      const made = await pauseRelay(database, { name: transport.relay, reason, probe: this.#group.claim.probe });
      if (made) log.error({ relay: transport.relay, code: 'code' in answer ? answer.code : '' }, 'relay.paused');
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'relay.pause_not_written');
    }
  }

  #note(letter: ClaimedLetter, settlement: Settlement): void {
    try {
      this.#lease.journal.answer(letter.key, letter.token.attempts, settlement);
    } catch (error) {
      // The answer goes to PostgreSQL all the same; only a crash before that would make this letter unknown.
      this.#sender.log.error({ reason: messageOf(error) }, 'journal.not_written');
    }
  }

  #halt(error: unknown): void {
    this.#halted = true;
    this.failure ??= error;
  }
}
