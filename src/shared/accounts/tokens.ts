import { sql } from 'kysely';
import { NotFound, wrongInput } from '../platform/failure.ts';
import type { Connection, Database } from '../schema/database.ts';
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

/** Ends the tokens of an account, those of one name or all; gives how many. A token that was lost is good for nothing from then on. */
export async function revokeTokens(db: Connection, of: { account: string; name?: string | undefined }): Promise<number> {
  let open = db.updateTable('api_tokens').where('account', '=', of.account).where('revoked_at', 'is', null);
  if (of.name !== undefined) open = open.where('name', '=', of.name);
  const revoked = await open.set({ revoked_at: sql`clock_timestamp()` }).returning('name').execute();
  for (const { name } of revoked) await recordAudit(db, { account: null, action: 'token.revoked', detail: { account: of.account, name } });
  return revoked.length;
}

/** The tokens of an account that are good, by name; what they are is known to nobody but their owner. */
export async function listTokens(db: Connection, account: string): Promise<{ name: string; createdAt: Date; usedAt: Date | null }[]> {
  return db
    .selectFrom('api_tokens')
    .select(['name', 'created_at as createdAt', 'used_at as usedAt'])
    .where('account', '=', account)
    .where('revoked_at', 'is', null)
    .orderBy('name')
    .orderBy('created_at')
    .execute();
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
