import { sql } from 'kysely';
import { Conflict } from '../platform/failure.ts';
import type { Connection, Tx } from '../schema/database.ts';
import { allowWholeAudience } from '../schema/patience.ts';
import { type MailingsChange, type MailingsInput, oweLetters } from './mailings.ts';
import { reopenRuns } from './run-end.ts';
import { SENDER_GONE_SECONDS } from './senders.ts';

/** A letter that may or may not have been accepted, as a person sees it who has to decide. */
export type UnknownLetter = {
  readonly n: number;
  readonly seq: number;
  readonly subscriber: string;
  readonly address: string | null;
  readonly at: Date | null;
  readonly code: string | null;
  readonly reply: string | null;
  /** The sender may still be at work on it: resend and settle refuse it for the moment. */
  readonly refused: boolean;
};

export type UnknownPage = { readonly items: readonly UnknownLetter[]; readonly next: { n: number; seq: number } | undefined };

/** The unknown letters of a release in order of their runs; `after` is the `next` of the page before. */
export async function listUnknown(
  db: Connection,
  page: { release: string; after?: { n: number; seq: number } | undefined; limit: number },
): Promise<UnknownPage> {
  const after = page.after ?? { n: 0, seq: 0 };
  const { rows } = await sql<UnknownLetter>`
    select d.n, d.seq, d.subscriber, s.address, d.at, d.code, d.reply, ${refused} as refused
    from deliveries d join subscribers s on s.id = d.subscriber
    where d.release = ${page.release} and d.state = 'unknown' and (d.n, d.seq) > (${after.n}, ${page.after ? after.seq : -1})
    order by d.n, d.seq limit ${page.limit + 1}`.execute(db);
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  return { items, next: rows.length > page.limit && last ? { n: last.n, seq: last.seq } : undefined };
}

/** SQL for a row `d` of a digest that nobody had tried when its backup was made, and whose window has not come yet. */
export const waitedForWindow = sql<boolean>`(
  d.code = 'restored' and d.frequency <> 'at-once' and d.attempts = 0 and d.due_at > clock_timestamp())`;

/**
 * Puts unknown letters back to be sent once more, with the same Message-ID and the newest text: the person who asks accepts that somebody may get two.
 * What waited for its window when the backup was made that was restored waits for it again, with the rest of that digest.
 * Throws Conflict when there are unknown letters but none may be touched now.
 */
export async function retryUnknown(tx: Tx, input: MailingsInput): Promise<MailingsChange> {
  await allowWholeAudience(tx);
  const { rows } = await sql<{ n: number }>`
    update deliveries d set state = 'pending', claimed_by = null, due_at = case when ${waitedForWindow} then d.due_at else clock_timestamp() end,
      code = case when ${waitedForWindow} then null else 'resend' end, reply = case when ${waitedForWindow} then null else ${input.reason} end
    from mailings m join releases r on r.id = m.release
    where d.release = ${input.release} and d.state = 'unknown' and not ${refused}
      and m.release = d.release and m.n = d.n and m.state <> 'stopped' and not (r.newest_kind = 'withdrawal' and r.newest_n > d.n)
    returning d.n`.execute(tx);
  return concluded(tx, input.release, rows);
}

/** Counts unknown letters as accepted, because a person found out or decided so. Throws Conflict as `retryUnknown` does. */
export async function settleUnknown(tx: Tx, input: MailingsInput): Promise<MailingsChange> {
  await allowWholeAudience(tx);
  const { rows } = await sql<{ n: number }>`
    update deliveries d set state = 'accepted', at = clock_timestamp(), code = 'settled', reply = ${input.reason}
    where d.release = ${input.release} and d.state = 'unknown' and not ${refused} returning d.n`.execute(tx);
  return concluded(tx, input.release, rows);
}

/** The row is fresh and so is whoever claimed it: its sender may be about to write what really happened. */
const refused = sql`(d.at > clock_timestamp() - make_interval(secs => ${SENDER_GONE_SECONDS}) and exists (
  select from senders s where s.id = d.claimed_by and s.seen_at > clock_timestamp() - make_interval(secs => ${SENDER_GONE_SECONDS})))`;

async function concluded(tx: Tx, release: string, rows: readonly { n: number }[]): Promise<MailingsChange> {
  const revisions = [...new Set(rows.map((row) => row.n))];
  if (rows.length === 0) await refuseWhenSomeAreLeft(tx, release);
  await reopenRuns(
    tx,
    revisions.map((n) => ({ release, n })),
  );
  await oweLetters(tx, release, revisions);
  return { changed: rows.length, revisions };
}

async function refuseWhenSomeAreLeft(tx: Tx, release: string): Promise<void> {
  const { count } = await tx
    .selectFrom('deliveries')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('release', '=', release)
    .where('state', '=', 'unknown')
    .executeTakeFirstOrThrow();
  if (count === 0) return;
  throw new Conflict(
    'unknown_not_final',
    `${count} letters are unknown, but none of them can be decided on now`,
    `Letters become free a minute after their sender was last heard of; those of a stopped or withdrawn run can only be settled.`,
    { release, count },
  );
}
