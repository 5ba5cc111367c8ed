import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CSV_BEGINNING, csvLine, csvManner, unguarded } from '../../../src/shared/platform/csv.ts';
import { anyText } from '../../support/any-text.ts';

describe('CSV', () => {
  test.each([
    ['sv', ';', '1240000,5'],
    ['fi', ';', '1240000,5'],
    ['en', ',', '1240000.5'],
  ] as const)('in %s has %s between cells and writes a number as %s', (language, separator, number) => {
    expect(csvLine(['Belopp', 1_240_000.5, -3], csvManner(language))).toBe(`Belopp${separator}${number}${separator}-3\r\n`);
  });

  test('begins with a byte order mark', () => {
    expect(CSV_BEGINNING).toBe('\ufeff');
  });

  test.each(['=1+1', '+46', '-x', '@sum', '\t=1', '\r=1', "'=1", "''-"])('guards %j, and gives it back', (text) => {
    const [[cell]] = parse(csvLine([text], csvManner('sv')), { delimiter: ';', record_delimiter: '\r\n' }) as [[string]];
    expect(cell).toBe(`'${text}`);
    expect(unguarded(cell)).toBe(text);
  });

  test("leaves an o'neill and a quoted 'word' alone", () => {
    expect(csvLine(["o'neill", "'word'"], csvManner('sv'))).toBe("o'neill;'word'\r\n");
  });

  test('a cell with either separator stays one cell, with whichever it is read', () => {
    expect(csvLine(['a;b', 'c,d', 'e\tf'], csvManner('en'))).toBe('"a;b","c,d","e\tf"\r\n');
  });

  test('reads back whatever stands in it', () => {
    fc.assert(
      fc.property(fc.constantFrom('sv', 'en'), fc.array(anyText(), { minLength: 1, maxLength: 4 }), (language, texts) => {
        const cells = texts.map((text) => text.toWellFormed());
        const manner = csvManner(language);
        const rows: string[][] = parse(csvLine([...cells, 'last'], manner), { delimiter: manner.separator, record_delimiter: '\r\n' });
        expect(rows.map((row) => row.map(unguarded))).toEqual([[...cells, 'last']]);
      }),
    );
  });
});
