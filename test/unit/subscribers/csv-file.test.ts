import { describe, expect, it } from 'vitest';
import { type CsvInput, openCsv } from '../../../src/shared/subscribers/csv-file.ts';
import { readRow } from '../../../src/shared/subscribers/row.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';

async function read(csv: CsvInput) {
  const file = await openCsv(csv);
  return { unused: file.unused, rows: await Array.fromAsync(file.rows()) };
}

describe('a file of subscribers', () => {
  it.each([
    ['semicolons', 'address;name\nanna@lillan.example;Anna'],
    ['commas', 'address,name\r\nanna@lillan.example,Anna\r\n'],
    ['tabs', 'address\tname\nanna@lillan.example\tAnna'],
    ['a byte order mark', '\ufeffaddress;name\nanna@lillan.example;Anna'],
    ['Swedish names of columns', 'E-postadress;Namn\nanna@lillan.example;Anna'],
    ['quotation marks', '"address";"name"\n"anna@lillan.example";"Anna"'],
    ['empty lines', 'address;name\n\nanna@lillan.example;Anna\n\n'],
  ])('with %s is read', async (_what, csv) => {
    expect((await read(csv)).rows.map((row) => row.cells)).toEqual([{ address: 'anna@lillan.example', name: 'Anna' }]);
  });

  it('knows every column in Swedish', async () => {
    const { rows } = await read(
      'epost;namn;språk;ämnen;frekvens;rättslig grund;källa;datum\na@b.example;A;sv;*;direkt;samtycke;mässan;2026-01-02',
    );
    expect(Object.keys(rows[0]!.cells)).toEqual(['address', 'name', 'language', 'topics', 'frequency', 'legalBasis', 'source', 'date']);
  });

  it('may hold a separator and a line end in quotation marks; the line number is that of the file', async () => {
    const { rows } = await read('address;source\na@b.example;"mässa; hall\n2"\nc@d.example;webb');
    expect(rows).toEqual([
      { line: 3, cells: { address: 'a@b.example', source: 'mässa; hall\n2' } },
      { line: 4, cells: { address: 'c@d.example', source: 'webb' } },
    ]);
  });

  it('in pieces is read as one, also when a letter is cut in two', async () => {
    const bytes = Buffer.from('address;name\nanna@lillan.example;Åsa');
    const pieces = async function* () {
      for (const byte of bytes) yield Buffer.from([byte]);
    };
    expect((await read(pieces())).rows[0]!.cells.name).toBe('Åsa');
  });

  it('in Latin-1 is refused with the line and what to do', async () => {
    const latin1 = Buffer.from('address;name\nanna@lillan.example;Anna\nasa@lillan.example;Åsa', 'latin1');
    await expect(read(latin1)).rejects.toThrow(/^line 3 is not UTF-8; it looks like Latin-1[\s\S]*CSV UTF-8/);
  });

  it('in UTF-16 is refused as such', async () => {
    await expect(read(Buffer.from('\ufeffaddress', 'utf16le'))).rejects.toThrow(/is UTF-16/);
  });

  it('with a misspelt column is refused; a column of something else is named and left alone', async () => {
    await expect(read('address;topcis\na@b.example;*')).rejects.toThrow(/topcis is not a column[\s\S]*Near: topics/);
    expect((await read('address;kundnummer\na@b.example;7')).unused).toEqual(['kundnummer']);
  });

  it('without addresses, with a column twice or without any line is refused', async () => {
    await expect(read('anna@lillan.example\nbo@lillan.example')).rejects.toThrow(/address is not among the columns/);
    await expect(read('e-post;address\na@b.example;a@b.example')).rejects.toThrow(/address stands twice/);
    await expect(read('')).rejects.toThrow(/the file is empty/);
  });

  it('with a quotation mark that never ends is refused, not read as one long row', async () => {
    await expect(read('address;name\na@b.example;"Anna\nc@d.example;Bo')).rejects.toThrow(
      /cannot be read as CSV[\s\S]*without its partner/,
    );
  });
});

