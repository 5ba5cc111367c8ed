import { domainToASCII } from 'node:url';
import type { Config } from '../platform/config.ts';

/**
 * May a letter leave for this address? Without SMTP_URL every letter stays in the local inbox, so all may; with it only what
 * MAIL_RECIPIENTS allows: `*`, addresses, and `@domain` for everybody at exactly that domain.
 */
export function mayReceive(config: Pick<Config, 'smtpUrl' | 'mailRecipients'>, address: string): boolean {
  if (config.smtpUrl === undefined) return true;
  const wanted = address.trim().toLowerCase();
  const domain = wanted.slice(wanted.lastIndexOf('@'));
  const allowed = (config.mailRecipients ?? '').split(',').map((entry) => entry.trim().toLowerCase());
  return allowed.some((entry) => entry === '*' || (entry !== '' && (entry === wanted || entry === domain)));
}

/** Longest address a mail server must take: 64 octets, @, 255 octets (RFC 5321 4.5.3.1). */
const LOCAL_OCTETS = 64;
const DOMAIN_OCTETS = 255;

/**
 * The address as it goes into envelope and header: an international domain in its ASCII form. Undefined when it cannot be an
 * address of anybody; nothing that could break out of a header line passes.
 */
export function mailboxOf(address: string): string | undefined {
  const text = address.trim();
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const domain = domainToASCII(text.slice(at + 1));
  if (at < 1 || domain === '' || !/^[a-z0-9.-]+$/.test(domain)) return undefined;
  if (!/^[^\s<>()[\]\\,;:@"\p{Cc}]+$/u.test(local)) return undefined;
  if (Buffer.byteLength(local) > LOCAL_OCTETS || domain.length > DOMAIN_OCTETS) return undefined;
  return `${local}@${domain}`;
}
