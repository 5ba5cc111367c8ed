import { sql } from 'kysely';
import type { LetterLimits, Rate } from '../release/newsroom/sending-limits.ts';
import type { Connection } from '../schema/database.ts';
import { room } from './pace.ts';

/* What the newsroom's limits of letters count for, each under the name that its row of `allowances` has. */

/** Of everything, of what one relay gets, of one release, of the people at one domain. */
export type LimitKind = 'total' | 'relay' | 'release' | 'domain';

/** What letters count for. A digest counts for no release. */
export type Purpose = { readonly relay: string; readonly release: string | undefined };

export type Scope = {
  readonly kind: LimitKind;
  /** Which relay, release (its id) or domain; empty for the total. */
  readonly of: string;
  /** As its row of `allowances` is called. */
  readonly name: string;
  /** As the newsroom file calls the limit. */
  readonly setting: string;
  readonly rate: Rate;
};

/** As `subscribers.domain` has it. */
export const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** The scopes that all letters of one purpose count for, as far as they have a limit. */
export function sharedScopes(limits: LetterLimits, { relay, release }: Purpose): Scope[] {
  return [
    ...scopeOf('total', '', limits.total),
    ...scopeOf('relay', relay, limits.relay),
    ...(release === undefined ? [] : scopeOf('release', release, limits.release)),
  ];
}

/** The limit of a domain, when it has one. */
export function domainScope(limits: LetterLimits, domain: string): Scope | undefined {
  const own = Object.hasOwn(limits.domains, domain) ? limits.domains[domain] : undefined;
  const [scope] = scopeOf('domain', domain, own ?? limits.domain);
  return scope && own ? { ...scope, setting: 'limits.letters.domains' } : scope;
}

function scopeOf(kind: LimitKind, of: string, rate: Rate | undefined): Scope[] {
  if (rate === undefined) return [];
  return [{ kind, of, name: of === '' ? kind : `${kind} ${of}`, setting: `limits.letters.${kind}`, rate }];
}

/** The scope that a row of `allowances` is kept for; undefined when the newsroom has no such limit any more. */
function scopeNamed(limits: LetterLimits, name: string): Scope | undefined {
  const [kind = '', of = ''] = name.split(/ (.*)/s, 2);
  if (kind === 'domain') return domainScope(limits, of);
  return scopeOf(kind as LimitKind, of, kind === 'total' || kind === 'relay' || kind === 'release' ? limits[kind] : undefined)[0];
}

/** A scope and in how many ms it is wholly free again. */
export type Standing = Scope & { readonly freeInMs: number };

/** How these scopes stand now. A look without a lock; one that nothing has counted for is free. */
export async function readScopes(db: Connection, scopes: readonly Scope[]): Promise<Standing[]> {
  if (scopes.length === 0) return [];
  const { rows } = await sql<{ scope: string; freeInMs: number }>`
    select scope, ${freeInMs} from allowances where scope = any (${scopes.map(({ name }) => name)}::text[])`.execute(db);
  const free = new Map(rows.map((row) => [row.scope, row.freeInMs]));
  return scopes.map((scope) => ({ ...scope, freeInMs: free.get(scope.name) ?? 0 }));
}

/** Every scope that is not wholly free. */
export async function readBusyScopes(db: Connection, limits: LetterLimits): Promise<Standing[]> {
  const { rows } = await sql<{ scope: string; freeInMs: number }>`
    select scope, ${freeInMs} from allowances where free_at > clock_timestamp() order by scope`.execute(db);
  return rows.flatMap(({ scope, freeInMs }) => {
    const known = scopeNamed(limits, scope);
    return known ? [{ ...known, freeInMs }] : [];
  });
}

const freeInMs = sql`extract(epoch from free_at - clock_timestamp())::float8 * 1000 as "freeInMs"`;

/**
 * Whether letters that are due wait for this limit. Senders look again for each second's worth, so between two looks there is always some room; who
 * leaves half of it unused is slow for another reason.
 */
export function isUsedUp({ rate, freeInMs }: Standing): boolean {
  return room(rate, freeInMs) < Math.max(1, room(rate, 0) / 2);
}
