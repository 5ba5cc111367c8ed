import { sql } from 'kysely';
import type { Connection } from '../schema/database.ts';
import type { DeliveryState, Frequency } from '../schema/tables.ts';

/** What became of one letter to one person: did he get it, when, and what did the server say? */
export type LetterLine = {
  readonly slug: string;
  readonly n: number;
  readonly state: DeliveryState;
  /** The revision whose text it carried. */
  readonly carried: number | null;
  /** How often the person wanted letters when the row was made: a daily or weekly one waits for its digest. */
  readonly frequency: Frequency;
  readonly attempts: number;
  readonly at: Date | null;
  readonly dueAt: Date;
  readonly relay: string | null;
  readonly code: string | null;
  readonly reply: string | null;
  /** What a later report said of a letter that was accepted (bounces.ts). */
  readonly report: 'delivered' | 'failed' | null;
  readonly reportCode: string | null;
  readonly reportText: string | null;
  readonly reportedAt: Date | null;
};

const LINE = sql`d.state, d.carried_n as carried, d.frequency, d.attempts, d.at, d.due_at as "dueAt", d.relay, d.code, d.reply,
  d.report, d.report_code as "reportCode", d.report_text as "reportText", d.reported_at as "reportedAt"`;

/** A letter among a person's letters; `publication` numbers the run's revision among all and is the place in this list. */
export type PersonLetter = LetterLine & { readonly title: string | null; readonly publication: number };

/** A person's letters, the newest first, `limit` of them before the publication `before`. */
export async function listLetters(
  db: Connection,
  page: { subscriber: string; before?: number | undefined; limit: number },
): Promise<PersonLetter[]> {
  const before = page.before === undefined ? sql`` : sql`and v.publication < ${page.before}`;
  const { rows } = await sql<PersonLetter>`
    select r.slug, v.title, v.publication, d.n, ${LINE}
    from deliveries d join releases r on r.id = d.release join revisions v on v.release = d.release and v.n = d.n
    where d.subscriber = ${page.subscriber} ${before} order by v.publication desc limit ${page.limit}`.execute(db);
  return rows;
}

/** One row of a run, for lists; without the address, which only a recorded look-up shows. */
export type DeliveryLine = Omit<LetterLine, 'slug'> & { readonly seq: number; readonly subscriber: string; readonly domain: string | null };

/** A run's rows in their order, page by page: `after` is the last `seq` of the page before. */
export async function listDeliveries(
  db: Connection,
  page: { release: string; n: number; state?: DeliveryState | undefined; after?: number | undefined; limit: number },
): Promise<DeliveryLine[]> {
  const state = page.state ? sql`and d.state = ${page.state}` : sql``;
  const { rows } = await sql<DeliveryLine>`
    select d.n, d.seq, d.subscriber, s.domain, ${LINE}
    from deliveries d join subscribers s on s.id = d.subscriber
    where d.release = ${page.release} and d.n = ${page.n} and d.seq > ${page.after ?? -1} ${state} order by d.seq limit ${page.limit}`.execute(
    db,
  );
  return rows;
}
