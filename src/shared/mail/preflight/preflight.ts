import type { Config } from '../../platform/config.ts';
import { senderAddress } from '../sender-address.ts';
import { findDmarc, isAligned } from './dmarc.ts';
import { type Finding, finding, right, wrong } from './finding.ts';
import { type Lookup, openLookup } from './lookup.ts';
import { checkReverse, checkSenderPolicy, findSending } from './sending-address.ts';
import { checkSignatures } from './signatures.ts';

export type PreflightOptions = {
  /** Addresses that letters leave from; none stands for the relay's own. */
  readonly addresses?: readonly string[];
  readonly lookup?: Lookup;
};

const NO_FROM: Finding = wrong('From', 'MAIL_FROM is not set, so nobody outside could answer a letter or check it', {
  todo: 'Set the sender, such as  MAIL_FROM=Region Älvmark <nyheter@alvmark.example>',
});

/**
 * Asks DNS what receivers of our letters will ask: does the sender's domain take mail, is the DKIM key published, may the relay send, is there
 * a DMARC policy that the signature satisfies, has the sending address a name. Throws `mail_from` when MAIL_FROM names no address.
 */
export async function runPreflight(config: Config, options: PreflightOptions = {}): Promise<Finding[]> {
  if (config.mailFrom === undefined) return [NO_FROM];
  const lookup = options.lookup ?? openLookup(config.dnsServer);
  const { domain } = senderAddress(config, { name: '' });
  const envelope = config.bounceDomain?.toLowerCase() ?? domain;
  const sending = await findSending(lookup, config, options.addresses ?? []).catch((error: Error) => ({
    addresses: [],
    why: error.message,
    host: undefined,
  }));
  return [
    await finding('From', () => checkTakesMail(lookup, 'From', domain)),
    ...(config.bounceDomain === undefined ? [] : [await finding('Bounces', () => checkTakesMail(lookup, 'Bounces', envelope))]),
    ...(await checkSignatures(lookup, config.dkim, domain)),
    await finding('SPF', () => checkSenderPolicy(lookup, envelope, sending)),
    await finding('DMARC', () => checkPolicy(lookup, domain, { dkim: config.dkim?.domain.toLowerCase(), envelope })),
    await finding('PTR', () => checkReverse(lookup, domain, sending)),
  ];
}

/** A domain without MX and address takes no mail: receivers refuse what comes from it, and nobody hears of bounces and replies. */
async function checkTakesMail(lookup: Lookup, about: string, domain: string): Promise<Finding> {
  const hosts = await lookup.mx(domain);
  const record = { name: domain, type: 'MX', value: `10 mail.${domain}.` } as const;
  const todo = 'Add a record like this, with the name of the server that takes your mail.';
  // RFC 7505: a single MX without a name.
  if (hosts.length === 1 && ['', '.'].includes(hosts[0]!)) return wrong(about, `${domain} says that it takes no mail`, { todo, record });
  if (hosts.length > 0) return right(about, `${domain} takes mail at ${hosts.join(', ')}`);
  if ((await lookup.addresses(domain)).length > 0) return right(about, `${domain} takes mail at its own address; it has no MX record`);
  return wrong(about, `${domain} has neither MX record nor address`, { todo, record });
}

const POLICIES = ['none', 'quarantine', 'reject'];

/** DMARC (RFC 7489): a policy, and a signature or return address of the domain that stands in From. */
async function checkPolicy(lookup: Lookup, domain: string, signed: { dkim: string | undefined; envelope: string }): Promise<Finding> {
  const policy = await findDmarc(lookup, domain);
  const record = { name: `_dmarc.${domain}`, type: 'TXT', value: 'v=DMARC1; p=none' } as const;
  if (policy === undefined) return wrong('DMARC', `${domain} has no DMARC record, or more than one`, { todo: 'Add this record.', record });
  const { at, tags } = policy;
  const wanted = tags.get('p')?.toLowerCase();
  if (wanted === undefined || !POLICIES.includes(wanted)) {
    return wrong('DMARC', `the record at _dmarc.${at} has no policy (p=)`, { todo: 'Put this in its place.', record });
  }
  const said = `_dmarc.${at} asks for p=${wanted}`;
  if (signed.dkim !== undefined && isAligned(signed.dkim, domain, { mode: tags.get('adkim'), at })) {
    return right('DMARC', `${said}; signatures of ${signed.dkim} count for ${domain}`);
  }
  const byReturn = isAligned(signed.envelope, domain, { mode: tags.get('aspf'), at });
  if (signed.dkim === undefined && byReturn) return right('DMARC', `${said}; only SPF counts for ${domain}, which forwarded letters lose`);
  const says = `${said}; ${signed.dkim === undefined ? 'nothing' : `no signature of ${signed.dkim}`} counts for ${domain}`;
  return wrong('DMARC', says, { todo: `Sign for the domain in From: set DKIM_DOMAIN=${domain} and publish the key there.` });
}
