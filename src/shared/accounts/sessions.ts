import { sql } from 'kysely';
import { NotFound } from '../platform/failure.ts';
import type { Database } from '../schema/database.ts';
import { actorOf, findAccount } from './accounts.ts';
import type { Actor } from './actor.ts';
import { recordAudit } from './audit.ts';
import { newSecret, secretHash } from './secrets.ts';

/** A link that somebody is handed in the morning still works in the afternoon. */
const LINK_HOURS = 12;
/** A working day and its evening; then one signs in again. */
const SESSION_HOURS = 16;

/** Makes a sign-in link's token for an account; it works once. The address is /desk/sign-in/<token>. Throws NotFound. */
export async function createSignInLink(db: Database, account: string): Promise<string> {
  if (!(await findAccount(db, account))) throw new NotFound('account', account);
  const token = newSecret();
  await db
    .insertInto('sign_in_links')
    .values({ hash: secretHash(token), account, expires_at: sql`clock_timestamp() + ${LINK_HOURS} * interval '1 hour'` })
    .execute();
  return token;
}

/** Uses a link up and begins a session; undefined when it is unknown, used or too old. */
export async function useSignInLink(db: Database, token: string): Promise<{ session: string; csrf: string; actor: Actor } | undefined> {
  return db.transaction().execute(async (tx) => {
    const link = await tx
      .updateTable('sign_in_links')
      .set({ used_at: sql`clock_timestamp()` })
      .where('hash', '=', secretHash(token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', sql<Date>`clock_timestamp()`)
      .returning('account')
      .executeTakeFirst();
    const actor = link && (await findAccount(tx, link.account));
    if (!actor) return undefined;
    const session = newSecret();
    const csrf = newSecret();
    await tx
      .insertInto('sessions')
      .values({
        hash: secretHash(session),
        account: actor.account,
        csrf,
        expires_at: sql`clock_timestamp() + ${SESSION_HOURS} * interval '1 hour'`,
      })
      .execute();
    await recordAudit(tx, { account: actor.account, action: 'session.begun' });
    return { session, csrf, actor };
  });
}

/** Whose session this is; undefined when it is unknown or over. */
export async function actorOfSession(db: Database, session: string): Promise<{ actor: Actor; csrf: string } | undefined> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account')
    .selectAll('accounts')
    .select('sessions.csrf')
    .where('sessions.hash', '=', secretHash(session))
    .where('sessions.expires_at', '>', sql<Date>`clock_timestamp()`)
    .where('accounts.active', '=', true)
    .executeTakeFirst();
  return row && { actor: actorOf(row), csrf: row.csrf };
}

/** Ends a session; an unknown one is no error. */
export async function endSession(db: Database, session: string): Promise<void> {
  await db.deleteFrom('sessions').where('hash', '=', secretHash(session)).execute();
}

/** Deletes sessions and sign-in links that are over. */
export async function forgetSessions(db: Database): Promise<void> {
  const over = sql<Date>`clock_timestamp()`;
  await db.deleteFrom('sessions').where('expires_at', '<', over).execute();
  await db.deleteFrom('sign_in_links').where('expires_at', '<', over).execute();
}
