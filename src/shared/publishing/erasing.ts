import { type Actor, demandRole } from '../accounts/actor.ts';
import { type Erased, erase } from '../delivery/erasure.ts';
import { NotFound, wrongInput } from '../platform/failure.ts';
import type { Services } from '../services.ts';
import { readAddress } from '../subscribers/address.ts';
import { findAddressOfHash } from '../subscribers/erase.ts';

/**
 * Removes whoever has that address from everything kept here, at the person's wish; the audit names the hash alone. A hash in hex in its place is
 * for those erased before a backup was restored. Safe to repeat. Throws Forbidden, InvalidInput, NotFound when nothing is kept about the address.
 */
export async function eraseAddress(services: Services, actor: Actor, text: string): Promise<Erased> {
  demandRole(actor, ['admin'], 'erase people');
  const address = await addressOf(services, text.trim());
  const erased = await erase(services, { person: { address }, way: 'desk', account: actor.account });
  if (!erased) throw new NotFound('subscriber', address);
  return erased;
}

async function addressOf({ database }: Services, text: string): Promise<string> {
  if (/^[0-9a-f]{64}$/.test(text)) {
    const address = await findAddressOfHash(database, text);
    if (address === undefined) throw new NotFound('subscriber', text);
    return address;
  }
  const reading = readAddress(text);
  if ('address' in reading) return reading.address;
  throw wrongInput('address', reading.message, reading.remedy);
}
