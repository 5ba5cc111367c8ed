import { sql } from 'kysely';
import type { Connection } from '../schema/database.ts';
import { DELIVERY_STATES, type DeliveryState, type MailingState } from '../schema/tables.ts';
import { type DueNow, findHolding, type HeldByLimit, ofDomain } from './held-by-limits.ts';
import type { Sending } from './limits.ts';
import { waitsForWindow } from './run-end.ts';

export type DeliveryCounts = Record<DeliveryState, number>;

/** Why letters are where they are: one line for each state and code, the largest first. */
export type DeliveryReason = {
  readonly state: DeliveryState;
  readonly code: string;
  readonly count: number;
  /** One of the replies, without addresses. */
  readonly reply: string | null;
  /** The only domain concerned; null when there are several. */
  readonly domain: string | null;
  /** When the first of them is tried again. */
  readonly dueAt: string | null;
};

/** Letters that wait for the window of their digest, and when the first of them leaves (ISO). */
export type Waiting = { readonly count: number; readonly dueAt: string };

/** The letters of one revision, as status and desk show them. Times are ISO. */
export type MailingStatus = {
  readonly n: number;
  readonly state: MailingState;
  readonly reason: string | null;
  readonly frozenAt: string | null;
  /** Rows; 0 before the audience is frozen. */
  readonly audience: number;
  readonly counts: DeliveryCounts;
  /** Promise 7: the counts make the audience. False would be a fault of ours. */
  readonly sumIsRight: boolean;
  /** accepted + rejected + suppressed + cancelled: what will not change any more. */
  readonly settled: number;
  readonly percent: number;
  /** Letters accepted or refused a second, over the last ten seconds. */
  readonly ratePerSecond: number;
  /** Only while letters leave and the rate is known. */
  readonly secondsLeft: number | null;
  readonly firstDueAt: string | null;
  /** Nothing is wrong with these, and nothing can be done for them now. */
  readonly waiting: Waiting | null;
  /** Limits of the newsroom file that make it slow, the one for all its letters first. */
  readonly limits: readonly HeldByLimit[];
  readonly reasons: readonly DeliveryReason[];
};

/** What one mailing's rows add up to, as SQL gives it. */
export type MailingFacts = {
  readonly n: number;
  readonly state: MailingState;
  readonly reason: string | null;
  readonly frozenAt: Date | null;
  readonly audience: number | null;
  readonly counts: Partial<DeliveryCounts>;
  readonly firstDueAt: Date | null;
  /** Rows that wait for the window of their digest, and when the first of them is due. */
  readonly waiting: number;
  readonly windowAt: Date | null;
  /** Rows with an answer within the last RATE_SECONDS. */
  readonly answeredLately: number;
  readonly limits?: readonly HeldByLimit[];
  readonly reasons: readonly DeliveryReason[];
};

/** Long enough to be steady, short enough to show that a run has stopped. */
const RATE_SECONDS = 10;

/** accepted + deferred + rejected + suppressed + cancelled + unknown + pending + claimed = audience. */
export function mailingStatus(facts: MailingFacts): MailingStatus {
  const counts = Object.fromEntries(DELIVERY_STATES.map((state) => [state, facts.counts[state] ?? 0])) as DeliveryCounts;
  const audience = facts.audience ?? 0;
  const settled = counts.accepted + counts.rejected + counts.suppressed + counts.cancelled;
  const rate = facts.answeredLately / RATE_SECONDS;
  const left = counts.pending + counts.claimed - facts.waiting;
  return {
    n: facts.n,
    state: facts.state,
    reason: facts.reason,
    frozenAt: facts.frozenAt?.toISOString() ?? null,
    audience,
    counts,
    sumIsRight: sumOf(counts) === audience,
    settled,
    percent: audience === 0 ? 100 : Math.floor((settled / audience) * 100),
    ratePerSecond: rate,
    secondsLeft: facts.state === 'running' && rate > 0 && left > 0 ? Math.ceil(left / rate) : null,
    firstDueAt: facts.firstDueAt?.toISOString() ?? null,
    waiting: facts.windowAt ? { count: facts.waiting, dueAt: facts.windowAt.toISOString() } : null,
    limits: facts.limits ?? [],
    reasons: facts.reasons,
  };
}

/** Letters without a final answer that a sender, a server or a person has to do something about now: not those that wait for a digest. */
export function underWay({ counts, waiting }: Pick<MailingStatus, 'counts' | 'waiting'>): number {
  return counts.pending + counts.claimed + counts.deferred - (waiting?.count ?? 0);
}

/** The run goes on by itself at the next window of its digests, and until then there is nothing to do. */
export function onlyDigestsWait(run: MailingStatus): boolean {
  return run.state === 'running' && run.waiting !== null && underWay(run) === 0;
}

export function sumOf(counts: DeliveryCounts): number {
  return DELIVERY_STATES.reduce((sum, state) => sum + counts[state], 0);
}

