import { sql } from 'kysely';
import type { JobEnd } from '../../src/shared/delivery/claim-and-send.ts';
import { SHARDS } from '../../src/shared/delivery/digest-rows.ts';
import { loadEquation, type MailingStatus } from '../../src/shared/delivery/equation.ts';
import { runBatch } from '../../src/shared/delivery/run-batch.ts';
import { runDigests } from '../../src/shared/delivery/run-digests.ts';
import type { Sender } from '../../src/shared/delivery/sender.ts';
import type { DeliveryRow, Frequency } from '../../src/shared/schema/tables.ts';
import type { Services } from '../../src/shared/services.ts';
import { importSubscribers } from '../../src/shared/subscribers/import.ts';
import { handler as delivery } from '../../src/workers/delivery.ts';
import { handler as email } from '../../src/workers/email.ts';
import { runChannelJob } from '../../src/workers/run.ts';
import { openSmtpServer, type SmtpServer } from './smtp-server.ts';
import { openWorld, type World } from './world.ts';

/** A row of a run with the person's address, which tests need and the program does not. */
export type LetterRow = DeliveryRow & { readonly address: string };

/** A newsroom with a scripted mail server behind it, and the verbs of tests about letters. */
export type LetterWorld = World & {
  readonly smtp: SmtpServer;
  /** Adds subscribers; anything not said is as for everybody: Swedish, all topics, at once. */
  people(people: readonly Person[]): Promise<void>;
  /** A sender as a delivery worker opens it, with the world's services or some of its own; closed with the world. */
  sender(services?: Partial<Services>): Promise<Sender>;
  /** The e-mail job of a revision, due or not: freezes, cancels, closes the receipt. */
  emailJob(release: string, n: number): Promise<void>;
  /** Sends what is due in the first batch. */
  send(sender: Sender, release: string, n: number, signal?: AbortSignal): Promise<JobEnd>;
  /** Sends the digests that are due, shard by shard; gives how many letters. */
  sendDigests(sender: Sender): Promise<number>;
  /** Rows of one run, or of all, in the order of the run. */
  rows(release: string, n?: number): Promise<LetterRow[]>;
  /** How many rows are in each state, of all runs; states without rows are left out. */
  states(release: string): Promise<Record<string, number>>;
  equation(release: string): Promise<MailingStatus[]>;
  receipt(release: string, n: number): Promise<string>;
  /** Makes everything that waits for its time due now. */
  allDue(): Promise<void>;
};

export type Person = { address: string; language?: string; topics?: string; frequency?: Frequency };

/** `count` people at one domain: n0@…, n1@…. */
export function peopleAt(domain: string, count: number): Person[] {
  return Array.from({ length: count }, (_, index) => ({ address: `n${index}@${domain}` }));
}

export async function openLetterWorld(environment: Record<string, string> = {}): Promise<LetterWorld> {
  const smtp = await openSmtpServer();
  const world = await openWorld({ environment: { DEPESCH_INBOX_PORT: String(smtp.port), ...environment } });
  const { services } = world;
  const db = services.database;
  const senders: Sender[] = [];
  const never = new AbortController().signal;
  return {
    ...world,
    smtp,
    async people(people) {
      const { newsroom } = await services.newsroom();
      const lines = people.map(
        ({ address, language = 'sv', topics = '*', frequency = 'at-once' }) =>
          `${address};${language};${topics};${frequency};consent;webbformulär`,
      );
      const report = await importSubscribers(db, {
        csv: ['address;language;topics;frequency;legal basis;source', ...lines].join('\n'),
        newsroom,
      });
      if (report.added !== people.length) throw new Error(`imported ${report.added} of ${people.length}: ${JSON.stringify(report.rows)}`);
    },
    async sender(overrides = {}) {
      const sender = await delivery.open({ ...services, ...overrides });
      senders.push(sender);
      return sender;
    },
    async emailJob(release, n) {
      await sql`update receipts set due_at = clock_timestamp() where release = ${release} and n = ${n} and channel = 'email'`.execute(db);
      await runChannelJob(email, { releaseId: release, revision: n }, { services, signal: never });
    },
    send: (sender, release, n, signal = never) => runBatch(sender, { release, n, batch: 0 }, signal),
    async sendDigests(sender) {
      let letters = 0;
      for (const shard of SHARDS) letters += (await runDigests(sender, shard, never)).letters;
      return letters;
    },
    async rows(release, n) {
      const run = n === undefined ? sql`true` : sql`d.n = ${n}`;
      const { rows } = await sql<LetterRow>`
        select d.*, s.address from deliveries d join subscribers s on s.id = d.subscriber
        where d.release = ${release} and ${run} order by d.n, d.seq`.execute(db);
      return rows;
    },
    async states(release) {
      const { rows } = await sql<{ state: string; count: number }>`
        select state, count(*)::int as count from deliveries where release = ${release} group by state`.execute(db);
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
    equation: (release) => loadEquation(db, release),
    async receipt(release, n) {
      const row = await db
        .selectFrom('receipts')
        .select('state')
        .where('release', '=', release)
        .where('n', '=', n)
        .where('channel', '=', 'email')
        .executeTakeFirstOrThrow();
      return row.state;
    },
    async allDue() {
      await sql`update deliveries set due_at = clock_timestamp() where state in ('pending', 'deferred')`.execute(db);
      await sql`update relays set paused_until = clock_timestamp()`.execute(db);
    },
    async close() {
      for (const sender of senders) await sender.close();
      await smtp.close();
      await world.close();
    },
  };
}

/** A door that is shut until `open` is called: what waits at it waits for the test, not for a time. */
export function latch(): { readonly wait: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: promise, open: resolve };
}

/** Waits until SQL says so; each look is a round trip, so nothing spins. */
export async function until(right: () => Promise<boolean>): Promise<void> {
  while (!(await right())) await new Promise((resolve) => setImmediate(resolve));
}
