import { sql } from 'kysely';
import { messageOf } from '../platform/failure.ts';
import type { Connection, Database, Tx } from '../schema/database.ts';
import type { Channel } from '../schema/tables.ts';

/*
 * What a shared output owes as a whole (table `rebuilds`): a person asked, the folder was lost, the newsroom or the program changed.
 * Beside the receipts, so that a rebuild which fails again and again keeps nothing back that was published meanwhile.
 */

/** Asks for everything to be made again; asked anew, one that waits after a failure is due at once. */
export async function askForRebuild(db: Connection, ask: { channel: Channel; reason: string }): Promise<void> {
  await sql`
    insert into rebuilds (channel, reason) values (${ask.channel}, ${ask.reason})
    on conflict (channel) do update set reason = excluded.reason, asked_at = clock_timestamp(), due_at = clock_timestamp(), attempts = 0, error = null`.execute(
    db,
  );
}

/** As askForRebuild, but leaves one that was asked for already as it is; true when it was not. */
export async function askForRebuildOnce(db: Connection, ask: { channel: Channel; reason: string }): Promise<boolean> {
  const result = await sql`insert into rebuilds (channel, reason) values (${ask.channel}, ${ask.reason}) on conflict do nothing`.execute(
    db,
  );
  return result.numAffectedRows === 1n;
}

/** Channels whose rebuild is due. */
export async function findDueRebuilds(db: Connection): Promise<Channel[]> {
  const { rows } = await sql<{ channel: Channel }>`select channel from rebuilds where due_at <= clock_timestamp()`.execute(db);
  return rows.map((row) => row.channel);
}

/** Rebuilds whose last try failed, with the reason and when the next comes. */
export async function findFailedRebuilds(db: Connection): Promise<{ channel: Channel; error: string; dueAt: Date }[]> {
  const { rows } = await sql<{ channel: Channel; error: string; dueAt: Date }>`
    select channel, error, due_at as "dueAt" from rebuilds where error is not null order by channel`.execute(db);
  return rows;
}

/** When the channel's due rebuild was asked for, to the microsecond; undefined when none is due. */
export async function findDueRebuild(tx: Tx, channel: Channel): Promise<string | undefined> {
  const { rows } = await sql<{ askedAt: string }>`
    select asked_at::text as "askedAt" from rebuilds where channel = ${channel} and due_at <= clock_timestamp()`.execute(tx);
  return rows[0]?.askedAt;
}

/** It was made. One asked for while it was being made is another, and stays. */
export async function closeRebuild(tx: Tx, rebuild: { channel: Channel; askedAt: string }): Promise<void> {
  await sql`delete from rebuilds where channel = ${rebuild.channel} and asked_at = ${rebuild.askedAt}::timestamptz`.execute(tx);
}

/** Making everything again may take minutes; after a failure the next try comes after about 15 s, then the gaps double. */
const FIRST_GAP_SECONDS = 15;
const LONGEST_GAP_SECONDS = 15 * 60;

/** It failed: tried again later. */
export async function putOffRebuild(db: Database, failed: { channel: Channel; error: unknown }): Promise<void> {
  await sql`
    update rebuilds set attempts = attempts + 1, error = ${messageOf(failed.error)}, due_at = clock_timestamp()
      + make_interval(secs => least(${LONGEST_GAP_SECONDS}, ${FIRST_GAP_SECONDS} * power(2, least(attempts, 12))) * (0.8 + 0.4 * random()))
    where channel = ${failed.channel}`.execute(db);
}
