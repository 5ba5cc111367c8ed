import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { parseReply, type SendAnswer, type SendPhase, withoutAddresses } from './answers.ts';
import { isRefusal, judgeFault, letterFault, type NodemailerError, type SentEnvelope, setupPhase, tooLate } from './faults.ts';
import type { Relay } from './relay.ts';
import { WholeText } from './whole-text.ts';

/** Every wait on a mail server has an end. The spans for letters are the least that RFC 5321 4.5.3.2 asks of a client. */
export type LineLimits = {
  /** From the name look-up to the end of the login. */
  readonly setupMs: number;
  /** From MAIL FROM to the final dot. */
  readonly letterMs: number;
  /** From the final dot to the answer. Long, because giving up here leaves the letter unknown. */
  readonly answerMs: number;
};
export const LINE_LIMITS: LineLimits = { setupMs: 60_000, letterMs: 5 * 60_000, answerMs: 10 * 60_000 };

/** How long RSET and QUIT may take; a line that cannot be cleaned that fast is thrown away. */
const RESET_MS = 5_000;

export type Envelope = { readonly from: string; readonly to: string };

/**
 * One connection to the relay, for one letter at a time. nodemailer speaks; this class knows at every moment how far it has come,
 * because nodemailer reports the same ECONNECTION before MAIL, before 354 and after the dot.
 */
export class Line {
  /** Letters begun on this line. */
  letters = 0;
  readonly #relay: Relay;
  readonly #limits: LineLimits;
  readonly #connection: SMTPConnection;
  #phase: SendPhase = 'connect';
  #usable = false;
  /** The letter under way: told when the final dot is written, and when the line breaks. */
  #watch: { dot: () => void; broken: (error: NodemailerError) => void } | undefined;

