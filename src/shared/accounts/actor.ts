import { Forbidden } from '../platform/failure.ts';
import type { Role } from '../schema/tables.ts';

/** Who is asking. Every use case takes one. */
export type Actor = { readonly account: string; readonly name: string; readonly email: string; readonly roles: readonly Role[] };

/** The clock, acting on what people have scheduled; never signs in. */
export const CLOCK: Actor = { account: 'clock', name: 'Depesch', email: '', roles: [] };

/** Throws Forbidden unless the person has one of the roles; admin may do everything but approve what they wrote themselves. */
export function demandRole(actor: Actor, roles: readonly Role[], what: string): void {
  if (actor.roles.includes('admin') || roles.some((role) => actor.roles.includes(role))) return;
  throw new Forbidden(
    'role_missing',
    `${actor.name} may not ${what}`,
    `It takes the role ${roles.join(' or ')}; an administrator gives roles with ./depesch account create.`,
    { account: actor.account },
  );
}
