import { sql } from 'kysely';
import type { Json } from '../platform/canonical.ts';
import { wrongInput } from '../platform/failure.ts';
import type { Connection, Database } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import type { SuppressionReason } from '../schema/tables.ts';
import { readAddress } from './address.ts';
import { addressHash, suppress, unsuppress } from './suppressions.ts';

/** An address that gets nothing more. We keep its keyed hash only; `hash` in hex is its name in lists. */
export type SuppressionLine = {
  readonly hash: string;
  readonly reason: SuppressionReason;
  readonly evidence: { readonly [key: string]: Json };
  readonly since: Date;
};

/** One page, the newest first; `next` goes into `before` of the next one. Throws InvalidInput for a `before` that is none of ours. */
export async function listSuppressions(
  db: Connection,
  page: { limit: number; before?: string | undefined; reason?: SuppressionReason | undefined },
): Promise<{ items: SuppressionLine[]; next?: string }> {
  const cursor = page.before === undefined ? undefined : readCursor(page.before);
  const before = cursor
    ? sql`and (created_at, address_hash) < (timestamptz 'epoch' + ${cursor.micros}::bigint * interval '1 microsecond', decode(${cursor.hash}, 'hex'))`
    : sql``;
  const reason = page.reason ? sql`and reason = ${page.reason}` : sql``;
  const { rows } = await sql<SuppressionLine & { micros: string }>`
    select encode(address_hash, 'hex') as hash, reason, evidence, created_at as since,
      (extract(epoch from created_at) * 1000000)::bigint::text as micros
    from suppressions where true ${before} ${reason} order by created_at desc, address_hash desc limit ${page.limit + 1}`.execute(db);
  const items = rows.slice(0, page.limit).map(({ micros: _micros, ...line }) => line);
  const last = rows[page.limit - 1];
  return rows.length > page.limit && last ? { items, next: Buffer.from(`${last.micros}.${last.hash}`).toString('base64url') } : { items };
}

function readCursor(text: string): { micros: string; hash: string } {
  const match = /^(\d{1,17})\.([0-9a-f]{64})$/.exec(Buffer.from(text, 'base64url').toString('latin1'));
  if (match) return { micros: match[1]!, hash: match[2]! };
  const remedy = 'Leave it out, or use "next" of the page before.';
  throw wrongInput('before', 'is not a page of this list.', remedy);
}

/** Whether and why an address gets nothing. `hash` is its name here either way. Throws InvalidInput when it is not an address. */
export async function lookUpSuppression(db: Database, address: string): Promise<{ hash: string; suppression: SuppressionLine | null }> {
  const hash = await hashOf(db, address);
  return { hash: hash.toString('hex'), suppression: (await findLine(db, hash)) ?? null };
}

/** Bars an address because a person says so. An address that is barred already keeps its older reason. Throws InvalidInput when it is none. */
export async function addSuppression(
  db: Database,
  input: { address: string; note?: string | undefined; account: string },
): Promise<{ added: boolean; suppression: SuppressionLine }> {
  const hash = await hashOf(db, input.address);
  const before = await findLine(db, hash);
  await suppress(db, [{ hash, reason: 'manual', evidence: { account: input.account, ...(input.note ? { note: input.note } : {}) } }]);
  return { added: before === undefined, suppression: (await findLine(db, hash))! };
}

/** One by its hash in hex; undefined when that address is not suppressed. */
export async function getSuppression(db: Connection, hash: string): Promise<SuppressionLine | undefined> {
  return /^[0-9a-f]{64}$/.test(hash) ? findLine(db, Buffer.from(hash, 'hex')) : undefined;
}

/** Lets an address get letters again, by its hash in hex. What it subscribed to is not changed. Undefined when it was not barred. */
export async function removeSuppression(db: Database, hash: string): Promise<SuppressionLine | undefined> {
  const line = await getSuppression(db, hash);
  return line && (await unsuppress(db, Buffer.from(hash, 'hex'))) ? line : undefined;
}

async function hashOf(db: Database, text: string): Promise<Buffer> {
  const reading = readAddress(text);
  if ('address' in reading) return addressHash(await getKey(db, 'address'), reading.address);
  throw wrongInput('address', reading.message, reading.remedy);
}

async function findLine(db: Connection, hash: Buffer): Promise<SuppressionLine | undefined> {
  const row = await db.selectFrom('suppressions').selectAll().where('address_hash', '=', hash).executeTakeFirst();
  return row && { hash: hash.toString('hex'), reason: row.reason, evidence: row.evidence, since: row.created_at };
}
