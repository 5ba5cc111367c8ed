import { NotFound } from '../platform/failure.ts';
import type { Database } from '../schema/database.ts';
import { recordAudit } from './audit.ts';
import { revokeTokens } from './tokens.ts';

/**
 * Closes an account of somebody who has left: what it wrote and approved keeps its name, its sessions, links and tokens end. createAccount opens it
 * again, without them. Throws NotFound.
 */
export async function closeAccount(db: Database, id: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const closed = await tx
      .updateTable('accounts')
      .set({ active: false })
      .where('id', '=', id)
      .where('active', '=', true)
      .returning('id')
      .executeTakeFirst();
    if (!closed) throw new NotFound('account', id);
    await tx.deleteFrom('sessions').where('account', '=', id).execute();
    await tx.deleteFrom('sign_in_links').where('account', '=', id).execute();
    await revokeTokens(tx, { account: id });
    await recordAudit(tx, { account: null, action: 'account.closed', detail: { account: id } });
  });
}
