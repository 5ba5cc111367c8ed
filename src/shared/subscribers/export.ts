import { sql } from 'kysely';
import { CSV_BEGINNING, csvLine, csvManner } from '../platform/csv.ts';
import type { Database } from '../schema/database.ts';
import { COLUMN_NAMES, COLUMNS } from './csv-file.ts';

/** People read at a time: the export of 100,000 never holds more. */
const PAGE_PEOPLE = 1_000;

type ExportRow = {
  readonly id: string;
  readonly address: string;
  readonly name: string | null;
  readonly language: string;
  readonly topics: readonly string[];
  readonly frequency: string | null;
  readonly basis: string | null;
  readonly source: string | null;
  readonly date: string | null;
};

/** The same on every machine: what one newsroom exports another may import. */
const MANNER = csvManner('sv');

/** Everybody who gets letters, as CSV that the import takes back, with a line for each frequency somebody has, page by page. */
export async function* exportSubscribers(db: Database): AsyncGenerator<string> {
  const head = COLUMNS.map((column) => COLUMN_NAMES[column][0]!);
  yield CSV_BEGINNING + csvLine(head, MANNER);
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const rows = await loadPage(db, after);
    if (rows.length > 0) yield rows.map(line).join('');
    if (rows.length === 0) return;
    after = rows.at(-1)!.id;
  }
}

async function loadPage(db: Database, after: string): Promise<ExportRow[]> {
  const { rows } = await sql<ExportRow>`
    select s.id, s.address, s.name, s.language, coalesce(p.topics, '{}') as topics, p.frequency, c.legal_basis as basis, c.source,
      to_char(c.confirmed_at at time zone (select content->>'timezone' from newsroom), 'YYYY-MM-DD HH24:MI') as date
    from (
      select * from subscribers where state = 'active' and address is not null and id > ${after} order by id limit ${PAGE_PEOPLE}
    ) s
    left join lateral (
      select frequency, array_agg(topic order by topic) as topics from subscriptions where subscriber = s.id group by frequency
    ) p on true
    left join lateral (
      select legal_basis, source, confirmed_at from consents where subscriber = s.id and legal_basis is not null order by id desc limit 1
    ) c on true
    order by s.id, p.frequency`.execute(db);
  return rows;
}

function line(row: ExportRow): string {
  const cells = [row.address, row.name, row.language, row.topics.join(' '), row.frequency, row.basis, row.source, row.date];
  return csvLine(
    cells.map((cell) => cell ?? ''),
    MANNER,
  );
}
