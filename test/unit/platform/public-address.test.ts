import { describe, expect, test } from 'vitest';
import { refuseLiteral, sendOutside } from '../../../src/shared/platform/outgoing.ts';
import { isPublicAddress } from '../../../src/shared/platform/public-address.ts';

const PRIVATE = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.127.255.255',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::ffff:7f00:1',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
];
const PUBLIC = [
  '8.8.8.8',
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '192.167.255.255',
  '2606:4700::1111',
  '2a00:1450:400f::1',
];

describe('an address', () => {
  test.each(PRIVATE)('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));
  test.each(PUBLIC)('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));
  test.each(['', 'localhost', '127.1', '8.8.8', 'example.org'])('"%s" is no address, so it is not public', (text) =>
    expect(isPublicAddress(text)).toBe(false),
  );
});

describe('a URL whose host is an address', () => {
  // Every spelling that a URL parser turns into a private address.
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[fe80::1]/',
    'http://169.254.169.254/latest/meta-data/',
    'https://10.0.0.5:8443/hook',
    'http://０x7f.1/',
  ])('%s is refused, unless private addresses are allowed', (url) => {
    expect(() => refuseLiteral(new URL(url), false)).toThrow('is not a public address');
    expect(() => refuseLiteral(new URL(url), true)).not.toThrow();
  });

  test('a name is looked at when it is resolved: one that means this machine is never called', async () => {
    for (const url of ['http://localhost:9/', 'https://LOCALHOST:9/']) {
      await expect(sendOutside({ url, method: 'GET', allowPrivate: false })).rejects.toMatchObject({ code: 'address_refused' });
    }
  });
});
