import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unguarded } from '../../../src/shared/platform/csv.ts';
import { renderReleaseText } from '../../../src/shared/release/beside/article-text.ts';
import { renderCalendar } from '../../../src/shared/release/beside/calendar.ts';
import { escapeText, renderContentLines } from '../../../src/shared/release/beside/content-lines.ts';
import { renderDecisionsCsv } from '../../../src/shared/release/beside/decisions-csv.ts';
import { renderVcard } from '../../../src/shared/release/beside/vcard.ts';
import type { Person } from '../../../src/shared/release/content.ts';
import { idsOfShortCode, shortCodeOf } from '../../../src/shared/release/short-code.ts';
import type { RevisionView } from '../../../src/shared/release/view.ts';
import { anyText } from '../../support/any-text.ts';
import { sampleEnglish, sampleInvitation, samplePublisher, sampleView } from '../../support/views.ts';

const publisher = samplePublisher();

function viewWith(content: Partial<RevisionView['content']>): RevisionView {
  const view = sampleView();
  return { ...view, content: { ...view.content, ...content } };
}

/** Reads content lines as RFC 5545 says: unfold, split at the first colon that stands outside quotes, undo the escapes. */
function readLines(text: string): [name: string, value: string][] {
  expect(text.endsWith('\r\n')).toBe(true);
  const lines = text.replaceAll('\r\n ', '').split('\r\n').slice(0, -1);
  return lines.map((line) => {
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
    return [line.slice(0, colon), value];
  });
}

function expectFolded(text: string): void {
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
}

describe('the event as an iCalendar file', () => {
  const calendar = renderCalendar(sampleView(), publisher)!;
  const fields = new Map(readLines(calendar));

  test('names the release, its revision and the moments in UTC', () => {
    expect(fields.get('UID')).toBe('5c0f6a52-7f0e-4a35-9b53-0d7f6d1f2a01');
    expect(fields.get('SEQUENCE')).toBe('3');
    expect([fields.get('DTSTART'), fields.get('DTEND')]).toEqual(['20261203T080000Z', '20261203T143000Z']);
    expect(fields.get('DTSTAMP')).toBe('20261119T090500Z');
    expect(fields.get('SUMMARY;LANGUAGE=sv')).toBe('Öppet hus i Arena Storforsa');
    expect(fields.get('LOCATION;LANGUAGE=sv')).toBe('Arena Storforsa, Ågatan 11, Storforsa');
    expect(fields.get('DESCRIPTION;LANGUAGE=sv')).toContain('09.45 Arbete i grupper\n– Företag som växer\n– Vård på distans');
    expectFolded(calendar);
  });

  test('is no invitation, which would name who is to be answered (RFC 5546)', () => {
    expect(fields.has('METHOD')).toBe(fields.has('ORGANIZER'));
  });

  test('is the same event in every revision, and there is none without an event', () => {
    const first = new Map(readLines(renderCalendar({ ...sampleView(), n: 1 }, publisher)!));
    expect([first.get('UID'), first.get('SEQUENCE')]).toEqual([fields.get('UID'), '1']);
    expect(renderCalendar(sampleEnglish(), publisher)).toBeUndefined();
  });

  test('keeps summer time apart from winter time, and says no end that nobody stated', () => {
    const event = { title: 'Fika', start: '2026-07-01T10:00', programme: [] };
    const summer = new Map(readLines(renderCalendar(viewWith({ event }), publisher)!));
    expect(summer.get('DTSTART')).toBe('20260701T080000Z');
    expect(summer.has('DTEND')).toBe(false);
  });

  test('is folded and reads back, whatever stands in it', () => {
    fc.assert(
      fc.property(anyText(200), fc.string({ unit: 'grapheme', maxLength: 120 }), (title, place) => {
        const event = { title, place, start: '2026-12-01T10:00', programme: [{ time: '10:00', text: title, points: [place] }] };
        const text = renderCalendar(viewWith({ event }), publisher)!;
        expectFolded(text);
        const lines = readLines(text);
        expect(lines.filter(([name]) => name === 'BEGIN')).toHaveLength(2);
        const value = Object.fromEntries(lines)['SUMMARY;LANGUAGE=sv'];
        expect(value).toBe(
          title
            .toWellFormed()
            .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
            .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ''),
        );
      }),
    );
  });
});