  private constructor(relay: Relay, limits: LineLimits) {
    this.#relay = relay;
    this.#limits = limits;
    this.#connection = new SMTPConnection({
      host: relay.host,
      port: relay.port,
      secure: relay.secure,
      requireTLS: relay.requireTLS,
      ignoreTLS: relay.ignoreTLS,
      name: relay.ehloName,
      tls: relay.tls,
      connectionTimeout: limits.setupMs,
      greetingTimeout: limits.setupMs,
      // Ours are finer; this one only catches a line that a letter is not waiting on.
      socketTimeout: limits.answerMs + RESET_MS,
      logger: this.#listener(),
    });
    this.#connection.on('error', (error) => this.#broke(error));
    this.#connection.on('end', () => this.#broke(new Error('the server closed the line')));
  }

  /** Connects, greets, encrypts and logs in. Gives the line, or the answer that says why there is none. */
  static async open(relay: Relay, limits: LineLimits): Promise<Line | SendAnswer> {
    const line = new Line(relay, limits);
    const failure = await line.#setUp();
    if (!failure) {
      line.#usable = true;
      return line;
    }
    line.#connection.close();
    return judgeFault({ error: failure, phase: setupPhase(failure, line.#phase) }, relay.name, '');
  }

  /** False once the line is closed, broken or in a state nobody can be sure of. */
  get usable(): boolean {
    return this.#usable;
  }

  /** Hands over one letter. Never throws; call it only on a usable line, and not again before it settled and `recover` was called. */
  send(envelope: Envelope, raw: Buffer): Promise<SendAnswer> {
    this.letters += 1;
    this.#phase = 'mail';
    // nodemailer keeps its books on this very object.
    const sent: SentEnvelope = { from: envelope.from, to: [envelope.to], size: raw.length };
    return new Promise((resolve) => {
      const settle = (answer: SendAnswer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      const fail = (error: NodemailerError) => {
        // Closing the line tells the watch once more; the first cause is the right one.
        this.#watch = undefined;
        settle(this.#judgeSend(error, sent, envelope.to));
      };
      const late = () => fail(tooLate());
      let timer = setTimeout(late, this.#limits.letterMs);
      const dot = () => {
        this.#phase = 'answer';
        clearTimeout(timer);
        timer = setTimeout(late, this.#limits.answerMs);
      };
      this.#watch = { dot, broken: fail };
      this.#connection.send(sent, new WholeText(raw), (error, info) => {
        if (error) fail(error as NodemailerError);
        else settle(this.#judgeSuccess(info?.response ?? '', envelope.to));
        this.#watch = undefined;
      });
    });
  }

  /** Makes the line ready for the next letter after a refused one; false when it is not worth keeping. */
  async recover(answer: SendAnswer): Promise<boolean> {
    if (this.#usable && answer.kind !== 'accepted') {
      const clean = await withLimit(RESET_MS, (done) => {
        this.#watch = { dot: () => {}, broken: () => done(false) };
        this.#connection.reset((error) => done(!error));
      });
      this.#watch = undefined;
      if (!clean) this.#giveUp();
    }
    return this.#usable;
  }

  /** Says QUIT when that is possible, and closes; ends when the line is down. */
  async close(): Promise<void> {
    if (!this.#usable) return this.#connection.close();
    this.#usable = false;
    await withLimit(RESET_MS, (done) => {
      this.#connection.once('end', () => done(true));
      this.#connection.quit();
    });
    this.#connection.close();
  }

  async #setUp(): Promise<NodemailerError | undefined> {
    let fail: (error: NodemailerError) => void = () => {};
    const failed = new Promise<NodemailerError>((resolve) => {
      fail = resolve;
    });
    this.#watch = { dot: () => {}, broken: fail };
    const timer = setTimeout(() => fail(tooLate()), this.#limits.setupMs);
    const ready = new Promise<undefined>((resolve) => {
      this.#connection.connect((error) => (error ? fail(error as NodemailerError) : this.#logIn(resolve, fail)));
    });
    const failure = await Promise.race([ready, failed]);
    clearTimeout(timer);
    this.#watch = undefined;
    return failure;
  }

  #logIn(done: (nothing: undefined) => void, fail: (error: NodemailerError) => void): void {
    const { login } = this.#relay;
    if (login) {
      this.#phase = 'auth';
      this.#connection.login({ user: login.user, pass: login.pass }, (error) => (error ? fail(error as NodemailerError) : done(undefined)));
    } else {
      done(undefined);
    }
  }

  /** nodemailer's log is the only place that tells when the connection stood and when the final dot was written. */
  #listener() {
    const listen = (entry: { tnx?: string }) => {
      if (entry.tnx === 'message') this.#watch?.dot();
      else if (entry.tnx === 'network' && this.#phase === 'connect') this.#phase = 'greeting';
    };
    const ignore = () => {};
    return { level: ignore, trace: ignore, debug: ignore, info: listen, warn: ignore, error: ignore, fatal: ignore };
  }

  #broke(error: NodemailerError): void {
    this.#usable = false;
    this.#watch?.broken(error);
  }

  #judgeSuccess(response: string, recipient: string): SendAnswer {
    // An answer before the final dot is none to this letter. And if nodemailer ever stops telling of the dot, a lost line must not look harmless.
    if (this.#phase !== 'answer') return this.#inDoubt('answer-before-dot', response, recipient);
    const reply = parseReply(response);
    this.#phase = 'mail';
    return { kind: 'accepted', code: reply.code, reply: withoutAddresses(reply.text, recipient), relay: this.#relay.name };
  }

  #judgeSend(error: NodemailerError, sent: SentEnvelope, recipient: string): SendAnswer {
    const fault = letterFault(error, sent, this.#phase);
    // The rest of the text may still be on its way, or the server may count the dot as a command: nobody can be sure of this line.
    if (fault.phase === 'body' || !isRefusal(fault)) this.#giveUp();
    return judgeFault(fault, this.#relay.name, recipient);
  }

  #giveUp(): void {
    this.#usable = false;
    this.#connection.close();
  }

  #inDoubt(code: string, response: string, recipient: string): SendAnswer {
    this.#giveUp();
    return { kind: 'unknown', code, reply: withoutAddresses(response, recipient), relay: this.#relay.name };
  }
}

/** Waits for a callback no longer than `ms`; false when it is late. */
function withLimit(ms: number, start: (done: (right: boolean) => void) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    start((right) => {
      clearTimeout(timer);
      resolve(right);
    });
  });
}
