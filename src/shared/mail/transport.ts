import type { Config } from '../platform/config.ts';
import { Failure } from '../platform/failure.ts';
import type { Log } from '../platform/log.ts';
import type { SendAnswer } from './answers.ts';
import { type Envelope, LINE_LIMITS, Line, type LineLimits } from './line.ts';
import { mailboxOf } from './recipients.ts';
import { relayOf } from './relay.ts';

export type TransportLimits = LineLimits & {
  /** Lines open at once from this process. Measured: 10 carry no more than 40, and 5 leave room for a second worker on a relay that allows 10. */
  readonly lines: number;
  /** Letters on one line before a fresh one is taken: many relays close at 100 and would make the 101st a lost line. */
  readonly lettersPerLine: number;
  /** An idle line is closed well before the usual server's own limit (smtp-server 60 s, Postfix 300 s). */
  readonly idleMs: number;
};
const TRANSPORT_LIMITS: TransportLimits = { ...LINE_LIMITS, lines: 5, lettersPerLine: 100, idleMs: 20_000 };

export type Outgoing = { readonly envelope: Envelope; readonly raw: Buffer };

/**
 * Asked with the line ready, right before MAIL FROM: connecting may take a minute, and a letter must not begin after a stop.
 * No or false withholds the letter. Asked a second time when an idle line turned out to be dead and a fresh one takes its place.
 */
export type BeforeMail = () => boolean | Promise<boolean>;

export type Transport = {
  /** Name of the relay, `host:port`. */
  readonly relay: string;
  /** How many letters go out at the same time; more wait their turn. */
  readonly lines: number;
  /** Hands over one letter and says what became of it. Never throws because of a server, network or address. */
  send(letter: Outgoing, beforeMail?: BeforeMail): Promise<SendAnswer>;
  /** Connects, greets and logs in without a letter: undefined when the relay would take one, else its answer. */
  probe(): Promise<SendAnswer | undefined>;
  /** Ends when the letters under way are answered and every line is closed. */
  close(): Promise<void>;
};

/** Opens the way to SMTP_URL or the local inbox. Connects at the first letter. Throws `no_relay` when neither is there. */
export function openTransport(config: Pick<Config, 'smtpUrl' | 'inboxPort'>, log: Log, limits: Partial<TransportLimits> = {}): Transport {
  const relay = relayOf(config);
  const lines = new Lines({ ...TRANSPORT_LIMITS, ...limits }, (span) => Line.open(relay, span));
  return {
    relay: relay.name,
    lines: lines.limits.lines,
    async send(letter, beforeMail) {
      const to = mailboxOf(letter.envelope.to);
      if (to === undefined) return { kind: 'rejected', code: '5.1.3', reply: 'not an address', relay: relay.name, hardBounce: true };
      const answer = await lines.send({ ...letter, envelope: { ...letter.envelope, to } }, beforeMail);
      if (answer.kind === 'ours') log.warn({ relay: relay.name, phase: answer.phase, code: answer.code }, 'relay.refused');
      if (answer.kind === 'unknown') log.warn({ relay: relay.name, code: answer.code }, 'letter.in_doubt');
      return answer;
    },
    probe: () => lines.probe(),
    close: () => lines.close(),
  };
}

/** A few lines to one relay, each used for many letters, one at a time. */
class Lines {
  readonly limits: TransportLimits;
  readonly #open: (limits: LineLimits) => Promise<Line | SendAnswer>;
  readonly #idle: { line: Line; timer: NodeJS.Timeout }[] = [];
  readonly #queue: (() => void)[] = [];
  #taken = 0;
  #closed: (() => void) | undefined;

  constructor(limits: TransportLimits, open: (limits: LineLimits) => Promise<Line | SendAnswer>) {
    this.limits = limits;
    this.#open = open;
  }

  async send(letter: Outgoing, beforeMail: BeforeMail | undefined): Promise<SendAnswer> {
    await this.#take();
    let line: Line | undefined;
    let answer: SendAnswer | undefined;
    try {
      for (const mayBeStale of [true, false]) {
        const opened = await this.#line(mayBeStale);
        if (!(opened instanceof Line)) return opened;
        line = opened;
        const reused = line.letters > 0;
        if (beforeMail && !(await beforeMail())) return { kind: 'withheld' };
        answer = await line.send(letter.envelope, letter.raw);
        // The server closed an idle line just as we took it: nothing was handed over, and the fault is not the recipient's.
        if (!(mayBeStale && reused && answer.kind === 'deferred' && answer.code === 'line-lost')) break;
      }
      return answer!;
    } finally {
      void this.#giveBack(line, answer);
    }
  }

  async probe(): Promise<SendAnswer | undefined> {
    await this.#take();
    let line: Line | undefined;
    try {
      const opened = await this.#line(false);
      if (!(opened instanceof Line)) return opened;
      line = opened;
      return undefined;
    } finally {
      void this.#giveBack(line, undefined);
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#closed = resolve;
      this.#closeWhenIdle();
    });
  }

  /** Waits for one of the places. */
  async #take(): Promise<void> {
    if (this.#closed) throw new Failure('transport_closed', 'a letter was handed to a transport that is closed');
    if (this.#taken < this.limits.lines) this.#taken += 1;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  async #line(mayBeStale: boolean): Promise<Line | SendAnswer> {
    while (mayBeStale) {
      const kept = this.#idle.pop();
      if (!kept) break;
      clearTimeout(kept.timer);
      if (kept.line.usable) return kept.line;
    }
    return this.#open(this.limits);
  }

  /** The answer is with the caller already; cleaning the line costs only the next letter. */
  async #giveBack(line: Line | undefined, answer: SendAnswer | undefined): Promise<void> {
    const begun = answer !== undefined;
    const good = line !== undefined && (begun ? await line.recover(answer) : line.usable);
    if (good && line.letters < this.limits.lettersPerLine && !this.#closed) this.#keep(line);
    else await line?.close();
    const next = this.#queue.shift();
    if (next) return next();
    this.#taken -= 1;
    this.#closeWhenIdle();
  }

  #keep(line: Line): void {
    const kept = { line, timer: setTimeout(() => this.#drop(kept), this.limits.idleMs) };
    this.#idle.push(kept);
  }

  #drop(kept: { line: Line; timer: NodeJS.Timeout }): void {
    const at = this.#idle.indexOf(kept);
    if (at >= 0) this.#idle.splice(at, 1);
    void kept.line.close();
  }

  #closeWhenIdle(): void {
    if (!this.#closed || this.#taken > 0) return;
    const closed = this.#closed;
    const lines = this.#idle.splice(0).map(({ line, timer }) => {
      clearTimeout(timer);
      return line.close();
    });
    void Promise.all(lines).then(closed);
  }
}
