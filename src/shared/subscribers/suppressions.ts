import { sql } from 'kysely';
import type { Json } from '../platform/canonical.ts';
import { keyedHash } from '../platform/keyed-hash.ts';
import { type Connection, prepared } from '../schema/database.ts';
import type { SuppressionReason } from '../schema/tables.ts';

/** How an address is compared and kept everywhere: no outer white space, lower case, composed characters. */
export function normalAddress(address: string): string {
  return address.trim().normalize('NFC').toLowerCase();
}

/** The keyed hash that stands for an address where the address itself may not stay. `key` is the installation's key `address`. */
export function addressHash(key: Uint8Array, address: string): Buffer {
  return keyedHash(key).update(normalAddress(address)).digest();
}

/** Why that hash gets nothing more; undefined when it may. */
export async function findSuppression(db: Connection, hash: Uint8Array): Promise<SuppressionReason | undefined> {
  return (await findSuppressions(db, [hash])).get(Buffer.from(hash).toString('hex'));
}

/** Those of the hashes that are suppressed, with the reason, by hash in hex. */
export async function findSuppressions(db: Connection, hashes: readonly Uint8Array[]): Promise<Map<string, SuppressionReason>> {
  if (hashes.length === 0) return new Map();
  const { rows } = await sql<{ hash: Buffer; reason: SuppressionReason }>`${prepared}
    select address_hash as hash, reason from suppressions where address_hash = any (${hashes.map((hash) => Buffer.from(hash))}::bytea[])`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.hash.toString('hex'), row.reason]));
}

export type Suppression = { readonly hash: Uint8Array; readonly reason: SuppressionReason; readonly evidence: { [key: string]: Json } };

/** From the commit on nothing is sent to these addresses. The first reason stays: it is the one with the evidence. Evidence holds no address. */
export async function suppress(db: Connection, suppressions: readonly Suppression[]): Promise<void> {
  if (suppressions.length === 0) return;
  await db
    .insertInto('suppressions')
    .values(
      // In one order everywhere: two runs that meet the same dead mailboxes would else wait for each other.
      suppressions
        .toSorted((one, other) => Buffer.compare(one.hash, other.hash))
        .map(({ hash, reason, evidence }) => ({ address_hash: Buffer.from(hash), reason, evidence: JSON.stringify(evidence) })),
    )
    .onConflict((conflict) => conflict.column('address_hash').doNothing())
    .execute();
}

/** Lets an address get letters again: a person decided, or its owner signed up anew. False when it was not suppressed. */
export async function unsuppress(db: Connection, hash: Uint8Array): Promise<boolean> {
  const result = await db.deleteFrom('suppressions').where('address_hash', '=', Buffer.from(hash)).executeTakeFirst();
  return result.numDeletedRows > 0n;
}
