import type { Socket } from 'node:net';
import type { SmtpMishap, SmtpPhase, SmtpReaction, SmtpServer } from './smtp-server.ts';

const END = Buffer.from('\r\n.\r\n');

/** One connection of the scripted mail server: commands one after the other, pipelined or not. */
export class SmtpSession {
  readonly #server: SmtpServer;
  readonly #socket: Socket;
  readonly #connection: number;
  #buffer: Buffer = Buffer.alloc(0);
  #busy = false;
  #over = false;
  #reading: 'commands' | 'secret' | 'letter' = 'commands';
  #begun = false;
  /** The text was refused before its end: the rest is read and forgotten without a second answer. */
  #refused = false;
  #transaction = 0;
  #from: string | undefined;
  #to: string[] = [];
  /** Secrets that AUTH LOGIN still has to ask for. */
  #secrets = 0;

  constructor(server: SmtpServer, socket: Socket, connection: number) {
    this.#server = server;
    this.#socket = socket;
    this.#connection = connection;
  }

  start(): void {
    this.#socket.on('close', () => {
      if (!this.#over) this.#tell('left');
    });
    this.#socket.on('data', (chunk) => {
      this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
      void this.#work();
    });
    this.#busy = true;
    void this.#answer('connect', '', '220 scripted.example ESMTP').then(() => {
      this.#busy = false;
      return this.#work();
    });
  }

  /** Takes what has arrived piece by piece; a piece begins only when the one before is answered. */
  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (!this.#over && (this.#reading === 'letter' ? await this.#letter() : await this.#line()));
    this.#busy = false;
  }

  async #line(): Promise<boolean> {
    const end = this.#buffer.indexOf('\r\n');
    if (end < 0) return false;
    const line = this.#buffer.subarray(0, end).toString('utf8');
    this.#buffer = this.#buffer.subarray(end + 2);
    if (this.#reading === 'secret') await this.#secret(line);
    else await this.#command(line);
    return true;
  }

  async #command(line: string): Promise<void> {
    this.#server.commands.push(line);
    const verb = line.split(/[ :]/, 1)[0]!.toUpperCase();
    const path = /<([^>]*)>/.exec(line)?.[1] ?? '';
    if (verb === 'EHLO' || verb === 'HELO') await this.#answer('ehlo', line, ehloReply(this.#server.extensions));
    else if (verb === 'STARTTLS') await this.#answer('starttls', line, '454 4.7.0 no TLS here');
    else if (verb === 'AUTH') await this.#auth(line);
    else if (verb === 'MAIL') await this.#mail(line, path);
    else if (verb === 'RCPT') await this.#rcpt(line, path);
    else if (verb === 'DATA') await this.#data(line);
    else if (verb === 'RSET') await this.#rset(line);
    else if (verb === 'QUIT') await this.#answer('quit', line, '221 2.0.0 bye', true);
    else this.#say(verb === 'NOOP' ? '250 2.0.0 ok' : '500 5.5.2 what?');
  }

  async #auth(line: string): Promise<void> {
    if (/^AUTH LOGIN$/i.test(line)) {
      this.#secrets = 2;
      this.#reading = 'secret';
      return this.#say('334 VXNlcm5hbWU6');
    }
    await this.#answer('auth', line, '235 2.7.0 welcome');
  }

  async #secret(line: string): Promise<void> {
    this.#secrets -= 1;
    if (this.#secrets > 0) return this.#say('334 UGFzc3dvcmQ6');
    this.#reading = 'commands';
    await this.#answer('auth', line, '235 2.7.0 welcome');
  }

  async #mail(line: string, path: string): Promise<void> {
    if (this.#from !== undefined) return this.#say('503 5.5.1 a transaction is open already');
    this.#transaction += 1;
    this.#to = [];
    if (await this.#answer('mail', line, '250 2.1.0 ok')) this.#from = path;
  }

  async #rcpt(line: string, path: string): Promise<void> {
    if (this.#from === undefined) return this.#say('503 5.5.1 MAIL first');
    this.#to.push(path);
    if (!(await this.#answer('rcpt', line, '250 2.1.5 ok'))) this.#to.pop();
  }

  async #data(line: string): Promise<void> {
    if (this.#to.length === 0) return this.#say('503 5.5.1 RCPT first');
    if (!(await this.#answer('data', line, '354 go on'))) return;
    this.#reading = 'letter';
    this.#begun = false;
  }

  async #rset(line: string): Promise<void> {
    if (await this.#answer('rset', line, '250 2.0.0 ok')) this.#forget();
  }

  async #letter(): Promise<boolean> {
    if (this.#buffer.length === 0) return false;
    if (!this.#begun) {
      this.#begun = true;
      this.#refused = !(await this.#answer('body', '', undefined));
      if (this.#over) return false;
    }
    const end = this.#buffer.indexOf(END);
    if (end < 0) return false;
    const raw = this.#buffer
      .subarray(0, end + 2)
      .toString('utf8')
      .replace(/^\.\./gm, '.');
    this.#buffer = this.#buffer.subarray(end + END.length);
    this.#reading = 'commands';
    if (!this.#refused) await this.#answer('dot', raw, '250 2.0.0 taken', false, () => this.#take(raw));
    this.#forget();
    return true;
  }

  #take(raw: string): void {
    const header = (name: string) =>
      new RegExp(`^${name}:[ \t]*((?:.*(?:\r\n[ \t])?)*)`, 'im').exec(raw.slice(0, raw.indexOf('\r\n\r\n') + 2))?.[1] ?? '';
    const letter = {
      from: this.#from ?? '',
      messageId: header('Message-ID').trim(),
      subject: header('Subject').trim(),
      raw,
      connection: this.#connection,
    };
    for (const to of this.#to) this.#server.take({ ...letter, to });
  }

  #forget(): void {
    this.#from = undefined;
    this.#to = [];
  }

  /** Asks the script, then says yes or what the script wants. True when the answer was yes. */
  async #answer(phase: SmtpPhase, text: string, yes: string | undefined, close = false, onYes?: () => void): Promise<boolean> {
    const reaction: SmtpReaction =
      this.#server.script?.({
        phase,
        connection: this.#connection,
        transaction: this.#transaction,
        from: this.#from ?? '',
        to: this.#to,
        text,
      }) ?? {};
    if (reaction.wait) await reaction.wait;
    if (phase === 'rcpt' && reaction.reply !== undefined) this.#tell('refused', { reply: reaction.reply });
    if (reaction.drop && phase === 'body') this.#tell('cut-in-body');
    if (reaction.drop && phase === 'dot') this.#tell('cut-after-dot', { kept: reaction.keep === true });
    const refused = reaction.drop === true || (reaction.reply !== undefined && !/^[23]/.test(reaction.reply));
    if (!refused || reaction.keep) onYes?.();
    if (reaction.drop) this.#cut(reaction.piece);
    else {
      const reply = reaction.reply ?? yes;
      if (reply !== undefined) this.#say(reply);
      if (close || reaction.close) this.#hangUp();
    }
    return !refused;
  }

  /** One for each recipient of the letter under way; none between letters. A refusal is about the last one named. */
  #tell(kind: SmtpMishap['kind'], details: Pick<SmtpMishap, 'reply' | 'kept'> = {}): void {
    const concerned = kind === 'refused' ? this.#to.slice(-1) : this.#to;
    for (const to of this.#from === undefined ? [] : concerned) this.#server.onMishap({ kind, to, ...details });
  }

  #say(reply: string): void {
    if (!this.#socket.destroyed) this.#socket.write(`${reply}\r\n`);
  }
  #cut(piece: string | undefined): void {
    this.#over = true;
    if (piece === undefined) this.#socket.destroy();
    else this.#socket.end(piece);
  }
  #hangUp(): void {
    this.#over = true;
    this.#socket.end();
  }
}

function ehloReply(extensions: readonly string[]): string {
  const lines = ['scripted.example', ...extensions];
  return lines.map((line, index) => `250${index === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n');
}
