import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { SmtpSession } from './smtp-session.ts';

/** Where in the conversation a reaction is asked for. `body` comes with the first bytes after 354, `dot` when the whole letter has arrived. */
export type SmtpPhase = 'connect' | 'ehlo' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'body' | 'dot' | 'rset' | 'quit';

/** What a script is told when it is asked. */
export type SmtpMoment = {
  readonly phase: SmtpPhase;
  /** 1 for the first connection of the server's life. */
  readonly connection: number;
  /** Transactions begun on this connection, this one included. */
  readonly transaction: number;
  readonly from: string;
  readonly to: readonly string[];
  /** The command line as received; the whole letter at `dot`. */
  readonly text: string;
};

/**
 * What the server does instead of saying yes. `reply` is a whole answer such as `451 4.7.1 later`; after it `close` ends the connection.
 * `drop` cuts the line without an answer, or after a `piece` of one; with `keep` the letter counts as taken all the same. `wait` is waited for first.
 */
export type SmtpReaction = {
  readonly reply?: string;
  readonly close?: boolean;
  readonly drop?: boolean;
  readonly keep?: boolean;
  readonly piece?: string;
  readonly wait?: Promise<unknown>;
};
export type SmtpScript = (moment: SmtpMoment) => SmtpReaction | undefined;

/** A letter the server took: one for each recipient of its envelope. */
export type TakenLetter = {
  readonly from: string;
  readonly to: string;
  readonly messageId: string;
  readonly subject: string;
  readonly raw: string;
  readonly connection: number;
};

/** A letter that went wrong, as the server saw it: refused to a recipient, its line cut by us (`kept`: taken all the same), or left by the client half-way. */
export type SmtpMishap = {
  readonly kind: 'refused' | 'cut-in-body' | 'cut-after-dot' | 'left';
  readonly to: string;
  readonly reply?: string;
  readonly kept?: boolean;
};

export type SmtpServerOptions = {
  readonly port?: number;
  readonly script?: SmtpScript;
  /** One JSON line for each letter taken, written before the answer: a kill -9 of either side loses none. */
  readonly logFile?: string;
  /** Told of each letter that went wrong, before the client hears of it. */
  readonly onMishap?: (mishap: SmtpMishap) => void;
  /** False forgets the text of letters, for runs of many thousand. */
  readonly keepRaw?: boolean;
  /** Lines of the EHLO answer. */
  readonly extensions?: readonly string[];
};

/** A mail server on 127.0.0.1 that does what a script says at any point of the conversation, and remembers what it took. */
export class SmtpServer {
  readonly letters: TakenLetter[] = [];
  /** Every command line of every connection, in order of arrival. */
  readonly commands: string[] = [];
  /** Asked at every phase; nothing or undefined means yes. May be changed between letters. */
  script: SmtpScript | undefined;
  connections = 0;
  readonly onMishap: (mishap: SmtpMishap) => void;
  readonly extensions: readonly string[];
  readonly #server = createServer((socket) => this.#connected(socket));
  readonly #sockets = new Set<Socket>();
  readonly #waiting: { count: number; wake: () => void }[] = [];
  readonly #log: number | undefined;
  readonly #keepRaw: boolean;

  constructor(options: SmtpServerOptions) {
    this.script = options.script;
    this.onMishap = options.onMishap ?? (() => {});
    this.extensions = options.extensions ?? ['PIPELINING', '8BITMIME', 'ENHANCEDSTATUSCODES', 'SMTPUTF8'];
    this.#keepRaw = options.keepRaw ?? true;
    this.#log = options.logFile === undefined ? undefined : openSync(options.logFile, 'a');
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }
  /** Connections open at this moment. */
  get open(): number {
    return this.#sockets.size;
  }

  /** How many letters this address got. */
  countTo(address: string): number {
    return this.letters.filter((letter) => letter.to === address).length;
  }

  /** Resolves once the server has taken that many letters. */
  whenTaken(count: number): Promise<void> {
    if (this.letters.length >= count) return Promise.resolve();
    return new Promise((wake) => this.#waiting.push({ count, wake }));
  }

  /** Called by a session whose letter was taken, before it answers. */
  take(letter: TakenLetter): void {
    if (this.#log !== undefined) {
      const { raw: _, ...line } = letter;
      writeSync(this.#log, `${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
    }
    this.letters.push(this.#keepRaw ? letter : { ...letter, raw: '' });
    for (const waiter of this.#waiting.filter(({ count }) => this.letters.length >= count)) {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      waiter.wake();
    }
  }

  /** Cuts every open line, as a relay that falls over would. */
  dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.dropAll();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
    if (this.#log !== undefined) closeSync(this.#log);
  }

  #connected(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    new SmtpSession(this, socket, this.connections).start();
  }
}

/** Starts the server; port 0 or none takes a free one. */
export async function openSmtpServer(options: SmtpServerOptions = {}): Promise<SmtpServer> {
  const server = new SmtpServer(options);
  await server.listen(options.port ?? 0);
  return server;
}
