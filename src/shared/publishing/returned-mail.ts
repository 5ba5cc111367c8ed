import { type Actor, demandRole } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { type BounceLine, type Decision, decideBounce, getBounce } from '../delivery/bounce-list.ts';
import type { Services } from '../services.ts';

/** One bounce with the mail and the address in it. The look leaves a line in the audit. Throws Forbidden, NotFound. */
export async function seeBounce(
  { database }: Services,
  actor: Actor,
  id: number,
): Promise<BounceLine & { address: string | null; raw: Buffer }> {
  demandRole(actor, ['admin'], 'see and judge bounces');
  const bounce = await getBounce(database, id);
  const detail = { bounce: id, subscriber: bounce.subscriber };
  await recordAudit(database, { account: actor.account, action: 'bounce.looked-up', detail });
  return bounce;
}

/** A person's judgement on a bounce nobody could read. Throws Forbidden, NotFound, Conflict when it is judged already, InvalidInput. */
export async function judgeBounce(
  services: Services,
  actor: Actor,
  input: { id: number; verdict: Decision; address?: string | undefined },
): Promise<void> {
  demandRole(actor, ['admin'], 'see and judge bounces');
  await decideBounce(services, { ...input, account: actor.account });
  const detail = { bounce: input.id, verdict: input.verdict };
  await recordAudit(services.database, { account: actor.account, action: 'bounce.decided', detail });
}
