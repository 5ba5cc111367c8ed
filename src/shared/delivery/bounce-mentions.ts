import { domainToUnicode } from 'node:url';
import { sql } from 'kysely';
import type { Connection } from '../schema/database.ts';
import { addressHash } from '../subscribers/suppressions.ts';

/** Bounces read in one go: with 128 kB each at most, 6 MB of memory. */
const PAGE_ROWS = 50;

/** A letter inside a report inside a report; nobody honest goes deeper. */
const DEEPEST = 3;

/** Where addresses stand in stored bounces: the ids by address, and the last id that was looked at. */
export type Mentions = { readonly ids: ReadonlyMap<string, readonly number[]>; readonly last: number };

/** Reads the stored bounces once, from `after` on, for those in whose mail one of the addresses stands, however it is written there. */
export async function findMentions(
  db: Connection,
  { addresses, after }: { addresses: readonly string[]; after: number },
): Promise<Mentions> {
  const patterns = addresses.map((address) => ({ address, pattern: new RegExp(sourceOf(address), 'i') }));
  const any = new RegExp(addresses.map(sourceOf).join('|'), 'i');
  const ids = new Map<string, number[]>();
  for (let last = after; ; ) {
    const { rows } = await sql<{ id: number; raw: Buffer }>`
      select id, raw from bounces where id > ${last} order by id limit ${PAGE_ROWS}`.execute(db);
    for (const { id, raw } of rows) {
      const named = readings(raw.toString('latin1')).filter((text) => any.test(text));
      for (const { address, pattern } of named.length > 0 ? patterns : []) {
        if (named.some((text) => pattern.test(text))) ids.set(address, [...(ids.get(address) ?? []), id]);
      }
    }
    last = rows.at(-1)?.id ?? last;
    if (rows.length < PAGE_ROWS) return { ids, last };
  }
}

/** More addresses than this stand in no report about one letter. */
const MOST_ADDRESSES = 50;

/** True when a mail names somebody whose address was erased: only hashes are left to know it by. */
export async function namesErased(db: Connection, raw: Buffer, addressKey: Uint8Array): Promise<boolean> {
  const texts = readings(raw.toString('latin1'));
  const found = new Set(texts.flatMap((text) => text.match(/[^\s<>()[\]\\,;:@"'=]{1,64}@[a-z0-9.-]+[a-z0-9]/gi) ?? []));
  if (found.size === 0) return false;
  const hashes = [...found].slice(0, MOST_ADDRESSES).map((address) => addressHash(addressKey, address));
  const { rows } = await sql<{ erased: boolean }>`
    select exists (
      select from suppressions where address_hash = any (${hashes}::bytea[]) and (reason = 'erased' or evidence->'erased' = 'true')
    ) as erased`.execute(db);
  return rows[0]!.erased;
}

/** The address as mail writes it, also in another's return address (`kim=lillan.example@…`), and its domain in both alphabets. */
function sourceOf(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  const domains = [domain, Buffer.from(domainToUnicode(domain)).toString('latin1')].map((form) => RegExp.escape(form));
  return `(?<![a-z0-9._-])${RegExp.escape(address.slice(0, at))}[@=](?:${domains.join('|')})(?![a-z0-9-])`;
}

/** The bytes as they are, and what they say when quoted-printable, percent signs and base 64 are read. */
function readings(text: string, depth = 0): string[] {
  const quoted = text.replace(/=\r?\n/g, '').replace(/=([0-9a-f]{2})/gi, toCharacter);
  const escaped = quoted.replace(/%([0-9a-f]{2})/gi, toCharacter);
  const own = [...new Set([text, quoted, escaped])];
  if (depth === DEEPEST) return own;
  const inner = [...text.matchAll(/[A-Za-z0-9+/]{16,}={0,2}(?:\r?\n[A-Za-z0-9+/]+={0,2})*/g)].flatMap(([run]) =>
    readings(Buffer.from(run, 'base64').toString('latin1'), depth + 1),
  );
  return [...own, ...inner];
}

function toCharacter(_whole: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
