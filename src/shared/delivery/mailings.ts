import { sql } from 'kysely';
import { type Connection, prepared, type Tx } from '../schema/database.ts';
import type { MailingState, RevisionKind } from '../schema/tables.ts';
import { resumeRelays } from './relays.ts';

/** Which release, and in whose words why; the reason is shown beside the run. */
export type MailingsInput = { readonly release: string; readonly reason: string };

/** How many runs (or, for unknown letters, rows) changed, and the revisions whose e-mail job must look at them now. */
export type MailingsChange = { readonly changed: number; readonly revisions: readonly number[] };

/** Opens the run of a revision's letters, in the publication's own transaction. */
export async function openMailing(tx: Tx, revision: { release: string; n: number }): Promise<void> {
  await tx.insertInto('mailings').values({ release: revision.release, n: revision.n }).execute();
}

/** Holds every run of the release that is under way. A letter that has begun still ends; no other begins later than a second after the commit. */
export async function pauseMailings(tx: Tx, input: MailingsInput): Promise<MailingsChange> {
  return changeState(tx, { ...input, from: ['running'], to: 'paused' });
}

/**
 * Lets the paused runs of the release go on, and tries a resting relay at once. From then on the check of the first answers leaves the runs alone:
 * a person has looked.
 */
export async function resumeMailings(tx: Tx, input: MailingsInput): Promise<MailingsChange> {
  const { changed } = await changeState(tx, { ...input, from: ['paused'], to: 'running' });
  // After the runs: a claim holds its run when it takes the probe, and the other order would be a deadlock.
  await resumeRelays(tx);
  // Also runs that only waited for the relay.
  return { changed, revisions: await hastenLetters(tx, { release: input.release, n: 0, which: 'later' }) };
}

/** Ends the runs of the release that are under way, for good: the e-mail job cancels what was not claimed. */
export async function stopMailings(tx: Tx, input: MailingsInput): Promise<MailingsChange> {
  return changeState(tx, { ...input, from: ['running', 'paused'], to: 'stopped' });
}

/** Holds one run for a person, because of something no later try mends by itself. False when it is not running, or a person let it go on before. */
export async function holdRun(
  db: Connection,
  run: { release: string; n: number; reason: string; evenIfResumed: boolean },
): Promise<boolean> {
  const result = await sql`
    update mailings set state = 'paused', reason = ${run.reason}
    where release = ${run.release} and n = ${run.n} and state = 'running' and (${run.evenIfResumed} or resumed_at is null)`.execute(db);
  return result.numAffectedRows === 1n;
}

async function changeState(tx: Tx, change: MailingsInput & { from: MailingState[]; to: MailingState }): Promise<MailingsChange> {
  const rows = await tx
    .updateTable('mailings')
    .set({
      state: change.to,
      reason: change.to === 'running' ? null : change.reason,
      ...(change.to === 'running' ? { resumed_at: sql<Date>`clock_timestamp()` } : {}),
    })
    .where('release', '=', change.release)
    .where('state', 'in', change.from)
    .where(underWay)
    .returning('n')
    .execute();
  const revisions = rows.map((row) => row.n);
  await oweLetters(tx, change.release, revisions);
  return { changed: revisions.length, revisions };
}

/** Owed, or done with unknown letters: their sender may wake and give back what it never began, which a stop must hold for too. */
const underWay = sql<boolean>`(
  exists (select from receipts c where c.release = mailings.release and c.n = mailings.n and c.channel = 'email' and c.state <> 'done')
  or exists (select from deliveries d where d.release = mailings.release and d.n = mailings.n and d.state = 'unknown'))`;

/** The e-mail receipts of these revisions are owed and due: there is something to do about their letters. */
export async function oweLetters(db: Connection, release: string, revisions: readonly number[]): Promise<void> {
  if (revisions.length === 0) return;
  await db
    .updateTable('receipts')
    .set({
      state: 'owed',
      due_at: sql`clock_timestamp()`,
      owed_at: sql`case when state = 'done' then clock_timestamp() else owed_at end`,
      done_at: null,
      code: null,
      error: null,
    })
    .where('release', '=', release)
    .where('channel', '=', 'email')
    .where('n', 'in', [...revisions])
    .execute();
}

/** A mailing as the e-mail job and the sender look at it. `withdrawn`: a later revision took the release back. */
export type MailingView = {
  readonly state: MailingState;
  readonly kind: RevisionKind;
  readonly newest: number;
  readonly withdrawn: boolean;
};

/** Undefined when that revision has no letters. */
export async function findMailing(db: Connection, at: { release: string; n: number }): Promise<MailingView | undefined> {
  const { rows } = await sql<MailingView>`${prepared}
    select m.state, v.kind, r.newest_n as newest, (r.newest_kind = 'withdrawal' and r.newest_n > m.n) as withdrawn
    from mailings m join releases r on r.id = m.release join revisions v on v.release = m.release and v.n = m.n
    where m.release = ${at.release} and m.n = ${at.n}`.execute(db);
  return rows[0];
}

const COMPARE = { this: '=', earlier: '<', later: '>' } as const;

/**
 * Makes the e-mail receipts still owed due now: of that revision, or of every one before it (after a withdrawal those have rows to cancel) or later.
 * Gives the revisions whose e-mail jobs are to be woken.
 */
export async function hastenLetters(
  db: Connection,
  at: { release: string; n: number; which: 'this' | 'earlier' | 'later' },
): Promise<number[]> {
  const rows = await db
    .updateTable('receipts')
    .set({ due_at: sql`clock_timestamp()` })
    .where('release', '=', at.release)
    .where('n', COMPARE[at.which], at.n)
    .where('channel', '=', 'email')
    .where('state', '=', 'owed')
    .returning('n')
    .execute();
  return rows.map((row) => row.n);
}
