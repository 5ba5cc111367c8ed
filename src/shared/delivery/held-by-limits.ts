import { sql } from 'kysely';
import { formatRate, type LetterLimits } from '../release/newsroom/sending-limits.ts';
import type { Connection } from '../schema/database.ts';
import { findDueDigests } from './digest-claims.ts';
import { domainScope, isUsedUp, type LimitKind, readBusyScopes, readScopes, type Standing, sharedScopes } from './limit-scopes.ts';
import type { Sending } from './limits.ts';
import { pacing, waitMs } from './pace.ts';

/*
 * Which of the newsroom's limits letters wait for, so that status can name it. Nobody writes it down: a limit holds letters back when it is used up
 * while some are due.
 */

/** A limit that letters of one run wait for. */
export type HeldByLimit = {
  readonly kind: LimitKind;
  /** As the newsroom file calls it. */
  readonly setting: string;
  /** Of a domain, its name. */
  readonly domain: string | null;
  /** `300/min`, as the newsroom file has it. */
  readonly rate: string;
  readonly letters: number;
  /** When the last of them leaves if nothing else takes of the limit. ISO. */
  readonly until: string;
};

/** Letters of a run that are due this moment, each for itself or in digests. */
export type DueNow = { readonly single: number; readonly digests: number };

/** What the letters of a release that are due wait for: of several limits that are used up the slowest. Undefined when it is none. Reads three rows. */
export async function findHolding(
  db: Connection,
  { limits, relay }: Sending,
  { release, due }: { release: string; due: DueNow },
): Promise<HeldByLimit | undefined> {
  const letters = due.single + due.digests;
  if (relay === undefined || letters === 0) return undefined;
  const scopes = await readScopes(db, sharedScopes(limits, { relay, release: due.single > 0 ? release : undefined }));
  const slowest = scopes.filter(isUsedUp).toSorted((one, other) => pacing(other.rate).gapMs - pacing(one.rate).gapMs)[0];
  if (!slowest) return undefined;
  const { kind, setting, rate } = slowest;
  return {
    kind,
    setting,
    domain: null,
    rate: formatRate(rate),
    letters,
    until: inMs(nextMs(slowest) + (letters - 1) * pacing(rate).gapMs),
  };
}

/** The same of letters put off because of their domain; undefined when the newsroom file limits it no more. */
export function ofDomain(limits: LetterLimits, held: Pick<HeldByLimit, 'letters' | 'until'> & { domain: string }): HeldByLimit | undefined {
  const scope = domainScope(limits, held.domain);
  return scope && { kind: 'domain', setting: scope.setting, rate: formatRate(scope.rate), ...held };
}

/** A limit that letters of the house wait for, without counting them. */
export type UsedUpLimit = {
  readonly kind: LimitKind;
  readonly setting: string;
  /** The relay, the release's slug or the domain; null for all letters. */
  readonly of: string | null;
  readonly rate: string;
  /** When the next letter may leave. ISO. */
  readonly nextAt: string;
};

/** More of them are one cause with many names. */
const MOST_DOMAINS = 20;

/** Every limit that letters wait for now. While none is used up it reads one small table. */
export async function listUsedUp(db: Connection, { limits, relay }: Sending): Promise<UsedUpLimit[]> {
  const used = (await readBusyScopes(db, limits)).filter(isUsedUp).filter(({ kind, of }) => kind !== 'relay' || of === relay);
  if (used.length === 0) return [];
  const due = used.some(({ kind }) => kind !== 'domain') ? await findDueReleases(db) : new Map<string, string>();
  const anyDue = due.size > 0 || (used.some(isShared) && (await findDueDigests(db)).length > 0);
  const domains = used.filter(({ kind }) => kind === 'domain').slice(0, MOST_DOMAINS);
  const waiting = await findWaitingDomains(
    db,
    domains.map(({ of }) => of),
  );
  return [
    ...used.filter((scope) => isShared(scope) && anyDue).map((scope) => told(scope, scope.of || null)),
    ...used.filter(({ kind, of }) => kind === 'release' && due.has(of)).map((scope) => told(scope, due.get(scope.of)!)),
    ...domains.filter(({ of }) => waiting.has(of)).map((scope) => told(scope, scope.of)),
  ];
}

const isShared = ({ kind }: Standing) => kind === 'total' || kind === 'relay';

function told(scope: Standing, of: string | null): UsedUpLimit {
  return { kind: scope.kind, setting: scope.setting, of, rate: formatRate(scope.rate), nextAt: inMs(nextMs(scope)) };
}

const nextMs = ({ rate, freeInMs }: Standing) => waitMs(rate, freeInMs, 1);
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

/** Releases with letters due that are no digests, of running mailings: id → slug. */
async function findDueReleases(db: Connection): Promise<Map<string, string>> {
  const { rows } = await sql<{ release: string; slug: string }>`
    select distinct r.id as release, r.slug from receipts c
    join mailings m on m.release = c.release and m.n = c.n and m.state = 'running' and m.frozen_at is not null
    join releases r on r.id = m.release and not (r.newest_kind = 'withdrawal' and r.newest_n > m.n)
    where c.channel = 'email' and c.state = 'owed' and exists (
      select from deliveries d where d.release = m.release and d.n = m.n and d.frequency = 'at-once' and d.state in ('pending', 'deferred')
        and d.due_at <= clock_timestamp())`.execute(db);
  return new Map(rows.map(({ release, slug }) => [release, slug]));
}

/** Those of the domains whose letters were put off because of their limit (put-off.ts). */
async function findWaitingDomains(db: Connection, domains: readonly string[]): Promise<Set<string>> {
  if (domains.length === 0) return new Set();
  const { rows } = await sql<{ domain: string }>`
    select domain from unnest(${[...domains]}::text[]) as domain where exists (
      select from subscribers s join deliveries d on d.subscriber = s.id
      where s.domain = domain and d.state = 'pending' and d.code = 'limit' and d.due_at > clock_timestamp())`.execute(db);
  return new Set(rows.map((row) => row.domain));
}
