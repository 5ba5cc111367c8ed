import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { unguarded } from '../platform/csv.ts';
import { InvalidInput, messageOf, type Problem } from '../platform/failure.ts';
import { nearest } from '../platform/spelling.ts';

/** What a file of subscribers can say of each. */
export const COLUMNS = ['address', 'name', 'language', 'topics', 'frequency', 'legalBasis', 'source', 'date'] as const;
export type Column = (typeof COLUMNS)[number];

/** Names a column may have in its first line; compared without case, spaces, hyphens and underscores. The first is the one we write. */
export const COLUMN_NAMES: Readonly<Record<Column, readonly string[]>> = {
  address: ['address', 'email', 'emailaddress', 'mail', 'epost', 'epostadress', 'adress', 'mejl', 'mejladress'],
  name: ['name', 'fullname', 'namn'],
  language: ['language', 'lang', 'språk', 'sprak'],
  topics: ['topics', 'topic', 'ämnen', 'ämne', 'amnen', 'amne'],
  frequency: ['frequency', 'frekvens', 'hurofta'],
  legalBasis: ['legal basis', 'legalbasis', 'basis', 'rättsliggrund', 'rattsliggrund', 'lagliggrund'],
  source: ['source', 'källa', 'kalla', 'ursprung'],
  date: ['date', 'consentdate', 'datum', 'samtyckesdatum'],
};

/** One row: the line it ends on, and the cells of the columns we know. */
export type CsvRow = { readonly line: number; readonly cells: Partial<Record<Column, string>> };

/** Text, bytes, or a stream of either. */
export type CsvInput = string | Uint8Array | AsyncIterable<Uint8Array | string>;

export type CsvFile = { /** Columns that mean nothing to us. */ readonly unused: readonly string[]; rows(): AsyncGenerator<CsvRow> };

/**
 * Opens a file of subscribers: UTF-8 with or without byte order mark, cells separated by `;`, `,` or tab, the columns named in the first line.
 * Throws InvalidInput when it is in another encoding or a column looks misspelt, is missing or stands twice.
 */
export async function openCsv(input: CsvInput): Promise<CsvFile> {
  const lines = decoded(chunks(input));
  const { head, rest } = await firstLine(lines);
  const delimiter = delimiterOf(head);
  const parser = parse({ delimiter, relax_column_count: true, skip_empty_lines: true, info: true, trim: true });
  // Unlike pipe, this hands a failure of the source on to whoever reads the rows.
  pipeline(Readable.from(rest), parser, () => {});
  const records = parser[Symbol.asyncIterator]() as AsyncIterator<{ record: string[]; info: { lines: number } }>;
  const first = await next(records);
  if (!first)
    throw new InvalidInput([
      fault('1', '', 'the file is empty.', `The first line names the columns: ${COLUMN_NAMES.address[0]};name;topics`),
    ]);
  const { columns, unused } = readHead(first.record);
  return {
    unused,
    async *rows() {
      try {
        for (let row = await next(records); row; row = await next(records))
          yield { line: row.info.lines, cells: cellsOf(row.record, columns) };
      } finally {
        parser.destroy();
      }
    },
  };
}

function cellsOf(record: readonly string[], columns: readonly (Column | undefined)[]): CsvRow['cells'] {
  const cells: Partial<Record<Column, string>> = {};
  for (const [index, column] of columns.entries()) if (column && record[index] !== undefined) cells[column] = unguarded(record[index]);
  return cells;
}

async function next<Row>(records: AsyncIterator<Row>): Promise<Row | undefined> {
  try {
    const { value, done } = await records.next();
    return done ? undefined : value;
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    const line = (error as { lines?: number }).lines ?? '';
    throw new InvalidInput([
      fault(
        String(line),
        '',
        `cannot be read as CSV: ${messageOf(error)}.`,
        'Look for a quotation mark without its partner on this line or above.',
      ),
    ]);
  }
}

