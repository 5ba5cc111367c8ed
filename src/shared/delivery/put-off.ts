import { sql } from 'kysely';
import type { Connection } from '../schema/database.ts';

/** Why letters wait that nobody refused, as their rows say it in `code`. */
export type PutOffCode = 'limit' | 'slowed';

/** A domain whose letters wait: from now on for how long, and how far apart they are due after that. `reply` says why, to people. */
export type PutOff = {
  readonly domain: string;
  readonly code: PutOffCode;
  readonly waitMs: number;
  readonly gapMs: number;
  readonly reply: string;
};

/**
 * Puts off the letters to these domains that are due now, in every run; rows wait, never jobs. Those being claimed this moment are left to whoever
 * claims them, and what is put off already stays where it is, so that ten who find a domain slow cost one pass. Each run's letters are spread as if
 * the domain were its own: a large run never keeps a small one waiting until its own end, and what then comes too early is spread again. The letters
 * of one digest stay together. Safe to repeat; nothing waits for a lock.
 */
export async function putOffDomains(db: Connection, domains: readonly PutOff[]): Promise<void> {
  if (domains.length === 0) return;
  const column = <Value>(of: (one: PutOff) => Value) => domains.map(of);
  await sql`
    with slow as (
      select * from unnest(
        ${column(({ domain }) => domain)}::text[], ${column(({ code }) => code)}::text[], ${column(({ reply }) => reply)}::text[],
        ${column(({ waitMs }) => waitMs / 1_000)}::float8[], ${column(({ gapMs }) => gapMs / 1_000)}::float8[]
      ) as v (domain, code, reply, wait, gap)
    ), waiting as (
      select d.release, d.n, d.subscriber, d.seq, d.frequency = 'at-once' as single,
        -- What a server answered, or that a person sends it again, is worth more than that it waits.
        d.state = 'pending' and coalesce(d.code, 'limit') in ('limit', 'slowed') as unmarked, slow.*
      from slow join subscribers s on s.domain = slow.domain join deliveries d on d.subscriber = s.id
      where d.state in ('pending', 'deferred') and d.due_at <= clock_timestamp()
      for update of d skip locked
    ), places as (
      select w.*, dense_rank() over (
        partition by domain, case when single then release end, case when single then n end
        order by case when single then seq end, subscriber) - 1 as place
      from waiting w
    )
    update deliveries d set
      -- On whole seconds from one moment: several leave together then, from the same batches, and nobody wakes for each.
      due_at = statement_timestamp() + make_interval(secs => ceil(places.wait + places.place * places.gap)),
      code = case when places.unmarked then places.code else d.code end,
      reply = case when places.unmarked then places.reply else d.reply end
    from places where d.release = places.release and d.n = places.n and d.subscriber = places.subscriber`.execute(db);
}
