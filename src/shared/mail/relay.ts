import type { ConnectionOptions } from 'node:tls';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import { type Config, isLoopback } from '../platform/config.ts';
import { Failure } from '../platform/failure.ts';

/** The mail server that takes our letters, and how to reach it. */
export type Relay = {
  /** `host:port`, the name in table `relays` and in every answer. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly requireTLS: boolean;
  readonly ignoreTLS: boolean;
  readonly login: { readonly user: string; readonly pass: string } | undefined;
  /** How we call ourselves in EHLO; undefined leaves it to nodemailer (the machine's full name, or its address). */
  readonly ehloName: string | undefined;
  readonly tls: ConnectionOptions | undefined;
};

/** Ports that RFC 6409 (submission) and RFC 8314 (submission over TLS) give; 25 is for mail between servers and never assumed. */
const SUBMISSION = 587;
const SUBMISSION_TLS = 465;

/**
 * The relay of this installation: SMTP_URL, else the local inbox. `smtp://user:pass@host:587?name=news.example&tls.rejectUnauthorized=false`.
 * A relay on this machine without a login is spoken to in the clear unless the address says otherwise (`?requireTLS=true`).
 * Throws `no_relay` when there is neither.
 */
export function relayOf(config: Pick<Config, 'smtpUrl' | 'inboxPort'>): Relay {
  if (config.smtpUrl === undefined) return localInbox(config.inboxPort);
  const options = parseConnectionUrl(config.smtpUrl) as ReturnType<typeof parseConnectionUrl> & Record<string, unknown>;
  const host = options.host ?? 'localhost';
  const secure = options.secure === true;
  const port = options.port ?? (secure ? SUBMISSION_TLS : SUBMISSION);
  const login = options.auth?.user ? { user: options.auth.user, pass: options.auth.pass ?? '' } : undefined;
  return {
    name: `${host}:${port}`,
    host,
    port,
    secure,
    // A password never crosses a network in the clear, whatever the server offers or a man in the middle strips from its offer.
    requireTLS: options.requireTLS === true || (login !== undefined && !secure && !isLoopback(host)),
    // Mail servers of this machine offer STARTTLS with a certificate they made themselves (Debian's Postfix does). A line that never leaves
    // the machine needs none, and refusing it would stop every letter.
    ignoreTLS: options.ignoreTLS === true || (isLoopback(host) && login === undefined && !asksForTls(options)),
    login,
    ehloName: typeof options.name === 'string' ? options.name : undefined,
    tls: options.tls as ConnectionOptions | undefined,
  };
}

/** True when SMTP_URL says something about encryption itself: that stands. */
function asksForTls(options: Readonly<Record<string, unknown>>): boolean {
  return options.requireTLS === true || options.tls !== undefined;
}

function localInbox(port: number | undefined): Relay {
  if (port === undefined)
    throw new Failure('no_relay', 'SMTP_URL is not set and no local inbox was started, so letters have nowhere to go');
  const host = '127.0.0.1';
  return {
    name: `${host}:${port}`,
    host,
    port,
    secure: false,
    requireTLS: false,
    ignoreTLS: true,
    login: undefined,
    ehloName: undefined,
    tls: undefined,
  };
}