describe('a row', () => {
  const newsroom = sampleNewsroom();
  const now = new Date('2026-11-19T12:00:00Z');
  const row = (cells: Record<string, string>, defaults = {}) =>
    readRow(
      { line: 7, cells: { address: 'anna@lillan.example', legalBasis: 'consent', source: 'mässan', ...cells } },
      { newsroom, defaults, now },
    );
  const problems = (reading: ReturnType<typeof row>) =>
    'problems' in reading ? reading.problems.map(({ field, message }) => `${field} ${message}`) : [];

  it('without more than address, legal basis and source is for everything in the first language', () => {
    expect(row({})).toEqual({
      wanted: {
        line: 7,
        address: 'anna@lillan.example',
        name: null,
        language: 'sv',
        topics: ['*'],
        legalBasis: 'consent',
        source: 'mässan',
        confirmedAt: null,
      },
    });
  });

  it('reads topics with any separator, legal bases in Swedish and the day of the consent on the newsroom’s clock', () => {
    const reading = row({
      topics: 'naringsliv, halsa-och-vard|kollektivtrafik',
      legalBasis: 'Allmänt intresse',
      date: '2026-01-02',
      frequency: 'Direkt',
    });
    expect(reading).toMatchObject({
      wanted: {
        topics: ['halsa-och-vard', 'kollektivtrafik', 'naringsliv'],
        legalBasis: 'public-task',
        confirmedAt: new Date('2026-01-01T23:00:00Z'),
      },
    });
  });

  it('takes what is given once for the file, and its own cell before that', () => {
    expect(row({ language: 'en', source: '' }, { language: 'sv', source: 'listan 2026' })).toMatchObject({
      wanted: { language: 'en', source: 'listan 2026' },
    });
  });

  it('reads how often in either language, and leaves open what the file does not say', () => {
    const of = (frequency: string) => {
      const reading = row({ frequency });
      return 'wanted' in reading ? reading.wanted.frequency : 'refused';
    };
    expect(['', 'at-once', 'Direkt', 'daily', 'dagligen', 'varje dag', 'WEEKLY', 'varje_vecka'].map(of)).toEqual([
      undefined,
      'at-once',
      'at-once',
      'daily',
      'daily',
      'daily',
      'weekly',
      'weekly',
    ]);
  });

  it('without legal basis or source is refused: both are asked of whoever keeps addresses', () => {
    expect(problems(row({ legalBasis: '', source: '' }))).toEqual(['legal basis is missing.', 'source is missing.']);
  });

  it.each([
    [{ language: 'tyska' }, 'language "tyska" is not a language of this newsroom.'],
    [{ topics: 'naringliv' }, 'topics "naringliv" is not a topic of this newsroom.'],
    [{ topics: '' }, 'topics is empty.'],
    [{ legalBasis: 'ja' }, 'legal basis "ja" is not a legal basis (GDPR article 6).'],
    [{ date: '2025-13-45' }, 'date "2025-13-45" is not a date.'],
    [{ date: '2027-01-01' }, 'date 2027-01-01 has not come yet.'],
    [{ frequency: 'hourly' }, 'frequency "hourly" is not a frequency.'],
    [{ address: 'anna' }, 'address "anna" is not an address.'],
  ])('with %j is refused by field and reason', (cells, problem) => {
    expect(problems(row(cells))).toEqual([problem]);
  });

  it('names every problem at once, each with its line and a remedy', () => {
    const reading = row({ address: '', language: 'xx', topics: 'nej', legalBasis: '' });
    if (!('problems' in reading)) throw new Error('taken');
    expect(reading.problems.map((problem) => problem.field)).toEqual(['address', 'language', 'topics', 'legal basis']);
    expect(reading.problems.every((problem) => problem.at === 'line 7' && problem.remedy !== '')).toBe(true);
  });
});
