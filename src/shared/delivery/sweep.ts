import { sql } from 'kysely';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import { bootId, isAlive } from '../platform/process-identity.ts';
import { loadNewsroom } from '../release/newsroom/newsroom-store.ts';
import type { Database } from '../schema/database.ts';
import { getKey } from '../schema/migrate.ts';
import { BATCH_SIZE } from './claims.ts';
import { type JournalRecord, journalAgeMs, journalFolder, listJournals, readJournal, removeJournal } from './journal.ts';
import { type LedgerRules, writeSettlements } from './ledger.ts';
import { forgetAllowances } from './limits.ts';
import { hostName, SENDER_GONE_SECONDS } from './senders.ts';
import { BACK, NOT_HEARD_OF, type RowKey, rowName, type Settled, type Settlement } from './settlement.ts';

/** What the sweep needs of the services. */
export type SweepContext = { readonly config: Pick<Config, 'dataDir'>; readonly database: Database; readonly log: Log };

type Gone = {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly bootId: string;
  readonly processStart: string;
  readonly silent: boolean;
};

/**
 * Settles the claims of senders that are gone. One whose process this machine knows to be dead is judged by its journal, at once: nothing of it
 * can still be under way. Any other (paused, on another machine, before a reboot) is waited for a minute; then its claims are `unknown`,
 * and if it wakes it settles them itself, by token. Gives the number of rows written. Safe in several processes.
 */
