import type { DkimKey } from './dkim-keys.ts';

/** A line of a zone, for people to add. */
export type DnsRecord = { readonly name: string; readonly type: 'TXT' | 'MX' | 'PTR'; readonly value: string };

/** One string of a TXT record holds no more (RFC 1035 3.3.14). */
const STRING_BYTES = 255;

/** What the public half of a key looks like in DNS (RFC 6376 3.6.1, RFC 8463 4). */
export function dkimRecord({ selector, algorithm, publicKey }: Omit<DkimKey, 'privateKey'>, domain: string): DnsRecord {
  const kind = algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519';
  return { name: dkimName(selector, domain), type: 'TXT', value: `v=DKIM1; k=${kind}; p=${publicText({ algorithm, publicKey })}` };
}

function dkimName(selector: string, domain: string): string {
  return `${selector}._domainkey.${domain}`;
}

/** The public key as in `p=`: rsa in its whole DER form, ed25519 as its bare 32 bytes. */
function publicText({ algorithm, publicKey }: Pick<DkimKey, 'algorithm' | 'publicKey'>): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return (algorithm === 'rsa-sha256' ? der : der.subarray(-32)).toString('base64');
}

/** The record as a line of a zone file; a long text stands in strings of 255 bytes that a reader joins again. */
export function zoneLine({ name, type, value }: DnsRecord): string {
  if (type !== 'TXT') return `${name}. IN ${type} ${value}`;
  const strings = txtStrings(value).map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`);
  return strings.length === 1 ? `${name}. IN TXT ${strings[0]}` : `${name}. IN TXT (\n  ${strings.join('\n  ')} )`;
}

/** The strings that a text takes in a TXT record. */
export function txtStrings(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  return Array.from({ length: Math.max(1, Math.ceil(bytes.length / STRING_BYTES)) }, (_, index) =>
    bytes.subarray(index * STRING_BYTES, (index + 1) * STRING_BYTES).toString('utf8'),
  );
}
