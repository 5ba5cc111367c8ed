import { type Actor, demandRole } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { NotFound } from '../platform/failure.ts';
import type { Services } from '../services.ts';
import { addSuppression, lookUpSuppression, removeSuppression, type SuppressionLine } from '../subscribers/suppression-list.ts';

/** Whether and why an address gets nothing, and its hash. The look leaves a line in the audit. Throws Forbidden, InvalidInput. */
export async function seeSuppression(
  { database }: Services,
  actor: Actor,
  address: string,
): Promise<{ hash: string; suppression: SuppressionLine | null }> {
  demandRole(actor, ['admin'], 'see suppressions');
  const found = await lookUpSuppression(database, address);
  await recordAudit(database, { account: actor.account, action: 'suppression.looked-up', detail: { hash: found.hash } });
  return found;
}

/** Bars an address from now on, also in the middle of a run; one barred already keeps its older reason. Throws Forbidden, InvalidInput. */
export async function barAddress(
  { database }: Services,
  actor: Actor,
  input: { address: string; note?: string | undefined },
): Promise<{ added: boolean; suppression: SuppressionLine }> {
  demandRole(actor, ['admin'], 'bar addresses');
  return database.transaction().execute(async (tx) => {
    const made = await addSuppression(tx, { ...input, account: actor.account });
    const { hash } = made.suppression;
    if (made.added) await recordAudit(tx, { account: actor.account, action: 'suppression.added', detail: { hash } });
    return made;
  });
}

/** Lets an address get letters again; what it subscribed to is not changed. Throws Forbidden, NotFound when it was not barred. */
export async function liftSuppression({ database }: Services, actor: Actor, hash: string): Promise<SuppressionLine> {
  demandRole(actor, ['admin'], 'lift suppressions');
  return database.transaction().execute(async (tx) => {
    const removed = await removeSuppression(tx, hash);
    if (!removed) throw new NotFound('suppression', hash);
    const detail = { hash: removed.hash, reason: removed.reason };
    await recordAudit(tx, { account: actor.account, action: 'suppression.removed', detail });
    return removed;
  });
}
