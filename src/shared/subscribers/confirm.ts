import { randomBytes } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Connection, Tx } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import type { Tables } from '../schema/tables.ts';
import { recentBar } from './bars.ts';
import { TOKEN_KEY_BYTES } from './merge.ts';
import { CONFIRM_HOURS } from './sign-up.ts';
import { addressHash, unsuppress } from './suppressions.ts';

type SignUp = Selectable<Tables['sign_ups']>;

/** A sign-up that its link may still confirm, or has confirmed; undefined when it is too old, barred or gone. */
export async function findSignUp(db: Connection, id: string): Promise<SignUp | undefined> {
  return openSignUps(db, id).executeTakeFirst();
}

function openSignUps(db: Connection, id: string) {
  return db
    .selectFrom('sign_ups')
    .selectAll()
    .where('id', '=', id)
    .where('barred', 'is', null)
    .where((row) =>
      row.or([
        row('confirmed_at', 'is not', null),
        row('signed_at', '>', sql<Date>`clock_timestamp() - make_interval(hours => ${CONFIRM_HOURS})`),
      ]),
    );
}

export type Confirmed = { readonly outcome: 'confirmed'; readonly subscriber: string } | { readonly outcome: 'already' | 'expired' };

/**
 * The address said yes: from the commit on its owner gets letters, and the proof stands. A second time changes nothing, also when the person has
 * left in between. `expired`: the link is too old, or the address was barred since. The caller moves the letters that are waiting for somebody known
 * before, in the same transaction.
 */
export async function confirmSignUp(tx: Tx, id: string): Promise<Confirmed> {
  const named = await openSignUps(tx, id).executeTakeFirst();
  if (!named) return { outcome: 'expired' };
  // The person before the sign-up, as everybody locks them: whoever erases somebody holds the one and wants the other.
  await sql`select from subscribers where address = ${named.address} for no key update`.execute(tx);
  const wish = await openSignUps(tx, id).forUpdate().executeTakeFirst();
  if (!wish) return { outcome: 'expired' };
  if (wish.confirmed_at) return { outcome: 'already' };
  const hash = addressHash(await getKey(tx, 'address'), wish.address);
  if ((await recentBar(tx, hash)) !== undefined) return { outcome: 'expired' };
  const subscriber = await takeUp(tx, wish);
  await tx
    .insertInto('subscriptions')
    .values(wish.topics.map((topic) => ({ subscriber, topic, frequency: wish.frequency })))
    .onConflict((conflict) => conflict.columns(['subscriber', 'topic']).doUpdateSet({ frequency: wish.frequency }))
    .execute();
  await unsuppress(tx, hash);
  await prove(tx, subscriber, wish);
  await tx.updateTable('sign_ups').set({ confirmed_at: sql`clock_timestamp()` }).where('id', '=', id).execute();
  return { outcome: 'confirmed', subscriber };
}

/** The person with that address, made now or known before. Links in older letters go on working; who asks for letters ends a pause. */
async function takeUp(tx: Tx, { address, language }: SignUp): Promise<string> {
  const row = await tx
    .insertInto('subscribers')
    .values({ address, language, state: 'active', token_key: randomBytes(TOKEN_KEY_BYTES) })
    .onConflict((conflict) =>
      conflict.column('address').doUpdateSet({ language, state: 'active', paused_until: null, changed_at: sql`clock_timestamp()` }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Two rows: what was asked, with the words shown, and that the address confirmed it. */
async function prove(tx: Tx, subscriber: string, wish: SignUp): Promise<void> {
  const proof = {
    subscriber,
    legal_basis: 'consent',
    source: wish.source,
    wording: wish.wording,
    wording_version: wish.wording_version,
    detail: JSON.stringify({ way: 'page', topics: wish.topics, frequency: wish.frequency, language: wish.language, signUp: wish.id }),
  };
  await tx
    .insertInto('consents')
    .values({ ...proof, event: 'signed-up', at: wish.signed_at })
    .execute();
  await tx
    .insertInto('consents')
    .values({ ...proof, event: 'confirmed', confirmed_at: sql<Date>`clock_timestamp()` })
    .execute();
}
