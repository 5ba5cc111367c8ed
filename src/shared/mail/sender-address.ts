import addressparser from 'nodemailer/lib/addressparser';
import type { Config } from '../platform/config.ts';
import { Failure } from '../platform/failure.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { mailboxOf } from './recipients.ts';

/** Who letters come from. `domain` also ends every Message-ID. */
export type SenderAddress = { readonly name: string; readonly address: string; readonly domain: string };

/**
 * MAIL_FROM, `Name <address>` or the address alone; else the newsroom's name at this house's own host, which serves the local inbox.
 * Throws `mail_from` when MAIL_FROM names no address.
 */
export function senderAddress(config: Pick<Config, 'mailFrom' | 'baseUrl'>, newsroom: Pick<Newsroom, 'name'>): SenderAddress {
  const given = config.mailFrom === undefined ? undefined : addressparser(config.mailFrom, { flatten: true })[0];
  if (config.mailFrom !== undefined && !mailboxOf(given?.address ?? '')) {
    throw new Failure('mail_from', `MAIL_FROM "${config.mailFrom}" names no address. Write it so: ${newsroom.name} <news@example.org>`);
  }
  const address = mailboxOf(given?.address ?? '') ?? `news@${new URL(config.baseUrl).hostname.replace(/^\[.*\]$/, 'localhost')}`;
  return { name: given?.name || newsroom.name, address, domain: address.slice(address.lastIndexOf('@') + 1) };
}
