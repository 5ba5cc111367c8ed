import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../support/check.ts';
import { BOUNCE_DOMAIN, mailboxes, PLACES } from './places.ts';
import { MAIL_OWNER, openPostfix, type Postfix } from './server.ts';

/** Where everybody listens. */
export type Ports = { readonly relay: number; readonly neighbour: number; readonly bounce: number; readonly policy: number };

/** The relay as docs/install.md has it, which is also the mail server of some domains and refuses unknown people at RCPT. */
export async function openRelay(folder: string, ports: Ports): Promise<Postfix> {
  const [certificate, key] = [join(folder, 'relay-cert.pem'), join(folder, 'relay-key.pem')];
  const subject = ['-subj', '/CN=relay.alvmark.example', '-days', '2', '-nodes', '-keyout', key, '-out', certificate];
  const made = await runProgram('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', ...subject]);
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.err}`);
  const homes = [PLACES.here, PLACES.full, PLACES.grey, PLACES.greyByPolicy, PLACES.slow];
  return openPostfix({
    name: 'relay.alvmark.example',
    folder: join(folder, 'relay'),
    port: ports.relay,
    main: {
      smtpd_tls_security_level: 'may',
      smtpd_tls_cert_file: certificate,
      smtpd_tls_key_file: key,
      smtpd_tls_received_header: 'yes',
      virtual_mailbox_domains: homes.map(({ domain }) => domain).join(' '),
      virtual_mailbox_maps: table(join(folder, 'relay-mailboxes'), homes.flatMap(mailboxes)),
      relay_domains: `${BOUNCE_DOMAIN} ${PLACES.neighbour.domain}`,
      transport_maps: `inline:{ { ${BOUNCE_DOMAIN} = smtp:[127.0.0.1]:${ports.bounce} }, { ${PLACES.neighbour.domain} = smtp:[127.0.0.1]:${ports.neighbour} } }`,
      smtpd_relay_restrictions: 'permit_mynetworks, reject_unauth_destination',
      smtpd_recipient_restrictions: `check_recipient_access inline:{ { ${BOUNCE_DOMAIN} = reject_unverified_recipient } }, check_policy_service inet:127.0.0.1:${ports.policy}`,
      unverified_recipient_reject_code: '550',
    },
  });
}

/** The neighbour refuses unknown people to the relay, which then has to report; some of its mailboxes are full, which it finds out after it said yes. */
export async function openNeighbour(folder: string, ports: Ports): Promise<Postfix> {
  const { domain } = PLACES.neighbour;
  const names = mailboxes(PLACES.neighbour);
  const full = names.filter((name) => name.startsWith('full'));
  const small = full.map((name) => [name, 'small:'] as const);
  const files = full.map((name, index) => [name, `full/${index}`] as const);
  const neighbour = await openPostfix({
    name: 'mx.granback.example',
    folder: join(folder, 'neighbour'),
    port: ports.neighbour,
    main: {
      virtual_mailbox_domains: domain,
      virtual_mailbox_maps: table(join(folder, 'neighbour-mailboxes'), [...names.filter((name) => !full.includes(name)), ...files]),
      transport_maps: `inline:{ { ${BOUNCE_DOMAIN} = smtp:[127.0.0.1]:${ports.relay} } }, ${table(join(folder, 'neighbour-full'), small)}`,
    },
    // A mailbox of one file, which may not outgrow this; a letter has about 12 kB.
    master: [`small unix - n n - - virtual -o virtual_mailbox_limit=${ROOM} -o message_size_limit=${ROOM}`],
  });
  mkdirSync(join(neighbour.mail, 'full'));
  chownSync(join(neighbour.mail, 'full'), MAIL_OWNER, MAIL_OWNER);
  for (const [, file] of files) {
    const path = join(neighbour.mail, file);
    writeFileSync(path, `From somebody Sat Nov 21 08:00:00 2026\n\n${'old\n'.repeat(ROOM / 4 - 20)}`, { mode: 0o600 });
    chownSync(path, MAIL_OWNER, MAIL_OWNER);
  }
  return neighbour;
}

/** Bytes that the full mailboxes may hold. */
const ROOM = 20_000;

/** A lookup table as a text file; a mailbox's value is its Maildir. */
function table(path: string, rows: readonly (string | readonly [string, string])[]): string {
  const maildir = (address: string) =>
    [address, `${address.slice(address.indexOf('@') + 1)}/${address.slice(0, address.indexOf('@'))}/`] as const;
  const pairs = rows.map((row) => (typeof row === 'string' ? maildir(row) : row));
  writeFileSync(path, pairs.map((pair) => `${pair.join(' ')}\n`).join(''));
  return `texthash:${path}`;
}
