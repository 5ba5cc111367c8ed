import { BlockList, isIP } from 'node:net';

/*
 * Which IP addresses are out in the world. Somebody else names where we are to call; what only this machine or this network can reach is not theirs to ask
 * for (server-side request forgery). The networks are those of the IANA special-purpose registries (RFC 6890) that are not globally reachable.
 */

const NOT_PUBLIC_V4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local; clouds keep their secrets at 169.254.169.254
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
];

/** Within 2000::/3, which is all that is public in IPv6: IPv4 in disguise (mapped, translated), unique local, link-local and multicast lie outside of it. */
const NOT_PUBLIC_V6 = [
  '2001::/23', // Teredo and other protocols
  '2001:db8::/32',
  '2002::/16', // 6to4 carries an IPv4 address
  '3fff::/20',
];
const PUBLIC_V6 = ['2000::/3'];

const blockedV4 = listOf(NOT_PUBLIC_V4, 'ipv4');
const blockedV6 = listOf(NOT_PUBLIC_V6, 'ipv6');
const publicV6 = listOf(PUBLIC_V6, 'ipv6');

/** True for an IP address anybody on the Internet could reach; false for anything else, also for what is no address. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blockedV4.check(address, 'ipv4');
    case 6:
      // A zone (fe80::1%eth0) belongs to a link of ours.
      return !address.includes('%') && publicV6.check(address, 'ipv6') && !blockedV6.check(address, 'ipv6');
    default:
      return false;
  }
}

function listOf(networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}
