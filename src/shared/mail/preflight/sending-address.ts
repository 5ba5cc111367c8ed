import { BlockList, isIP } from 'node:net';
import { type Config, isLoopback } from '../../platform/config.ts';
import { relayOf } from '../relay.ts';
import { type Finding, right, unknown, wrong } from './finding.ts';
import type { Lookup } from './lookup.ts';
import { checkSpf, findSpf } from './spf.ts';

/** The addresses that receivers see letters come from; none, with the reason, when it cannot be known from here. */
export type Sending = { readonly addresses: readonly string[]; readonly why: string; readonly host: string | undefined };

const SAY_IT = 'Say which address letters leave from:  ./depesch preflight --address ADDRESS';

/** What never reaches a receiver as a sender's address: RFC 1918, 6598, 3927, 4193, 4291. */
const INSIDE = new BlockList();
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const)
  INSIDE.addSubnet(network, bits);
for (const [network, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  INSIDE.addSubnet(network, bits, 'ipv6');

/** Those named by hand, else the relay's own: most send on from the address they answer at. */
export async function findSending(lookup: Lookup, config: Config, named: readonly string[]): Promise<Sending> {
  if (named.length > 0) return { addresses: named, why: '', host: undefined };
  const none = (why: string, host?: string): Sending => ({ addresses: [], why, host });
  if (config.smtpUrl === undefined) return none('SMTP_URL is not set, letters stay here');
  const { host } = relayOf(config);
  if (isLoopback(host)) return none('the relay runs on this machine');
  const addresses = isIP(host) > 0 ? [host] : await lookup.addresses(host);
  if (addresses.length === 0) return none(`the relay ${host} has no address in DNS`);
  if (addresses.some((address) => INSIDE.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6'))) {
    return none(`the relay ${host} has an address of an inner network`);
  }
  return { addresses, why: '', host: isIP(host) > 0 ? undefined : host };
}

/** SPF (RFC 7208) is asked of the domain in the return address. */
export async function checkSenderPolicy(lookup: Lookup, domain: string, sending: Sending): Promise<Finding> {
  const records = await findSpf(lookup, domain);
  const own = sending.addresses.map((address) => `ip${isIP(address)}:${address}`);
  if (records.length === 0) {
    const value = `v=spf1 ${own.join(' ') || 'mx'} ~all`;
    return wrong('SPF', `${domain} has no SPF record`, { todo: 'Add this record.', record: { name: domain, type: 'TXT', value } });
  }
  if (sending.addresses.length === 0)
    return unknown('SPF', `${domain} has a record; what it must cover is not known: ${sending.why}`, SAY_IT);
  for (const address of sending.addresses) {
    const { result, why } = await checkSpf(lookup, domain, address);
    if (result === 'pass') continue;
    if (result === 'unjudged')
      return unknown('SPF', `${address} could not be judged: ${why}`, 'Try it with the checker of your DNS provider.');
    if (result === 'permerror') return wrong('SPF', `receivers cannot use the record: ${why}`, { todo: 'Mend the record.' });
    const missing = own.filter((mechanism) => !records[0]!.split(/ +/).includes(mechanism));
    const value = records[0]!.replace(/^v=spf1/i, ['v=spf1', ...missing].join(' '));
    const guess =
      sending.host === undefined ? '' : ` If letters leave from another address than that of ${sending.host}: --address ADDRESS.`;
    const todo = `Put this in its place.${guess}`;
    return wrong('SPF', `${address} may not send for ${domain}: ${result}, ${why}`, { todo, record: { name: domain, type: 'TXT', value } });
  }
  return right('SPF', `${domain} lets ${sending.addresses.join(' and ')} send`);
}

/** Many receivers refuse an address whose name does not lead back to it. */
export async function checkReverse(lookup: Lookup, domain: string, sending: Sending): Promise<Finding> {
  if (sending.addresses.length === 0) return unknown('PTR', `not looked at: ${sending.why}`, SAY_IT);
  const confirmed: string[] = [];
  for (const address of sending.addresses) {
    const names = await lookup.names(address);
    const back = await Promise.all(names.map(async (name) => (await lookup.addresses(name)).includes(address)));
    const name = names.find((_, index) => back[index]);
    if (name !== undefined) {
      confirmed.push(`${address} is ${name}`);
      continue;
    }
    const says = names.length === 0 ? `${address} has no name` : `${address} is called ${names.join(', ')}, which does not lead back to it`;
    const value = `${sending.host ?? names[0] ?? `mail.${domain}`}.`;
    const todo = `Ask whoever gave you the address for this record; the name must have the address ${address}.`;
    return wrong('PTR', says, { todo, record: { name: reverseName(address), type: 'PTR', value } });
  }
  return right('PTR', `${confirmed.join(', ')}, and back`);
}

/** `10.2.0.192.in-addr.arpa`; for IPv6 every half byte, from the last, below ip6.arpa (RFC 3596 2.5). */
export function reverseName(address: string): string {
  if (isIP(address) === 4) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const [before, after] = [groups(head), groups(tail)];
  const all = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  const digits = all.map((group) => group.padStart(4, '0')).join('');
  return `${[...digits].reverse().join('.')}.ip6.arpa`;
}