describe('a person as a vCard', () => {
  const [jon] = sampleView().content.contacts as [Person];
  const card = renderVcard(jon, sampleView(), publisher);

  test('has name, function, house, numbers and address', () => {
    expect(readLines(card)).toEqual([
      ['BEGIN', 'VCARD'],
      ['VERSION', '3.0'],
      ['PRODID', '-//Depesch//Newsroom//EN'],
      ['N', 'Dahl;Jon;;;'],
      ['FN', 'Jon Dahl'],
      ['ORG', 'Region Älvmark'],
      ['TITLE', 'enhetschef för projektfinansiering'],
      ['TEL;TYPE=WORK,VOICE', '070-174 06 05'],
      ['TEL;TYPE=WORK,VOICE', '0980-319 20'],
      ['EMAIL;TYPE=INTERNET', 'jon.dahl@alvmark.example'],
      ['URL', expect.stringMatching(/^https:/)],
      ['REV', '2026-11-19T09:05:00.400Z'],
      ['END', 'VCARD'],
    ]);
  });

  test('stays one card, folded, whatever a name or a function holds', () => {
    fc.assert(
      fc.property(anyText(150), anyText(150), (name, title) => {
        const text = renderVcard({ ...jon, name, title }, sampleView(), publisher);
        expectFolded(text);
        expect(readLines(text).filter(([field]) => field === 'BEGIN' || field === 'EMAIL;TYPE=INTERNET')).toHaveLength(2);
      }),
    );
  });

  test('escapes what parts list, and folds between characters', () => {
    expect(escapeText('a;b,c\\d\ne')).toBe('a\\;b\\,c\\\\d\\ne');
    const folded = renderContentLines([`NOTE:${'å'.repeat(80)}`]);
    expect(folded.replaceAll('\r\n ', '').trim()).toBe(`NOTE:${'å'.repeat(80)}`);
    expectFolded(folded);
  });
});

describe('the decisions as CSV', () => {
  test('reads back as one complete row per item, with headings in the language of the release', () => {
    const text = renderDecisionsCsv(sampleView(), publisher)!;
    expect(text.startsWith('\ufeff')).toBe(true);
    const rows: Record<string, string>[] = parse(text, { bom: true, columns: true, delimiter: ';' });
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      Projekt: 'Arena Storforsa',
      Mottagare: 'Storforsa ekonomiska förening',
      'Belopp (SEK)': '1240000',
      Beslutsdatum: '2026-11-18',
      Diarienummer: 'RUN 2026-0417',
    });
    const english = { ...sampleView(), content: { ...sampleView().content, language: 'en' } };
    expect(renderDecisionsCsv(english, publisher)!.split('\r\n')[0]).toContain('Project,Recipient,Amount (SEK)');
    expect(renderDecisionsCsv(sampleInvitation(), publisher)).toBeUndefined();
  });

  test('reads back whatever stands in it, and nothing in it is run as a formula', () => {
    fc.assert(
      fc.property(fc.constantFrom('', '=', '+', '-', '@', '\t'), anyText(), anyText(), fc.integer(), (first, title, text, amount) => {
        const project = (first + title).toWellFormed();
        const decisions = { by: text || '–', date: '2026-11-18', items: [{ title: project, text, amount }] };
        const csv = renderDecisionsCsv(viewWith({ decisions }), publisher)!;
        const rows: string[][] = parse(csv.replace(/^\ufeff/, ''), { record_delimiter: '\r\n', delimiter: ';' });
        expect(rows).toHaveLength(2);
        const [cell = '', , money, about = ''] = rows[1]!;
        for (const value of [cell, about]) expect(value).not.toMatch(/^[=+@\t\r-]/);
        expect(unguarded(cell)).toBe(project);
        expect(money).toBe(String(amount));
      }),
    );
  });
});

describe('release.txt', () => {
  test('says what the page says, in its order, without an address of this house inside', () => {
    const text = renderReleaseText(sampleView(), publisher, sampleView().publishedAt);
    const marks = [
      'Region Älvmark\nPressmeddelande, 19 november 2026 kl. 09.30',
      'Klart: tre nya',
      'Rättelse',
      'Storforsa, Lillån',
      'Beslut',
      'Program',
      'Fakta om',
      'För mer information',
      'Presskontakt',
      'Bilagor',
      'RUN 2026-0417',
      'https://press.alvmark.example/releases/',
    ];
    const places = marks.map((mark) => text.indexOf(mark));
    expect(places).not.toContain(-1);
    expect(places.slice(0, -1)).toEqual(places.slice(0, -1).toSorted((one, other) => one - other));
    expect(text).not.toMatch(/<(?!https:)/);
  });
});

describe('the code of a short link', () => {
  test('leads back to the one id it was made of', () => {
    fc.assert(
      fc.property(fc.uuid({ version: 4 }), (id) => {
        const code = shortCodeOf(id);
        expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{9}$/);
        const { from, to } = idsOfShortCode(code)!;
        expect(from <= id && id <= to).toBe(true);
      }),
    );
  });

  test('forgives what people misread, and is none when it is too short or holds another sign', () => {
    expect(idsOfShortCode('O0I1L0000')).toEqual(idsOfShortCode('001110000'));
    for (const wrong of ['', 'abc', '0000000000', '00000000u']) expect(idsOfShortCode(wrong)).toBeUndefined();
  });
});
