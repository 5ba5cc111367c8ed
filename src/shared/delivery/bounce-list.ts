import { sql } from 'kysely';
import { mailboxOf } from '../mail/recipients.ts';
import { Conflict, NotFound, wrongInput } from '../platform/failure.ts';
import type { Connection, Database } from '../schema/database.ts';
import type { BounceRow, BounceState, BounceVerdict } from '../schema/tables.ts';
import { normalAddress } from '../subscribers/suppressions.ts';
import { type BounceContext, judgeBounces, writeJudgement } from './bounces.ts';

/** A bounce as a list shows it: without the mail and without anybody's address. */
export type BounceLine = {
  readonly id: number;
  readonly receivedAt: Date;
  readonly via: 'smtp' | 'api';
  readonly state: BounceState;
  readonly verdict: BounceVerdict | null;
  readonly slug: string | null;
  readonly n: number | null;
  readonly subscriber: string | null;
  readonly code: string | null;
  readonly detail: BounceRow['detail'];
};

const COLUMNS = sql`b.id, b.received_at as "receivedAt", b.via, b.state, b.verdict, r.slug, b.n, b.subscriber, b.class as code, b.detail`;

/** Bounces of everybody or of one person, the newest first, `limit` of them before the id `before`. */
export async function listBounces(
  db: Connection,
  page: { state?: BounceState | undefined; subscriber?: string | undefined; before?: number | undefined; limit: number },
): Promise<BounceLine[]> {
  const state = page.state ? sql`and b.state = ${page.state}` : sql``;
  const person = page.subscriber === undefined ? sql`` : sql`and b.subscriber = ${page.subscriber}`;
  const before = page.before === undefined ? sql`` : sql`and b.id < ${page.before}`;
  const { rows } = await sql<BounceLine>`
    select ${COLUMNS} from bounces b left join releases r on r.id = b.release where true ${state} ${person} ${before} order by b.id desc limit ${page.limit}`.execute(
    db,
  );
  return rows;
}

/** How many mails that came back nobody could read, so that a person has to. */
export async function countUnparsed(db: Connection): Promise<number> {
  const { count } = await db
    .selectFrom('bounces')
    .select((row) => row.fn.countAll<string>().as('count'))
    .where('state', '=', 'unparsed')
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** One bounce with the mail itself and the person's address: the caller records who looked. Throws NotFound. */
export async function getBounce(db: Connection, id: number): Promise<BounceLine & { address: string | null; raw: Buffer }> {
  const { rows } = await sql<BounceLine & { address: string | null; raw: Buffer }>`
    select ${COLUMNS}, s.address, b.raw from bounces b
    left join releases r on r.id = b.release left join subscribers s on s.id = b.subscriber where b.id = ${id}`.execute(db);
  if (!rows[0]) throw new NotFound('bounce', String(id));
  return rows[0];
}

/** What a person may decide about a bounce nobody could read. */
export const DECISIONS = ['hard', 'complaint', 'ignored'] as const;
export type Decision = (typeof DECISIONS)[number];

export type DecisionInput = {
  readonly id: number;
  readonly verdict: Decision;
  readonly address?: string | undefined;
  readonly account: string;
};

/**
 * A person's judgement on an unparsed bounce. `address` says whose it is where the mail does not. Throws NotFound, Conflict when it is judged
 * already, InvalidInput when nobody is named whom it could be about.
 */
export async function decideBounce(context: BounceContext, input: DecisionInput): Promise<void> {
  const { database } = context;
  const row = await database.selectFrom('bounces').selectAll().where('id', '=', input.id).executeTakeFirst();
  if (!row) throw new NotFound('bounce', String(input.id));
  const proof = await personOf(database, row, input);
  if (proof.address === null && input.verdict !== 'ignored') {
    const remedy = 'Name the address with --address, or say --ignore.';
    throw wrongInput('address', 'is missing: the mail does not prove whom it is about.', remedy);
  }
  const judgement = { verdict: input.verdict, code: '', words: `decided by ${input.account}`, mta: '' };
  const verdict = row.state === 'unparsed' ? await writeJudgement(context, { row, proof, judgement }) : undefined;
  if (verdict === undefined) {
    throw new Conflict(
      'bounce_judged',
      `bounce ${row.id} is judged already`,
      'See it with  ./depesch bounces show; suppressions have a list of their own.',
    );
  }
}

async function personOf(db: Database, row: BounceRow, { address }: DecisionInput) {
  const letter = row.release !== null && row.n !== null ? { release: row.release, n: row.n } : undefined;
  const named = address === undefined ? undefined : mailboxOf(address);
  if (address !== undefined && named === undefined) {
    throw wrongInput('address', `"${address}" is not an address.`, 'Write one address.');
  }
  const person = await db
    .selectFrom('subscribers')
    .select(['id', 'address'])
    .where((where) => (named === undefined ? where('id', '=', row.subscriber) : where('address', '=', normalAddress(named))))
    .executeTakeFirst();
  return { subscriber: person?.id ?? null, address: person?.address ?? named ?? null, letter };
}

/** Lets the program read unparsed bounces once more, one or all: a newer one knows more. Gives how many it could judge now. */
export async function judgeAgain(context: BounceContext, id?: number): Promise<number> {
  const { database } = context;
  let again = database.updateTable('bounces').set({ state: 'new', judged_at: null }).where('state', '=', 'unparsed');
  if (id !== undefined) again = again.where('id', '=', id);
  const rows = await again.returning('id').execute();
  await judgeBounces(context);
  if (rows.length === 0) return 0;
  const ids = rows.map((row) => row.id);
  const judged = await database.selectFrom('bounces').select('id').where('id', 'in', ids).where('state', '=', 'judged').execute();
  return judged.length;
}
