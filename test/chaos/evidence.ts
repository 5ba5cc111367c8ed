import { sql } from 'kysely';
import { listUnknown } from '../../src/shared/delivery/unknown.ts';
import { loadStatus } from '../../src/shared/publishing/status.ts';
import type { DeliveryState } from '../../src/shared/schema/tables.ts';
import type { TestHouse } from '../support/newsroom-house.ts';
import type { SmtpMishap } from '../support/smtp-server.ts';

/** What is left after a run: the ledger's side, and the mail server's, which know nothing of each other. */
export type Evidence = {
  readonly audience: number;
  /** The equation as the status page has it, and whether it closes. */
  readonly counts: Readonly<Record<DeliveryState, number>>;
  readonly sumIsRight: boolean;
  readonly everyReceiptDone: boolean;
  readonly ledger: readonly { readonly address: string; readonly state: DeliveryState; readonly code: string }[];
  /** Addresses of the letters a person is asked to decide on. */
  readonly listed: readonly string[];
  /** Addresses of the letters the mail server took, one for each letter. */
  readonly taken: readonly string[];
  readonly mishaps: readonly SmtpMishap[];
};

/** Gathers it when nothing is under way any more. */
export async function gatherEvidence(house: TestHouse, release: string): Promise<Evidence> {
  const { database } = house.services;
  const status = await loadStatus(house.services, release);
  const run = status.letters[0]!;
  const { rows } = await sql<Evidence['ledger'][number]>`
    select s.address, d.state, coalesce(d.code, '') as code from deliveries d join subscribers s on s.id = d.subscriber
    where d.release = ${release} order by d.seq`.execute(database);
  return {
    audience: run.audience,
    counts: run.counts,
    sumIsRight: run.sumIsRight,
    everyReceiptDone: status.channels.every((line) => line.state === 'done'),
    ledger: rows,
    listed: await listAll(house, release),
    taken: house.letters().map((letter) => letter.to),
    mishaps: house.mishaps(),
  };
}

async function listAll(house: TestHouse, release: string): Promise<string[]> {
  const listed: string[] = [];
  let after: { n: number; seq: number } | undefined;
  do {
    const page = await listUnknown(house.services.database, { release, after, limit: 200 });
    listed.push(...page.items.map((letter) => letter.address ?? ''));
    after = page.next;
  } while (after);
  return listed;
}
