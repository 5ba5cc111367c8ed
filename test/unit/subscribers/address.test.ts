import { describe, expect, it } from 'vitest';
import { readAddress } from '../../../src/shared/subscribers/address.ts';
import { addressHash } from '../../../src/shared/subscribers/suppressions.ts';

const read = (text: string) => readAddress(text);
const kept = (text: string) => (read(text) as { address: string }).address;

describe('an address', () => {
  it('is kept in small letters, without outer space and mailto:, its domain in ASCII', () => {
    expect(kept(' Anna.Berg@Lillan.EXAMPLE ')).toBe('anna.berg@lillan.example');
    expect(kept('mailto:anna@lillan.example')).toBe('anna@lillan.example');
    expect(kept('anna@Älvstad.example')).toBe('anna@xn--lvstad-9ta.example');
    expect(kept("O'Neill+press@lillan.example")).toBe("o'neill+press@lillan.example");
  });

  it('read again is the same', () => {
    for (const text of ['Anna@Älvstad.example', 'a+b_c@x-y.lillan.example']) expect(kept(kept(text))).toBe(kept(text));
  });

  it.each([
    '',
    'anna',
    'anna@',
    '@lillan.example',
    'anna@lillan',
    'anna berg@lillan.example',
    'anna@lillan.example, bo@lillan.example',
    'Anna <anna@lillan.example>',
    'anna@lillan..example',
    '.anna@lillan.example',
    'anna@127.0.0.1',
    'anna\r\nBcc: x@lillan.example',
    `${'a'.repeat(65)}@lillan.example`,
    `anna@${'a.'.repeat(130)}example`,
  ])('%j is refused with a remedy', (text) => {
    expect(read(text)).toMatchObject({ message: expect.any(String), remedy: expect.stringContaining('Write one address') });
  });

  it('with letters before the @ that few servers take is refused in those words', () => {
    expect(read('åsa@lillan.example')).toMatchObject({ message: expect.stringContaining('before the @') });
  });

  it('has one hash however it is written, and another with another key', () => {
    const key = Buffer.alloc(32, 1);
    expect(addressHash(key, ' Anna@Lillan.example')).toEqual(addressHash(key, 'anna@lillan.example'));
    expect(addressHash(Buffer.alloc(32, 2), 'anna@lillan.example')).not.toEqual(addressHash(key, 'anna@lillan.example'));
  });
});
