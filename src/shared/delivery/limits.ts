import { sql } from 'kysely';
import type { LetterLimits, Rate } from '../release/newsroom/sending-limits.ts';
import type { Connection, Tx } from '../schema/database.ts';
import type { Services } from '../services.ts';
import { domainScope, type Purpose, readScopes, type Scope, sharedScopes } from './limit-scopes.ts';
import { room, spend, waitMs } from './pace.ts';
import { nameOfRelay } from './relays.ts';

/*
 * The newsroom's limits of letters, kept over all senders, processes and restarts: one row of `allowances` for each scope in use. Taken in the claim's
 * own transaction, for each letter before it is claimed: what is taken and then not sent is not given back, so a limit is never passed.
 */

/** A domain over its limit: when it may get its next letter, and how far apart those after it are. */
export type FullDomain = { readonly domain: string; readonly rate: Rate; readonly waitMs: number };

/** Which of the letters asked for may leave, in their order. `limited`: what all of them count for allows no more just now. */
export type Allotment = { readonly allowed: readonly boolean[]; readonly full: readonly FullDomain[]; readonly limited: boolean };

/**
 * Takes the allowance for letters to people at these domains, as far as there is one. Call it last before the rows are marked: until the transaction
 * ends, whoever counts for the same scope waits here. The rows are locked in the order of their names. Without limits it asks nothing.
 */
export async function takeAllowance(
  tx: Tx,
  limits: LetterLimits,
  { domains, ...purpose }: Purpose & { domains: readonly string[] },
): Promise<Allotment> {
  const shared = sharedScopes(limits, purpose);
  const named = new Map([...new Set(domains)].map((domain) => [domain, domainScope(limits, domain)]));
  const scopes = [...shared, ...[...named.values()].filter((scope) => scope !== undefined)];
  if (scopes.length === 0 || domains.length === 0) return { allowed: domains.map(() => true), full: [], limited: false };
  const accounts = await lockAccounts(tx, scopes);
  const allotment = allot(
    domains,
    shared.map(({ name }) => accounts.get(name)!),
    (domain) => accounts.get(named.get(domain)?.name ?? ''),
  );
  await save(tx, [...accounts.values()]);
  return allotment;
}

/** A scope within one transaction: when it is wholly free again, in ms from the moment it was read. */
type Account = Pick<Scope, 'name' | 'rate'> & { freeInMs: number; taken: number };

async function lockAccounts(tx: Tx, scopes: readonly Scope[]): Promise<Map<string, Account>> {
  const rates = new Map(scopes.map((scope) => [scope.name, scope.rate]));
  // Inserting and locking in one, for a row that is not there yet cannot be waited for otherwise. The first to ask finds it free.
  const { rows } = await sql<{ scope: string; freeInMs: number }>`
    insert into allowances (scope, free_at) select name, clock_timestamp() from unnest(${[...rates.keys()]}::text[]) as name order by name
    on conflict (scope) do update set free_at = allowances.free_at
    returning scope, extract(epoch from free_at - clock_timestamp())::float8 * 1000 as "freeInMs"`.execute(tx);
  return new Map(rows.map(({ scope, freeInMs }) => [scope, { name: scope, rate: rates.get(scope)!, freeInMs, taken: 0 }]));
}

/** Pure: goes through the letters in order, and lets each leave that every scope of its own has room for. */
function allot(domains: readonly string[], shared: readonly Account[], ofDomain: (domain: string) => Account | undefined): Allotment {
  const hasRoom = (account: Account) => room(account.rate, account.freeInMs) > account.taken;
  const full = new Map<string, FullDomain>();
  let limited = false;
  const allowed = domains.map((domain) => {
    const own = ofDomain(domain);
    if (own && !hasRoom(own)) {
      const after = spend(own.rate, own.freeInMs, own.taken);
      full.set(domain, { domain, rate: own.rate, waitMs: waitMs(own.rate, after, 1) });
      return false;
    }
    if (!shared.every(hasRoom)) {
      limited = true;
      return false;
    }
    for (const account of own ? [...shared, own] : shared) account.taken += 1;
    return true;
  });
  return { allowed, full: [...full.values()], limited };
}

async function save(tx: Tx, accounts: readonly Account[]): Promise<void> {
  const taken = accounts.filter((account) => account.taken > 0);
  if (taken.length === 0) return;
  await sql`
    update allowances a set free_at = clock_timestamp() + v.ms * interval '1 ms'
    from unnest(${taken.map(({ name }) => name)}::text[], ${taken.map(({ rate, freeInMs, taken: n }) => spend(rate, freeInMs, n))}::float8[])
      as v (scope, ms) where a.scope = v.scope`.execute(tx);
}

/** The newsroom's limits and the relay's name, which is undefined while there is none: what every look at them needs. */
export type Sending = { readonly limits: LetterLimits; readonly relay: string | undefined };

/** As of this second. Throws `no_newsroom`. */
export async function findSending(services: Pick<Services, 'config' | 'newsroom'>): Promise<Sending> {
  const { newsroom } = await services.newsroom();
  return { limits: newsroom.limits.letters, relay: nameOfRelay(services.config) };
}

/** How many letters for that purpose may leave at this moment, and when more may if none does. A look without a lock, for whoever plans jobs. */
export type Headroom = { readonly letters: number; readonly waitMs: number };

export async function findHeadroom(db: Connection, limits: LetterLimits, purpose: Purpose): Promise<Headroom> {
  const scopes = await readScopes(db, sharedScopes(limits, purpose));
  if (scopes.length === 0) return { letters: Number.POSITIVE_INFINITY, waitMs: 0 };
  return {
    letters: Math.min(...scopes.map(({ rate, freeInMs }) => room(rate, freeInMs))),
    waitMs: Math.max(...scopes.map(({ rate, freeInMs }) => waitMs(rate, freeInMs, worthALook(rate)))),
  };
}

/** Nobody looks again for less than a second brings, or for less than one letter. */
function worthALook({ letters, perMs }: Rate): number {
  return Math.max(1, Math.floor((letters * 1_000) / perMs));
}

/** Scopes that nothing has counted for since are as free as new ones. */
export async function forgetAllowances(db: Connection): Promise<void> {
  await sql`
    delete from allowances where scope in (
      select scope from allowances where free_at < clock_timestamp() - interval '1 day' for update skip locked
    )`.execute(db);
}
