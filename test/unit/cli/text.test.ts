import { expect, test } from 'vitest';
import { clock, count, cut, moment, shortMoment, span, table } from '../../../src/producers/cli/text.ts';

test('columns are as wide as what people see, also with å and combining marks', () => {
  expect(
    table([
      ['å', '1'],
      ['a\u030aa\u0308', '2'],
      ['abc', '3'],
    ]),
  ).toBe(`å    1\na\u030aa\u0308   2\nabc  3`);
});

test('numbers are grouped with spaces that do not break', () => {
  expect([count(7), count(4518), count(1234567)]).toEqual(['7', '4\u00a0518', '1\u00a0234\u00a0567']);
});

test('spans are told in the unit that suits them', () => {
  expect([120, 9_949, 42_400, 89_000, 3_600_000 * 5, 86_400_000 * 3].map(span)).toEqual([
    '0.1 s',
    '9.9 s',
    '42 s',
    '1 min',
    '5 h',
    '3 days',
  ]);
});

test('times are the newsroom clock’s, whatever the machine’s is', () => {
  const at = new Date('2026-11-19T08:30:00Z');
  expect(moment(at, 'Europe/Stockholm')).toBe('Thu 19 Nov 2026 09:30:00');
  expect(clock(at, 'Europe/Stockholm')).toBe('09:30:00');
  expect(shortMoment(at, new Date('2026-11-19T22:59:00Z'), 'Europe/Stockholm')).toBe('09:30:00');
  expect(shortMoment(at, new Date('2026-11-19T23:01:00Z'), 'Europe/Stockholm')).toBe('19 Nov 09:30');
});

test('long texts are cut with an ellipsis, never in the middle of a letter', () => {
  expect(cut('kort', 10)).toBe('kort');
  expect(cut('Klart: tre nya mötesplatser', 8)).toBe('Klart:…');
  expect(cut('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
});