/** What SQL gives of one mailing, and how many of its letters are due this moment. */
type Counted = Omit<MailingFacts, 'reasons' | 'limits'> & { readonly dueSingle: number; readonly dueDigests: number };

/**
 * The equation of every mailing of a release, oldest first. Counts and audience come from one snapshot, so they agree in every moment. With `sending`
 * also which limits make it slow.
 */
export async function loadEquation(db: Connection, release: string, sending?: Sending): Promise<MailingStatus[]> {
  const { rows } = await sql<Counted>`
    select m.n, m.state, m.reason, m.frozen_at as "frozenAt", m.audience, coalesce(m.final_counts, f.counts) as counts, f.due as "firstDueAt", f.lately as "answeredLately",
      f.waiting, f."window" as "windowAt", f."dueSingle", f."dueDigests"
    from mailings m
    cross join lateral (
      select coalesce(jsonb_object_agg(g.state, g.count), '{}') as counts, min(g.due) as due, coalesce(sum(g.lately), 0)::int as lately,
        coalesce(sum(g.waiting), 0)::int as waiting, min(g."window") as "window",
        coalesce(sum(g.now) filter (where g.open), 0)::int as "dueSingle", coalesce(sum(g.digests) filter (where g.open), 0)::int as "dueDigests"
      from (
        select d.state, count(*)::int as count, d.state in ('pending', 'deferred') as open,
          min(d.due_at) filter (where d.state in ('pending', 'deferred')) as due,
          count(*) filter (where d.due_at <= clock_timestamp() and d.frequency = 'at-once') as now,
          count(*) filter (where d.due_at <= clock_timestamp() and d.frequency <> 'at-once') as digests,
          count(*) filter (where ${waitsForWindow})::int as waiting, min(d.due_at) filter (where ${waitsForWindow}) as "window",
          count(*) filter (where d.state in ('accepted', 'rejected') and d.at > clock_timestamp() - make_interval(secs => ${RATE_SECONDS}))::int as lately
        from deliveries d where d.release = m.release and d.n = m.n group by d.state
      ) g
    ) f
    where m.release = ${release} order by m.n`.execute(db);
  const reasons = await loadReasons(db, release);
  const runs = rows.map((row) => ({ row, lines: reasons.filter(({ n }) => n === row.n) }));
  return Promise.all(
    runs.map(async ({ row, lines }) => {
      const limits = sending && row.state === 'running' ? await limitsOf(db, sending, { release, row, lines }) : [];
      return mailingStatus({ ...row, limits, reasons: lines.map(({ n, lastDueAt, ...reason }) => reason) });
    }),
  );
}

type RunLines = { readonly release: string; readonly row: Counted; readonly lines: readonly ReasonLine[] };

async function limitsOf(db: Connection, sending: Sending, { release, row, lines }: RunLines): Promise<HeldByLimit[]> {
  const due: DueNow = { single: row.dueSingle, digests: row.dueDigests };
  const shared = await findHolding(db, sending, { release, due });
  const domains = lines.flatMap(({ state, code, domain, count, lastDueAt }) => {
    const known = state === 'pending' && code === 'limit' && domain !== null && lastDueAt !== null;
    return (known && ofDomain(sending.limits, { domain, letters: count, until: lastDueAt })) || [];
  });
  return shared ? [shared, ...domains] : domains;
}

/** Enough for a screen; the deliveries page lists them all. */
const MOST_REASONS = 40;

/** With its run, and when the last of its letters is tried. */
type ReasonLine = DeliveryReason & { readonly n: number; readonly lastDueAt: string | null };

async function loadReasons(db: Connection, release: string): Promise<ReasonLine[]> {
  const open = sql`d.state in ('pending', 'deferred')`;
  const { rows } = await sql<
    Omit<ReasonLine, 'domain' | 'dueAt' | 'lastDueAt'> & Record<'first' | 'last', string | null> & Record<'due' | 'lastDue', Date | null>
  >`
    select d.n, d.state, coalesce(d.code, '') as code, count(*)::int as count, min(d.reply) as reply, min(s.domain) as first, max(s.domain) as last,
      min(d.due_at) filter (where ${open}) as due, max(d.due_at) filter (where ${open}) as "lastDue"
    from deliveries d join subscribers s on s.id = d.subscriber
    where d.release = ${release} and (d.state in ('deferred', 'rejected', 'suppressed', 'unknown')
      -- Put off because of its domain (put-off.ts).
      or (d.state = 'pending' and d.code in ('limit', 'slowed') and d.due_at > clock_timestamp()))
    group by d.n, d.state, d.code, case when d.state = 'pending' then s.domain end order by count desc, d.state, code limit ${MOST_REASONS}`.execute(
    db,
  );
  return rows.map(({ first, last, due, lastDue, ...row }) => ({
    ...row,
    domain: first === last ? first : null,
    dueAt: due?.toISOString() ?? null,
    lastDueAt: lastDue?.toISOString() ?? null,
  }));
}
