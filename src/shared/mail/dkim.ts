import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Config } from '../platform/config.ts';
import { Failure, messageOf } from '../platform/failure.ts';

/*
 * DKIM signatures (RFC 6376) with rsa-sha256, relaxed in header and body. Our own and not nodemailer's: that one never signs a field twice
 * (5.4.2, against a second From put above the signed one), and for a key it cannot use it sends the letter unsigned.
 */

export type DkimSigner = {
  /** The DKIM-Signature field, without its line end, for these fields and this body in relaxed form. Throws `dkim_failed`; never gives an empty one. */
  sign(fields: readonly string[], relaxedBody: Uint8Array): string;
};

/** Signed once more than they occur, so that nobody can add another one and keep the signature. */
const OVERSIGNED = ['From', 'Subject', 'To', 'Reply-To', 'Date', 'Message-ID', 'Content-Type', 'List-Unsubscribe', 'List-Unsubscribe-Post'];
/** RFC 6376 5.4.1, and what a mail program acts on. */
const SIGNED = ['In-Reply-To', 'References', 'MIME-Version', 'Content-Language', 'List-Id', 'List-Help', 'List-Post', 'Auto-Submitted'];

/** Receivers take no shorter key (RFC 8301 3.2). */
const LEAST_BITS = 1024;

/** Reads the key once, at the start. Throws `dkim_key` in one clear line when it cannot be used. */
export async function openDkim(settings: NonNullable<Config['dkim']>): Promise<DkimSigner> {
  const key = await readKey(settings.key);
  return {
    sign(fields, relaxedBody) {
      try {
        return signature(settings, key, fields, relaxedBody);
      } catch (error) {
        throw new Failure('dkim_failed', `the letter could not be signed: ${messageOf(error)}`, { cause: error });
      }
    },
  };
}

async function readKey(path: string): Promise<KeyObject> {
  const fault = (why: string, cause?: unknown) => new Failure('dkim_key', `DKIM_KEY ${path}: ${why}`, { cause });
  let key: KeyObject;
  try {
    key = createPrivateKey(await readFile(path));
  } catch (error) {
    throw fault(`cannot be read as a private key in PEM form (${(error as { code?: string }).code ?? 'no such form'}).`, error);
  }
  if (key.asymmetricKeyType !== 'rsa')
    throw fault(`is an ${key.asymmetricKeyType} key; this version signs with rsa. Make one: openssl genrsa 2048`);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < LEAST_BITS) throw fault(`has ${bits} bits; receivers want 1024 or more, better 2048. Make one: openssl genrsa 2048`);
  return key;
}

function signature(settings: NonNullable<Config['dkim']>, key: KeyObject, fields: readonly string[], relaxedBody: Uint8Array): string {
  const chosen = chooseFields(fields);
  const bodyHash = createHash('sha256').update(relaxedBody).digest('base64');
  const names = fold(chosen.names.join(':'), ':');
  const head = [
    'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;',
    `\td=${settings.domain}; s=${settings.selector}; q=dns/txt;`,
    `\tbh=${bodyHash};`,
    `\th=${names};`,
    '\tb=',
  ].join('\r\n');
  const signed = [...chosen.fields.map(relaxedField), relaxedField(head)].join('\r\n');
  return (
    head +
    (
      sign('sha256', Buffer.from(signed, 'utf8'), key)
        .toString('base64')
        .match(/.{1,72}/g) ?? []
    ).join('\r\n\t')
  );
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
