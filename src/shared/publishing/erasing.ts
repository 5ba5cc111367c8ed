import { type Actor, demandRole } from '../accounts/actor.ts';
import { type Erased, erase } from '../delivery/erasure.ts';
import { InvalidInput, NotFound } from '../platform/failure.ts';
import type { Services } from '../services.ts';
import { readAddress } from '../subscribers/address.ts';

/**
 * Removes whoever has that address from everything kept here, at the person's wish; the audit names the hash alone. Safe to repeat.
 * Throws Forbidden, InvalidInput, NotFound when nothing is kept about the address.
 */
export async function eraseAddress(services: Services, actor: Actor, text: string): Promise<Erased> {
  demandRole(actor, ['admin'], 'erase people');
  const reading = readAddress(text);
  if (!('address' in reading))
    throw new InvalidInput([{ at: '', field: 'address', message: reading.message, remedy: reading.remedy, severity: 'error' }]);
  const erased = await erase(services, { person: { address: reading.address }, way: 'desk', account: actor.account });
  if (!erased) throw new NotFound('subscriber', reading.address);
  return erased;
}
