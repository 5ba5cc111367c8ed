import { generateKeyPair, type KeyObject } from 'node:crypto';
import { chownSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Conflict, messageOf } from '../platform/failure.ts';
import type { DkimKey } from './dkim-keys.ts';
import { type DnsRecord, dkimRecord } from './dns-record.ts';

export type NewKey = {
  readonly type: 'rsa' | 'ed25519';
  readonly selector: string;
  readonly domain: string;
  /** Path of the file to make. */
  readonly out: string;
  /** Who is to own the file, when that is not who makes it. */
  readonly owner?: { readonly uid: number; readonly gid: number };
};

const generate = promisify(generateKeyPair) as (type: string, options?: object) => Promise<{ privateKey: KeyObject; publicKey: KeyObject }>;

/** Makes a DKIM key, writes it where only its owner can read it, and gives the record to publish. Throws Conflict when the file is there or cannot be written. */
export async function makeDkimKey({ type, selector, domain, out, owner }: NewKey): Promise<DnsRecord> {
  const algorithm: DkimKey['algorithm'] = type === 'rsa' ? 'rsa-sha256' : 'ed25519-sha256';
  const { privateKey, publicKey } = await generate(type, type === 'rsa' ? { modulusLength: 2048 } : {});
  try {
    await writeFile(out, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') {
      throw new Conflict('file_exists', `${out} is there already.`, 'Name another file: letters may be signed with that key.');
    }
    throw new Conflict(
      'file_unwritable',
      `${out} cannot be written: ${messageOf(error)}.`,
      'Name a file in a folder that is there and yours.',
    );
  }
  if (owner !== undefined) chownSync(out, owner.uid, owner.gid);
  return dkimRecord({ selector, algorithm, publicKey }, domain);
}
