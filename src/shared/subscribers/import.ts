import { sql } from 'kysely';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import type { Database, Tx } from '../schema/database.ts';
import { lock } from '../schema/locks.ts';
import { getKey } from '../schema/migrate.ts';
import { allowWholeAudience } from '../schema/patience.ts';
import { type CsvInput, type CsvRow, openCsv } from './csv-file.ts';
import { mergeChunk } from './merge.ts';
import { type ImportDefaults, type RowOutcome, type RowReport, readRow, type WantedSubscriber } from './row.ts';

export type ImportReport = Readonly<Record<RowOutcome, number>> & {
  readonly rows: readonly RowReport[];
  /** Names of columns that mean nothing to us. */
  readonly unused: readonly string[];
  readonly dryRun: boolean;
};

export type ImportInput = {
  readonly csv: CsvInput;
  readonly newsroom: Newsroom;
  /** Holds for rows that do not say it themselves. */
  readonly defaults?: ImportDefaults;
  /** Everything is done and reported, and nothing kept. */
  readonly dryRun?: boolean;
};

/** Rows written in one statement: 100,000 rows take seconds, and no parameter list grows without end. */
const CHUNK_ROWS = 1_000;

/** Ends the transaction of a dry run, and is caught again. */
class DryRun extends Error {}

/**
 * Imports a CSV of subscribers in one transaction: all of it or, when the process dies, nothing. Adds people and what they get; takes nothing away that a
 * person chose, so importing a file again changes nothing. Refused rows are reported and left out. `afterwards` is given, at the end of the transaction, the
 * people known before who get other topics or at another pace now. Throws InvalidInput when the file as a whole cannot be read.
 */
export async function importSubscribers(db: Database, input: ImportInput, afterwards?: Afterwards): Promise<ImportReport> {
  const file = await openCsv(input.csv);
  const addressKey = await getKey(db, 'address');
  const rows: RowReport[] = [];
  const changed = new Set<string>();
  try {
    await db.transaction().execute(async (tx) => {
      await allowWholeAudience(tx);
      await lock(tx, 'subscribers');
      await importRows(tx, { input, addressKey, source: file.rows(), report: (row) => rows.push(row), changed });
      if (input.dryRun) throw new DryRun();
      await afterwards?.(tx, [...changed]);
    });
    // Without figures the planner takes the first freeze after a large import for a small one.
    if (rows.length > CHUNK_ROWS) await sql`analyze subscribers, subscriptions, consents`.execute(db);
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
  }
  rows.sort((a, b) => a.line - b.line);
  return { ...count(rows), rows, unused: file.unused, dryRun: input.dryRun === true };
}

export type Afterwards = (tx: Tx, changed: readonly string[]) => Promise<void>;

type Import = {
  input: ImportInput;
  addressKey: Uint8Array;
  source: AsyncIterable<CsvRow>;
  report: (row: RowReport) => void;
  changed: Set<string>;
};

async function importRows(tx: Tx, { input, addressKey, source, report, changed }: Import): Promise<void> {
  const options = { newsroom: input.newsroom, defaults: input.defaults ?? {}, now: new Date() };
  let chunk = new Map<string, WantedSubscriber>();
  const flush = async () => {
    for (const row of await mergeChunk(tx, [...chunk.values()], { addressKey, changed })) report(row);
    chunk = new Map();
  };
  for await (const row of source) {
    const reading = readRow(row, options);
    if ('problems' in reading) {
      report({ line: row.line, address: row.cells.address ?? '', outcome: 'refused', problems: reading.problems });
      continue;
    }
    // Exports often have one line for each topic of a person: the second line meets what the first one wrote.
    if (chunk.has(reading.wanted.address) || chunk.size >= CHUNK_ROWS) await flush();
    chunk.set(reading.wanted.address, reading.wanted);
  }
  await flush();
}

function count(rows: readonly RowReport[]): Record<RowOutcome, number> {
  const counts = { added: 0, changed: 0, unchanged: 0, suppressed: 0, refused: 0 };
  for (const row of rows) counts[row.outcome] += 1;
  return counts;
}
