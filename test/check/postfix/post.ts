import { sql } from 'kysely';
import { createTransport } from 'nodemailer';
import { getKey } from '../../../src/shared/schema/migrate.ts';
import type { SuppressionReason } from '../../../src/shared/schema/tables.ts';
import type { Services } from '../../../src/shared/services.ts';
import { addressHash } from '../../../src/shared/subscribers/suppressions.ts';

/** One letter's row with whose it is. */
export type Row = {
  readonly address: string;
  readonly domain: string;
  /** `readers`, `unknown`, `full` …: what the address begins with. */
  readonly kind: string;
  readonly state: string;
  readonly code: string | null;
  readonly attempts: number;
  /** When it got the state it has. */
  readonly at: Date | null;
  readonly sender: string | null;
  readonly report: string | null;
  readonly reportCode: string | null;
};

/** Every row of a release. */
export async function rowsOf({ database }: Services, release: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select s.address, s.domain, substring(s.address from '^[a-z]+') as kind, d.state, d.code, d.attempts, d.at, d.claimed_by as sender, d.report,
      d.report_code as "reportCode"
    from deliveries d join subscribers s on s.id = d.subscriber where d.release = ${release}`.execute(database);
  return rows;
}

export type Bar = { readonly address: string; readonly reason: SuppressionReason; readonly evidence: Readonly<Record<string, unknown>> };

/** Those of the addresses that get nothing more, with the proof. */
export async function barsOf({ database }: Services, addresses: readonly string[]): Promise<Bar[]> {
  const key = await getKey(database, 'address');
  const byHash = new Map(addresses.map((address) => [addressHash(key, address).toString('hex'), address]));
  const rows = await database.selectFrom('suppressions').selectAll().execute();
  return rows.flatMap(({ address_hash, reason, evidence }) => {
    const address = byHash.get(Buffer.from(address_hash).toString('hex'));
    return address === undefined ? [] : [{ address, reason, evidence: evidence as Bar['evidence'] }];
  });
}

/** What was made of the mails that came back: how many of each verdict. */
export async function verdicts({ database }: Services): Promise<Record<string, number>> {
  const rows = await database.selectFrom('bounces').select(['state', 'verdict']).execute();
  return Object.fromEntries(
    Map.groupBy(rows, (row) => row.verdict ?? row.state)
      .entries()
      .map(([name, all]) => [name, all.length]),
  );
}

export async function hasLeft({ database }: Services, address: string): Promise<boolean> {
  const person = await database.selectFrom('subscribers').select('state').where('address', '=', address).executeTakeFirstOrThrow();
  return person.state === 'unsubscribed';
}

/** Mails as somebody's mail program does; gives the server's refusal, or undefined when it took the mail. */
export async function mailTo(port: number, mail: { from: string; to: string; subject: string }): Promise<string | undefined> {
  const transport = createTransport({ host: '127.0.0.1', port, tls: { rejectUnauthorized: false } });
  try {
    await transport.sendMail({ ...mail, text: '' });
    return undefined;
  } catch (error) {
    return (error as { response?: string }).response ?? String(error);
  } finally {
    transport.close();
  }
}
