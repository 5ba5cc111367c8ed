import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { DkimKeyFile } from '../platform/dkim-setting.ts';
import { Failure } from '../platform/failure.ts';

/** A key letters are signed with. */
export type DkimKey = {
  readonly selector: string;
  /** As it stands in `a=` (RFC 6376 3.3, RFC 8463 3). */
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256';
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
};

/** Receivers take no shorter key (RFC 8301 3.2). */
const LEAST_BITS = 1024;

/** Reads the keys and tries each. Throws `dkim_key` in one clear line when one cannot be used. */
export function openDkimKeys(files: readonly DkimKeyFile[]): Promise<DkimKey[]> {
  return Promise.all(files.map(openKey));
}

async function openKey({ selector, path }: DkimKeyFile): Promise<DkimKey> {
  const fault = (why: string, cause?: unknown) => new Failure('dkim_key', `DKIM_KEY ${path}: ${why}`, { cause });
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(await readFile(path));
  } catch (error) {
    throw fault(`cannot be read as a private key in PEM form (${(error as { code?: string }).code ?? 'no such form'}).`, error);
  }
  const algorithm = algorithmOf(privateKey);
  if (algorithm === undefined) {
    throw fault(
      `is a key for ${privateKey.asymmetricKeyType}; letters are signed with rsa or ed25519. Make one: ./depesch dkim new --help`,
    );
  }
  const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? LEAST_BITS;
  if (bits < LEAST_BITS) throw fault(`has ${bits} bits; receivers want 1024 or more, better 2048. Make one: ./depesch dkim new --help`);
  const key: DkimKey = { selector, algorithm, privateKey, publicKey: createPublicKey(privateKey) };
  if (!works(key)) throw fault('signs, but its signature does not verify on this machine.');
  return key;
}

function algorithmOf(key: KeyObject): DkimKey['algorithm'] | undefined {
  if (key.asymmetricKeyType === 'rsa') return 'rsa-sha256';
  return key.asymmetricKeyType === 'ed25519' ? 'ed25519-sha256' : undefined;
}

/** The signature of these bytes, in base64. Ed25519 signs their SHA-256 and not the bytes themselves (RFC 8463 3). */
export function signWith({ algorithm, privateKey }: DkimKey, data: Buffer): string {
  const made = algorithm === 'rsa-sha256' ? sign('sha256', data, privateKey) : sign(null, sha256(data), privateKey);
  return made.toString('base64');
}

/** A key that this machine's cryptography refuses is found at the start, not with the first letter. */
function works(key: DkimKey): boolean {
  const data = Buffer.from('depesch');
  const made = Buffer.from(signWith(key, data), 'base64');
  return key.algorithm === 'rsa-sha256' ? verify('sha256', data, key.publicKey, made) : verify(null, sha256(data), key.publicKey, made);
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
