import type { Config } from '../platform/config.ts';
import { Failure, messageOf } from '../platform/failure.ts';
import { type DkimKey, openDkimKeys, signWith } from './dkim-keys.ts';

/*
 * DKIM signatures (RFC 6376) with rsa-sha256 and ed25519-sha256 (RFC 8463), relaxed in header and body, one for each key. Our own and not
 * nodemailer's: that one never signs a field twice (5.4.2, against a second From put above the signed one), knows no ed25519, and for a
 * key it cannot use it sends the letter unsigned.
 */

export type DkimSigner = {
  /**
   * The DKIM-Signature fields, one for each key and without line ends, for these fields and a body whose relaxed form has this SHA-256.
   * Throws `dkim_failed`; never gives fewer.
   */
  sign(fields: readonly string[], bodyHash: Buffer): string[];
};

/** Signed once more than they occur, so that nobody can add another one and keep the signature. */
const OVERSIGNED = ['From', 'Subject', 'To', 'Reply-To', 'Date', 'Message-ID', 'Content-Type', 'List-Unsubscribe', 'List-Unsubscribe-Post'];
/** RFC 6376 5.4.1, and what a mail program acts on. */
const SIGNED = ['In-Reply-To', 'References', 'MIME-Version', 'Content-Language', 'List-Id', 'List-Help', 'List-Post', 'Auto-Submitted'];

/** Reads the keys once, at the start. Throws `dkim_key` in one clear line when one cannot be used. */
export async function openDkim({ keys: files, domain }: NonNullable<Config['dkim']>): Promise<DkimSigner> {
  const keys = await openDkimKeys(files);
  return {
    sign(fields, bodyHash) {
      try {
        const chosen = chooseFields(fields);
        const about = { domain, bodyHash: bodyHash.toString('base64'), names: fold(chosen.names.join(':'), ':') };
        const signed = chosen.fields.map((field) => `${relaxedField(field)}\r\n`).join('');
        return keys.map((key) => signature(key, about, signed));
      } catch (error) {
        throw new Failure('dkim_failed', `the letter could not be signed: ${messageOf(error)}`, { cause: error });
      }
    },
  };
}

type About = { readonly domain: string; readonly bodyHash: string; readonly names: string };

/** One signature; it covers no other signature, so the order of the keys is free. */
function signature(key: DkimKey, { domain, bodyHash, names }: About, signed: string): string {
  const head = [
    `DKIM-Signature: v=1; a=${key.algorithm}; c=relaxed/relaxed;`,
    `\td=${domain}; s=${key.selector}; q=dns/txt;`,
    `\tbh=${bodyHash};`,
    `\th=${names};`,
    '\tb=',
  ].join('\r\n');
  const value = signWith(key, Buffer.from(signed + relaxedField(head), 'utf8'));
  return head + (value.match(/.{1,72}/g) ?? []).join('\r\n\t');
}

/** The fields in the order of `h=`: of several with one name the lowest first (5.4.2); a name beyond the last is signed as absent. */
function chooseFields(fields: readonly string[]): { names: string[]; fields: string[] } {
  const names: string[] = [];
  const found: string[] = [];
  for (const name of [...OVERSIGNED, ...SIGNED]) {
    const present = fields.filter((field) => field.slice(0, field.indexOf(':')).toLowerCase() === name.toLowerCase()).reverse();
    const times = present.length + (OVERSIGNED.includes(name) ? 1 : 0);
    names.push(...Array<string>(times).fill(name));
    found.push(...present);
  }
  return { names, fields: found };
}

/** RFC 6376 3.4.2. */
function relaxedField(field: string): string {
  const colon = field.indexOf(':');
  const value = field
    .slice(colon + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
  return `${field.slice(0, colon).trim().toLowerCase()}:${value}`;
}

/** RFC 6376 3.4.4: no white space at line ends, one space for any run of it, no empty lines at the end. */
export function relaxedBody(body: Buffer): Buffer {
  const text = body
    .toString('latin1')
    .replace(/[ \t]+/g, ' ')
    .replace(/ (?=\r\n|$)/g, '')
    .replace(/(?:\r\n)+$/, '');
  return Buffer.from(text === '' ? '' : `${text}\r\n`, 'latin1');
}

/** Breaks a long list after its separators, so that no line passes 78 characters. */
function fold(list: string, separator: string): string {
  let line = 3;
  return list
    .split(separator)
    .map((part, index, all) => {
      const text = index === all.length - 1 ? part : part + separator;
      const wraps = line + text.length > 76;
      line = wraps ? text.length + 1 : line + text.length;
      return wraps ? `\r\n\t${text}` : text;
    })
    .join('');
}
