import { type Actor, demandRole } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { resumeRelays } from '../delivery/relays.ts';
import type { Services } from '../services.ts';
import { sweep } from './sweep.ts';

/** For whoever has mended what the mail server refused: its next try is now, not when the gap is over. Gives how many servers rested. Throws Forbidden. */
export async function tryRelaysNow(services: Services, actor: Actor): Promise<number> {
  demandRole(actor, ['approver', 'admin'], 'resume the mail server');
  const relays = await services.database.transaction().execute(async (tx) => {
    const resumed = await resumeRelays(tx);
    await recordAudit(tx, { account: actor.account, action: 'relays.resumed', detail: { relays: resumed } });
    return resumed;
  });
  await sweep(services);
  return relays;
}
