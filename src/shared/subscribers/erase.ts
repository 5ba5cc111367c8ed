import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Json } from '../platform/canonical.ts';
import type { Database, Tx } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import { TOKEN_KEY_BYTES } from './merge.ts';
import { addressHash, suppress } from './suppressions.ts';

/** Who wished it: the person by the page, the newsroom, or the time that has passed. */
export type EraseWay = 'page' | 'desk' | 'retention';

export type Erasure = {
  /** Null when the address has no subscriber: a sign-up that was never confirmed is forgotten all the same. */
  readonly subscriber: string | null;
  /** As address.ts gives it. */
  readonly address: string;
  readonly way: EraseWay;
  readonly addressKey: Uint8Array;
};

/** How many rows about the person went. */
export type Forgotten = { readonly signUps: number; readonly notices: number; readonly proofs: number; readonly topics: number };

/**
 * Forgets what this room keeps of a person. A row without address stays, so that the letters of the past still add up, and one line of proof that it
 * was done; every link in every letter is void. Call with the person's row locked.
 */
export async function forgetPerson(tx: Tx, { subscriber, address, way }: Erasure): Promise<Forgotten> {
  const count = async (rows: Promise<{ readonly numDeletedRows: bigint }>) => Number((await rows).numDeletedRows);
  const signUps = await count(tx.deleteFrom('sign_ups').where('address', '=', address).executeTakeFirstOrThrow());
  // Owed ones too: a worker that holds one this moment finds its row gone.
  const notices = await count(tx.deleteFrom('notices').where(sql<string>`lower("to")`, '=', address).executeTakeFirstOrThrow());
  if (subscriber === null) return { signUps, notices, proofs: 0, topics: 0 };
  const topics = await count(tx.deleteFrom('subscriptions').where('subscriber', '=', subscriber).executeTakeFirstOrThrow());
  const proofs = await count(tx.deleteFrom('consents').where('subscriber', '=', subscriber).executeTakeFirstOrThrow());
  await tx
    .insertInto('consents')
    .values({ subscriber, event: 'erased', detail: JSON.stringify({ way }) })
    .execute();
  await tx
    .updateTable('subscribers')
    .set({
      address: null,
      name: null,
      state: 'erased',
      token_key: randomBytes(TOKEN_KEY_BYTES),
      paused_until: null,
      changed_at: sql`clock_timestamp()`,
    })
    .where('id', '=', subscriber)
    .execute();
  return { signUps, notices, proofs, topics };
}

/** What of a suppression's evidence is a word of ours or a number; everything else was somebody's text and may name a person. */
const NAMELESS = ['release', 'n', 'code', 'bounce', 'way', 'account'];

/**
 * Leaves the keyed hash, and nothing else, where the address was. A suppression that is there already keeps its reason, and of its evidence what
 * names nobody; what passes with time changes none. Call last: letters answered meanwhile may have written one.
 */
export async function keepHash(tx: Tx, { address, way, addressKey }: Erasure): Promise<void> {
  const hash = addressHash(addressKey, address);
  const known = await tx
    .selectFrom('suppressions')
    .select(['reason', 'evidence'])
    .where('address_hash', '=', hash)
    .forUpdate()
    .executeTakeFirst();
  if (!known) {
    if (way !== 'retention') await suppress(tx, [{ hash, reason: 'erased', evidence: { way } }]);
    return;
  }
  const evidence: { [key: string]: Json } = Object.fromEntries(Object.entries(known.evidence).filter(([name]) => NAMELESS.includes(name)));
  // A person who left and is then erased has asked for more: both bar nobody from signing up again.
  const reason = known.reason === 'unsubscribed' && way !== 'retention' ? 'erased' : known.reason;
  await tx
    .updateTable('suppressions')
    .set({ reason, evidence: JSON.stringify({ ...evidence, erased: true }) })
    .where('address_hash', '=', hash)
    .execute();
}

const PAGE_ROWS = 5_000;

/** The address a keyed hash stands for, among the subscribers; undefined when none has it. Reads them all: 100,000 are a second. */
export async function findAddressOfHash(db: Database, hash: string): Promise<string | undefined> {
  const key = await getKey(db, 'address');
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('subscribers')
      .select('address')
      .where('address', '>', after)
      .orderBy('address')
      .limit(PAGE_ROWS)
      .execute();
    const found = rows.find(({ address }) => addressHash(key, address!).toString('hex') === hash);
    if (found?.address) return found.address;
    if (rows.length < PAGE_ROWS) return undefined;
    after = rows.at(-1)!.address!;
  }
}
