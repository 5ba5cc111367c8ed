import { type RawBuilder, sql } from 'kysely';

/* SQL for rows of digests, in the words of their indexes: a hundred thousand wait for days, and nobody reads them all to find the one that does not. */

/** Digests are claimed in so many parts, by the first hex digit of the subscriber's id: one job each. Several senders may work on one part. */
export const SHARDS = [...'0123456789abcdef'] as const;
export type Shard = (typeof SHARDS)[number];

/** The parts as rows `shard`. */
export const shards = sql`unnest(${sql.lit(`{${SHARDS.join()}}`)}::text[]) as shard`;

/** SQL for a row `d` of a digest that is open. One put off by a mail server goes with what is due meanwhile, so that it is one letter. */
export const openDigest = sql`d.frequency <> 'at-once' and d.state in ('pending', 'deferred')`;

/** SQL for one that is due. PostgreSQL finds it by the index only by a time that stands still: `clock_timestamp()` would be asked for each row. */
export const dueDigest = sql`${openDigest} and d.due_at <= statement_timestamp()`;

/** SQL for one that was tried, or put off. */
export const putOffDigest = sql`d.frequency <> 'at-once' and (d.state = 'deferred' or (d.state = 'pending' and d.code is not null))`;

/** SQL for rows `d` of a release in the part `shard`, as the index `deliveries_windows` has them. */
export function inShard(release: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`d.release = ${release} and left(d.subscriber::text, 1) = shard`;
}
