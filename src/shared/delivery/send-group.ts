import type { SendAnswer } from '../mail/answers.ts';
import { monotonicMs } from '../platform/clock.ts';
import { messageOf } from '../platform/failure.ts';
import type { Claim, ClaimedLetter } from './claiming.ts';
import { REFUSALS_IN_A_ROW } from './first-answers.ts';
import { findOut, type Out } from './reachable.ts';
import { findStanding, pauseRelay } from './relays.ts';
import type { Bytes, LetterContent, Sender } from './sender.ts';
import type { Lease } from './senders.ts';
import {
  BACK,
  type Held,
  type RowKey,
  refusesText,
  relayTrouble,
  rowName,
  type Settled,
  type Settlement,
  settlementOf,
} from './settlement.ts';

/** A stop, an unsubscribe or a suppression holds a second after its commit at the latest: a look this old is renewed, */
const LOOK_MS = 500;
/** and one that took so long to come back is not believed. */
const STALE_LOOK_MS = 900;

/** `lookedAt`: when the claim's look began, on the monotonic clock. */
export type Group = { readonly claim: Extract<Claim, { kind: 'letters' }>; readonly lookedAt: number; readonly signal: AbortSignal };

/** Every claimed row with what became of its letter. `failure` is set when a letter could not be made or written down; the rest was given back. */
export type GroupEnd = { readonly settled: Settled[]; readonly failure: unknown };

/** Sends the letters of one claim. Never throws: each row ends as a settlement. */
export async function sendGroup(sender: Sender, lease: Lease, group: Group): Promise<GroupEnd> {
  if (group.claim.letters.length === 0) return { settled: [], failure: undefined };
  const sending = new GroupSending(sender, lease, group);
  const settled = await Promise.all(group.claim.letters.map((letter) => sending.send(letter)));
  return { settled: settled.flat(), failure: sending.failure };
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
  /** Rows whose letter may not leave any more, and what becomes of them. */
  #out = new Map<string, Settlement>();
  /** Texts the relay refused since it took one. */
  #refusals = 0;
  #lookedAt: number;
  #looking: Promise<void> | undefined;

  constructor(sender: Sender, lease: Lease, group: Group) {
    this.#sender = sender;
    this.#lease = lease;
    this.#group = group;
    this.#lookedAt = group.lookedAt;
  }

  async send(letter: ClaimedLetter): Promise<Settled[]> {
    const progress = { begun: false };
    const answer = await this.#handOver(letter, progress);
    const settlement = this.#settlement(progress, answer);
    // PostgreSQL, which hears of the relay next, may take long to answer: the journal comes first.
    if (progress.begun) this.#note(letter, settlement);
    if (answer) await this.#heedRelay(answer);
    return letter.rows.map(({ key, token }) => ({ key, token, settlement: this.#rowSettlement({ key, token }, settlement) }));
  }

  /** Undefined when a fault of ours ended it. */
  async #handOver(letter: ClaimedLetter, progress: { begun: boolean }): Promise<SendAnswer | undefined> {
    try {
      const { from, raw }: Bytes = (await this.#sender.compose(contentOf(letter)))(letter);
      const answer = await this.#sender.transport.send({ envelope: { from, to: letter.address }, raw }, () =>
        this.#mayBegin(letter, progress),
      );
      if (relayTrouble(answer) !== undefined || this.#refusedAgain(answer)) this.#halted = true;
      return answer;
    } catch (error) {
      this.#halt(error);
      return undefined;
    }
  }

  /** One text the relay dislikes holds up no other; when it dislikes one after the other, the rest waits until somebody has looked at the run. */
  #refusedAgain(answer: SendAnswer): boolean {
    if (answer.kind === 'accepted') this.#refusals = 0;
    else if (refusesText(settlementOf(answer))) this.#refusals += 1;
    return this.#refusals >= REFUSALS_IN_A_ROW;
  }

  #settlement(progress: { begun: boolean }, answer: SendAnswer | undefined): Settlement {
    if (answer) return settlementOf(answer);
    return progress.begun ? { ...FAILED, relay: this.#sender.transport.relay } : BACK;
  }

  /** What was not sent goes back, and with it the other rows of its letter, to leave without the one that is in the way. */
  #rowSettlement(row: Held, settlement: Settlement): Settlement {
    const out = this.#out.get(nameOf(row));
    return settlement.to === 'pending' && out?.to === 'suppressed' ? out : settlement;
  }

  /** The last question before MAIL FROM, asked with the line ready. What it awaits comes before what it checks: nothing may grow old in between. */
  async #mayBegin(letter: ClaimedLetter, progress: { begun: boolean }): Promise<boolean> {
    if (!this.#halted && monotonicMs() - this.#lookedAt > LOOK_MS) await this.#look();
    if (this.#halted || this.#group.signal.aborted || !this.#lease.fresh) return false;
    if (letter.rows.some((row) => this.#out.has(nameOf(row))) || monotonicMs() - this.#lookedAt > STALE_LOOK_MS) return false;
    try {
      this.#lease.journal.begin(letter.rows);
    } catch (error) {
      this.#halt(error);
      return false;
    }
    progress.begun = true;
    return true;
  }

  /** Looks whether the runs, the relay and each of the people are still as they were; letters that wait at the same time share one look. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    const { database, rules, transport } = this.#sender;
    const { claim } = this.#group;
    const began = monotonicMs();
    try {
      const standing = await findStanding(database, transport.relay);
      const held = new Map(claim.letters.flatMap(({ rows }) => rows).map((row) => [keyOf(row.key), row]));
      const keys = [...held.values()].map(({ key }) => key);
      const out = await findOut(database, keys, rules);
      this.#out = new Map(out.map(({ row, why }) => [nameOf(held.get(keyOf(row))!), settlementOfOut(why)]));
      if (standing.kind === 'paused' && !claim.probe) this.#halted = true;
      this.#lookedAt = began;
    } catch (error) {
      // PostgreSQL is away, so nobody knows whether a run was stopped meanwhile.
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
      this.#lease.journal.answer(letter.rows, settlement);
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

const settlementOfOut = (why: Out['why']): Settlement => (why === 'not-running' ? BACK : { to: 'suppressed', code: why.reason });

const keyOf = ({ release, n, subscriber }: RowKey): string => `${release} ${n} ${subscriber}`;
const nameOf = ({ key, token }: Held): string => rowName(key, token.attempts);

/** What a claimed letter is to say. */
export function contentOf({ rows, digest, had }: ClaimedLetter): LetterContent {
  return { items: rows.map(({ key, carried }) => ({ release: key.release, n: carried, mailing: key.n, had })), digest: digest?.frequency };
}
