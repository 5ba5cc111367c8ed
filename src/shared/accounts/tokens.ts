import { sql } from 'kysely';
import { NotFound, wrongInput } from '../platform/failure.ts';
import type { Database } from '../schema/database.ts';
import { actorOf, findAccount } from './accounts.ts';
import type { Actor } from './actor.ts';
import { recordAudit } from './audit.ts';
import { newSecret, secretHash } from './secrets.ts';

/** Makes an API token for an account and gives its text, which is shown once. Throws NotFound and InvalidInput. */
export async function createToken(db: Database, input: { account: string; name: string }): Promise<string> {
  const name = input.name.trim();
  if (name === '') {
    throw wrongInput('name', 'is empty.', 'Say what the token is for, such as "intranet".');
  }
  if (!(await findAccount(db, input.account))) throw new NotFound('account', input.account);
  const token = `depesch_${newSecret()}`;
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('api_tokens')
      .values({ hash: secretHash(token), account: input.account, name })
      .execute();
    await recordAudit(tx, { account: input.account, action: 'token.created', detail: { name } });
  });
  return token;
}

/** Whose token this is; undefined when it is unknown, revoked or its account is closed. */
export async function actorOfToken(db: Database, token: string): Promise<Actor | undefined> {
  const hash = secretHash(token);
  const row = await db
    .selectFrom('api_tokens')
    .innerJoin('accounts', 'accounts.id', 'api_tokens.account')
    .selectAll('accounts')
    .where('api_tokens.hash', '=', hash)
    .where('api_tokens.revoked_at', 'is', null)
    .where('accounts.active', '=', true)
    .executeTakeFirst();
  if (!row) return undefined;
  // A minute's precision is enough to see whether a token is still in use; writing at every request is not.
  await db
    .updateTable('api_tokens')
    .set({ used_at: sql`clock_timestamp()` })
    .where('hash', '=', hash)
    .where((where) => where.or([where('used_at', 'is', null), where('used_at', '<', sql<Date>`clock_timestamp() - interval '1 minute'`)]))
    .execute();
  return actorOf(row);
}
