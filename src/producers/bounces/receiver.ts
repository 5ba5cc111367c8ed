import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerAddress, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { proveClaim } from '../../shared/delivery/bounce-proof.ts';
import { judgeBounces, LARGEST_BOUNCE_BYTES, storeBounce } from '../../shared/delivery/bounces.ts';
import { parseReturnLocal } from '../../shared/mail/return-address.ts';
import { monotonicMs } from '../../shared/platform/clock.ts';
import { Failure, messageOf } from '../../shared/platform/failure.ts';
import type { Services } from '../../shared/services.ts';
import { type VisitorLimits, Visitors } from './visitors.ts';

/** One mail is in memory for each; a bounce server of ours has no reason to hold more. */
const MOST_LINES = 50;
/** Servers pause between commands, but not for minutes; a held line is a held place. */
const IDLE_MS = 60_000;
/** A report is for one return address; a few more are let pass for servers that collect. */
const MOST_RECIPIENTS = 10;

/** A relay of ours returns a whole run's failures from one address: 20,000 letters with 3 % bounces in one minute pass. */
const VISITOR_LIMITS: VisitorLimits = { lines: 20, recipients: 600, wrong: 20 };

export type BounceReceiver = {
  readonly port: number;
  /** Stops listening and ends when what was taken is judged. */
  close(): Promise<void>;
};

/**
 * The mail server of BOUNCE_DOMAIN on BOUNCE_PORT. It takes mail for return addresses this installation gave out, proved by their signature
 * before a byte of text is taken, and for nobody else: it relays nothing, sends nothing, answers no mail. 250 means stored. Throws when BOUNCE_DOMAIN
 * is not set or the port cannot be had.
 */
export async function openBounceReceiver(services: Services, options: { host?: string; port?: number } = {}): Promise<BounceReceiver> {
  const { config, log } = services;
  const domain = config.bounceDomain;
  if (domain === undefined) throw new Failure('no_bounce_domain', 'BOUNCE_DOMAIN is not set');
  const door = new Door(services, domain);
  const server = new SMTPServer({
    name: domain,
    banner: 'Depesch takes reports about its own letters',
    // No logins, and no encryption that would only look like one: there is no certificate for it here.
    disabledCommands: ['AUTH', 'STARTTLS', 'XCLIENT', 'XFORWARD'],
    disableReverseLookup: true,
    size: LARGEST_BOUNCE_BYTES,
    maxClients: MOST_LINES,
    socketTimeout: IDLE_MS,
    closeTimeout: 1_000,
    onConnect: (session, done) => done(door.enters(session)),
    onClose: (session) => door.left(session),
    onRcptTo: (address, session, done) => void door.names(address, session).then(done),
    onData: (stream, session, done) => void door.takes(stream, session).then(done),
  });
  // A client that hangs up in the middle is no fault of this server.
  server.on('error', (error) => log.debug({ reason: messageOf(error) }, 'bounces.line_failed'));
  // Rejects when the port cannot be had.
  const listening = once(server.server, 'listening');
  // No host named: reports come from every mail server of the world.
  server.listen(options.port ?? config.bouncePort ?? 0, options.host);
  await listening;
  const { port } = server.server.address() as AddressInfo;
  log.info({ port, domain }, 'bounces.ready');
  return {
    port,
    async close() {
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await door.idle();
    },
  };
}

const no = (code: number, text: string) => Object.assign(new Error(text), { responseCode: code });

class Door {
  readonly #services: Services;
  readonly #domain: string;
  readonly #visitors = new Visitors(VISITOR_LIMITS, monotonicMs);
  /** Lines that were let in, so that each is counted out once. */
  readonly #inside = new Set<string>();
  #judging: Promise<void> | undefined;
  #more = false;

  constructor(services: Services, domain: string) {
    this.#services = services;
    this.#domain = domain;
  }

  enters(session: SMTPServerSession): Error | undefined {
    if (!this.#visitors.enters(session.remoteAddress)) return no(421, 'Too much from you just now, try again later');
    this.#inside.add(session.id);
    return undefined;
  }

  left(session: SMTPServerSession): void {
    if (this.#inside.delete(session.id)) this.#visitors.left(session.remoteAddress);
  }

  async names({ address }: SMTPServerAddress, session: SMTPServerSession): Promise<Error | undefined> {
    if (!this.#visitors.mayName(session.remoteAddress)) return no(450, '4.7.1 Too much from you just now, try again later');
    if (session.envelope.rcptTo.length >= MOST_RECIPIENTS) return no(452, '4.5.3 Too many recipients');
    const at = address.lastIndexOf('@');
    const ours = address.slice(at + 1).toLowerCase() === this.#domain;
    const claim = ours ? parseReturnLocal(address.slice(0, at)) : undefined;
    try {
      const genuine = claim !== undefined && (await proveClaim(this.#services.database, claim)) !== undefined;
      this.#visitors.named(session.remoteAddress, !genuine);
      if (genuine) return undefined;
    } catch (error) {
      this.#services.log.warn({ reason: messageOf(error) }, 'bounces.not_checked');
      return no(451, '4.3.0 Try again later');
    }
    return ours ? no(550, '5.1.1 No such address here') : no(550, '5.7.1 This server relays nothing');
  }

  async takes(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Error | null> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of stream as AsyncIterable<Buffer>) if (!stream.sizeExceeded) chunks.push(chunk);
      if (stream.sizeExceeded) return no(552, '5.3.4 Larger than any report about our letters');
      const raw = Buffer.concat(chunks);
      for (const { address } of session.envelope.rcptTo) {
        await storeBounce(this.#services, { via: 'smtp', local: address.slice(0, address.lastIndexOf('@')), raw });
      }
    } catch (error) {
      this.#services.log.warn({ reason: messageOf(error) }, 'bounces.not_stored');
      return no(451, '4.3.0 Try again later');
    }
    this.#judge();
    return null;
  }

  /** Ends when nothing is being judged any more. */
  async idle(): Promise<void> {
    await this.#judging;
  }

  /** One pass at a time; what comes in meanwhile is seen by one more. A pass that fails is the sweep's to repeat. */
  #judge(): void {
    this.#more = true;
    this.#judging ??= this.#judgeAll().finally(() => {
      this.#judging = undefined;
    });
  }

  async #judgeAll(): Promise<void> {
    while (this.#more) {
      this.#more = false;
      await judgeBounces(this.#services).catch((error) => this.#services.log.warn({ reason: messageOf(error) }, 'bounces.not_judged'));
    }
  }
}
