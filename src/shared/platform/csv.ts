/*
 * CSV for spreadsheets, one way for whatever we write (decision 18): UTF-8 with a byte order mark, without which Excel reads Latin-1; lines and quotes as
 * RFC 4180 has them; cells apart by what the spreadsheets of a language expect.
 */

/** What stands between cells, and before the decimals of a number. */
export type CsvManner = { readonly separator: ';' | ','; readonly decimal: ',' | '.' };

/** Where people write a decimal comma, their Excel splits at semicolons and puts a file with commas into one column. */
export function csvManner(language: string): CsvManner {
  const comma = new Intl.NumberFormat(language).formatToParts(0.5).some(({ type, value }) => type === 'decimal' && value === ',');
  return comma ? { separator: ';', decimal: ',' } : { separator: ',', decimal: '.' };
}

/** What stands first in the file. */
export const CSV_BEGINNING = '\ufeff';

/** One row. Numbers are bare, without thousands set apart; texts that a spreadsheet would run as a formula are guarded. */
export function csvLine(cells: readonly (string | number)[], { separator, decimal }: CsvManner): string {
  const written = cells.map((cell) => (typeof cell === 'number' ? String(cell).replace('.', decimal) : quoted(guarded(cell))));
  return `${written.join(separator)}\r\n`;
}

/** Quoted where either separator would split it: nobody knows with which one it is read. */
function quoted(cell: string): string {
  return /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** An apostrophe before what a spreadsheet would run (OWASP, CSV injection), and before what would look guarded and is not. */
function guarded(text: string): string {
  return /^'*[=+@\t\r-]/.test(text) ? `'${text}` : text;
}

/** The text as it was before it was guarded. */
export function unguarded(cell: string): string {
  return /^'+[=+@\t\r-]/.test(cell) ? cell.slice(1) : cell;
}
