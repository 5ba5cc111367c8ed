import type { Transport } from '../mail/transport.ts';
import { monotonicMs, sleep } from '../platform/clock.ts';
import { Failure, messageOf } from '../platform/failure.ts';
import type { Log } from '../platform/log.ts';
import { isPassingDatabaseError } from '../platform/postgres.ts';
import type { SendingLimits } from '../release/newsroom/sending-limits.ts';
import type { Database } from '../schema/database.ts';
import type { ClaimedLetter, Digest } from './claiming.ts';
import { lockRows, writeSettlements } from './ledger.ts';
import type { ReachRules } from './reachable.ts';
import { type Lease, Registration } from './senders.ts';
import { BACK, type Held, type Settled } from './settlement.ts';

/** One letter for one person: what goes into the envelope as sender, and the bytes. */
export type Bytes = { readonly from: string; readonly raw: Buffer };
/** The text of revision `n` in the run `mailing`, for people who have revision `had`. */
type LetterItem = { readonly release: string; readonly n: number; readonly mailing: number; readonly had?: number | undefined };
/** What a letter says; as a digest of several releases, the newest publication first. */
export type LetterContent = {
  readonly items: readonly LetterItem[];
  readonly digest: Digest['frequency'] | undefined;
};
/** Makes the letter with that content, once; what it gives makes each person's copy. Throws Unmakeable when there is no such letter. */
export type Compose = (content: LetterContent) => Promise<(letter: ClaimedLetter) => Bytes>;

export type SenderOptions = {
  readonly database: Database;
  readonly log: Log;
  readonly dataDir: string;
  readonly transport: Transport;
  readonly compose: Compose;
  readonly rules: ReachRules;
  /** The newsroom's limits as they are now; asked before each claim. */
  readonly limits: () => Promise<SendingLimits>;
};

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 3_000;

/** One process that sends letters: registered, with a journal, a way to the relay, and the patience to get its answers into PostgreSQL. */
export class Sender {
  readonly database: Database;
  readonly log: Log;
  readonly transport: Transport;
  readonly compose: Compose;
  readonly rules: ReachRules;
  readonly limits: () => Promise<SendingLimits>;
  readonly registration: Registration;
  /** Runs of which the first hundred answers are known to be fine. */
  readonly checked = new Set<string>();
  readonly #closing = new AbortController();

  constructor(options: SenderOptions) {
    this.database = options.database;
    this.log = options.log;
    this.transport = options.transport;
    this.compose = options.compose;
    this.rules = options.rules;
    this.limits = options.limits;
    this.registration = new Registration(options);
  }

  /**
   * Writes what became of letters held under a lease, again and again until PostgreSQL confirms. Whoever waits for it claims nothing meanwhile.
   * Throws `sender_closed` when the sender is closed first; then the journal keeps the answers.
   */
  async settle(lease: Lease, settled: readonly Settled[]): Promise<void> {
    await this.#untilDone('sender.answers_held', () => this.#write(settled));
    lease.journal.settled(settled);
    lease.release(settled.length);
  }

  /**
   * Gives back rows of a claim whose COMMIT was not confirmed. The server may still be at it: the rows are locked by key first, which waits
   * for that transaction, where an UPDATE with a condition would look at the old row, find no match and go home.
   */
  async giveBack(lease: Lease, rows: readonly Held[]): Promise<void> {
    lease.hold(rows.length);
    const settled = rows.map(({ key, token }) => ({ key, token, settlement: BACK }));
    await this.#untilDone('sender.claim_unconfirmed', async () => {
      await this.database.transaction().execute((tx) => lockRows(tx, rows));
      await this.#write(settled);
    });
    lease.release(rows.length);
  }

  /** Stops trying to write, ends the registration and closes the way to the relay. Call it when no letter is in hand any more. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.registration.close();
    await this.transport.close();
  }

  async #write(settled: readonly Settled[]): Promise<void> {
    const { retry } = await this.limits();
    await writeSettlements(this.database, settled, { addressKey: this.rules.addressKey, retry });
  }

  async #untilDone(event: string, write: () => Promise<unknown>): Promise<void> {
    const began = monotonicMs();
    for (let gapMs = FIRST_RETRY_MS; ; gapMs = Math.min(LONGEST_RETRY_MS, gapMs * 2)) {
      try {
        await write();
        return;
      } catch (error) {
        const level = isPassingDatabaseError(error) ? 'warn' : 'error';
        this.log[level]({ reason: messageOf(error), forMs: Math.round(monotonicMs() - began) }, event);
      }
      await sleep(gapMs, this.#closing.signal);
      if (this.#closing.signal.aborted) throw new Failure('sender_closed', 'the sender was closed before PostgreSQL took its answers');
    }
  }
}