async function* chunks(input: CsvInput): AsyncGenerator<Uint8Array> {
  if (typeof input === 'string') yield Buffer.from(input);
  else if (input instanceof Uint8Array) yield input;
  else for await (const chunk of input) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

/** Text from bytes, refusing with the line whatever is not UTF-8. */
async function* decoded(bytes: AsyncGenerator<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let begun = false;
  for await (const chunk of bytes) {
    if (!begun && chunk.length > 1) refuseUtf16(chunk);
    begun = true;
    const text = decode(decoder, chunk, line);
    line += text.split('\n').length - 1;
    yield text;
  }
  yield decode(decoder, undefined, line);
}

function decode(decoder: TextDecoder, chunk: Uint8Array | undefined, line: number): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch {
    const at = line + (chunk ? lineBreaksBeforeFault(chunk) : 0);
    throw new InvalidInput([
      fault(String(at), '', 'is not UTF-8; it looks like Latin-1 or Windows-1252.', 'Save the file as "CSV UTF-8" and import it again.'),
    ]);
  }
}

/** Line breaks before the first byte that cannot stand in UTF-8, or near it. */
function lineBreaksBeforeFault(chunk: Uint8Array): number {
  const text = new TextDecoder('utf-8').decode(chunk);
  const fault = text.indexOf('\ufffd');
  return text.slice(0, Math.max(0, fault)).split('\n').length - 1;
}

function refuseUtf16(chunk: Uint8Array): void {
  const mark = (chunk[0]! << 8) | chunk[1]!;
  if (mark !== 0xfffe && mark !== 0xfeff) return;
  throw new InvalidInput([fault('1', '', 'is UTF-16.', 'Save the file as "CSV UTF-8" and import it again.')]);
}

/** Reads on until the first line is whole; gives it and the text from its beginning. */
async function firstLine(lines: AsyncGenerator<string>): Promise<{ head: string; rest: AsyncGenerator<string> }> {
  let head = '';
  while (!head.includes('\n')) {
    const { value, done } = await lines.next();
    if (done) break;
    head += value;
  }
  const begin = head;
  async function* rest(): AsyncGenerator<string> {
    yield begin;
    yield* lines;
  }
  return { head: begin.split('\n', 1)[0]!, rest: rest() };
}

function delimiterOf(head: string): string {
  const counts = [';', ',', '\t'].map((delimiter) => ({ delimiter, count: head.split(delimiter).length }));
  return counts.reduce((best, other) => (other.count > best.count ? other : best)).delimiter;
}

function readHead(names: readonly string[]): { columns: (Column | undefined)[]; unused: string[] } {
  const problems: Problem[] = [];
  const unused: string[] = [];
  const columns = names.map((name) => {
    const column = columnOf(name);
    if (column || name === '') return column;
    const near = nearest(
      plain(name),
      Object.values(COLUMN_NAMES)
        .flat()
        .filter((known) => known.length > 3),
    );
    if (near && !name.includes('@'))
      problems.push(fault('1', name, 'is not a column.', `Near: ${near}. Remove the column if it means something else.`));
    else unused.push(name);
    return undefined;
  });
  const repeated = columns.find((column, index) => column && columns.indexOf(column) !== index);
  if (repeated) problems.push(fault('1', repeated, 'stands twice.', 'Keep one of the two columns.'));
  if (!columns.includes('address') && problems.length === 0) {
    problems.push(
      fault(
        '1',
        'address',
        'is not among the columns.',
        `The first line names the columns, one of them ${COLUMN_NAMES.address[0]} (or e-post).`,
      ),
    );
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return { columns, unused };
}

function columnOf(name: string): Column | undefined {
  return COLUMNS.find((column) => COLUMN_NAMES[column].some((known) => plain(known) === plain(name)));
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFC')
    .replace(/[\s_-]+/g, '');
}

function fault(line: string, field: string, message: string, remedy: string): Problem {
  return { at: line === '' ? '' : `line ${line}`, field, message, remedy, severity: 'error' };
}