export async function sweepClaims(context: SweepContext): Promise<number> {
  const { database } = context;
  const folder = journalFolder(context.config.dataDir);
  const journals = listJournals(folder);
  const senders = await findSenders(database, journals);
  let settled = 0;
  const failures: unknown[] = [];
  for (const sender of senders) {
    try {
      settled += await sweepSender(context, { sender, folder });
    } catch (error) {
      // A journal that cannot be read is one sender's trouble; what the others left is judged all the same.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  await forgetSenders(database);
  await forgetAllowances(database);
  for (const id of journals) if (!senders.some((sender) => sender.id === id)) forgetJournal(folder, id);
  return settled;
}

async function loadRules(db: Database): Promise<LedgerRules> {
  const [addressKey, { newsroom }] = await Promise.all([getKey(db, 'address'), loadNewsroom(db)]);
  return { addressKey, retry: newsroom.limits.retry };
}

async function sweepSender({ database, log }: SweepContext, { sender, folder }: { sender: Gone; folder: string }): Promise<number> {
  const dead = isDeadHere(sender);
  if (!dead && !sender.silent) return 0;
  const journal = dead ? readJournal(folder, sender.id) : undefined;
  const rows = await judgeClaims(database, sender.id, journal);
  const written = rows.length > 0 ? await writeSettlements(database, rows, await loadRules(database)) : [];
  if (written.length > 0) log.warn({ sender: sender.id, dead, rows: written.length }, 'sender.swept');
  if (dead && journal && !(await holdsClaims(database, sender.id))) removeJournal(folder, sender.id);
  return written.length;
}

/** Senders with open claims anywhere, and all that left a journal here. */
async function findSenders(db: Database, journals: readonly string[]): Promise<Gone[]> {
  const { rows } = await sql<Gone>`
    select s.id, s.host, s.pid, s.boot_id as "bootId", s.process_start as "processStart",
      s.seen_at < clock_timestamp() - make_interval(secs => ${SENDER_GONE_SECONDS}) as silent
    from senders s
    where s.id in (select claimed_by from deliveries where state = 'claimed') or s.id::text = any (${[...journals]}::text[])`.execute(db);
  return rows;
}

function isDeadHere(sender: Gone): boolean {
  return (
    sender.host === hostName() &&
    sender.bootId === bootId() &&
    !isAlive({ pid: sender.pid, bootId: sender.bootId, startedAt: sender.processStart })
  );
}

/**
 * What to write into each row the sender holds. With its journal also into rows that are unknown because nobody had asked it yet. Not into other
 * unknown ones: the sender itself wrote those, and its journal forgets what is written.
 */
async function judgeClaims(db: Database, sender: string, journal: JournalRecord | undefined): Promise<Settled[]> {
  const open = journal ? sql`(d.state = 'claimed' or (d.state = 'unknown' and d.code = ${NOT_HEARD_OF}))` : sql`d.state = 'claimed'`;
  const { rows } = await sql<RowKey & { attempts: number }>`
    select d.release, d.n, d.subscriber, d.attempts from deliveries d where d.claimed_by = ${sender} and ${open}`.execute(db);
  return rows.map(({ release, n, subscriber, attempts }) => {
    const key = { release, n, subscriber };
    return { key, token: { claimedBy: sender, attempts }, settlement: judge(journal, rowName(key, attempts)) };
  });
}

/** By the journal: never begun → back; answered → that answer; begun only → unknown. Without one that is whole, silence proves nothing. */
export function judge(journal: JournalRecord | undefined, row: string): Settlement {
  const entry = journal?.entries.get(row);
  if (entry !== undefined && entry !== 'begun') return entry;
  if (entry === undefined && journal?.intact) return BACK;
  const code = entry === 'begun' ? 'sender-died' : NOT_HEARD_OF;
  const reply = entry === 'begun' ? 'the sender died while the letter was under way' : 'the sender was not heard of for a minute';
  return { to: 'unknown', code, reply, relay: '' };
}

async function holdsClaims(db: Database, sender: string): Promise<boolean> {
  const row = await db
    .selectFrom('deliveries')
    .select('seq')
    .where('claimed_by', '=', sender)
    .where('state', '=', 'claimed')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Long enough for whoever looks into what happened. */
const KEEP_SENDERS_DAYS = 7;

async function forgetSenders(db: Database): Promise<void> {
  await sql`
    delete from senders s where s.seen_at < clock_timestamp() - make_interval(days => ${KEEP_SENDERS_DAYS})
      and not exists (select from deliveries d where d.claimed_by = s.id and d.state = 'claimed')`.execute(db);
}

/** A journal of a sender that PostgreSQL has forgotten: of another boot or container of this machine, so nobody believes it any more. */
function forgetJournal(folder: string, sender: string): void {
  if (journalAgeMs(folder, sender) > KEEP_SENDERS_DAYS * 24 * 3_600_000) removeJournal(folder, sender);
}

export type DueBatch = {
  readonly release: string;
  readonly n: number;
  readonly batch: number;
  /** How many letters of it are due. */
  readonly letters: number;
  readonly urgent: boolean;
};

/** Batches with letters due now, of running mailings, in order of publication; of one mailing when `only` names it. */
export async function findDueBatches(db: Database, limit: number, only?: { release: string; n: number }): Promise<DueBatch[]> {
  const which = only ? sql`m.release = ${only.release} and m.n = ${only.n}` : sql`true`;
  const { rows } = await sql<DueBatch>`
    select m.release, m.n, b.batch, b.letters, coalesce((v.content->>'urgent')::boolean, false) as urgent
    from receipts c
    join mailings m on m.release = c.release and m.n = c.n and m.state = 'running' and m.frozen_at is not null
    join releases r on r.id = m.release and not (r.newest_kind = 'withdrawal' and r.newest_n > m.n)
    join revisions v on v.release = m.release and v.n = m.n
    cross join lateral (
      select d.seq / ${BATCH_SIZE} as batch, count(*)::int as letters from deliveries d
      where d.release = m.release and d.n = m.n and d.frequency = 'at-once' and d.state in ('pending', 'deferred') and d.due_at <= clock_timestamp()
      group by 1
    ) b
    where c.channel = 'email' and c.state = 'owed' and ${which}
    order by c.publication, b.batch limit ${limit}`.execute(db);
  return rows;
}
