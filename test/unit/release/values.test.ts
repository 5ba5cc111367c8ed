import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  Amount,
  Email,
  LanguageTag,
  Line,
  LocalDate,
  LocalMoment,
  Phone,
  Slug,
  TimeOfDay,
  WebAddress,
  YesNo,
} from '../../../src/shared/release/values.ts';

const messageOf = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues[0]?.message;

describe('an amount', () => {
  it.each([
    ['1 240 000 kr', 1_240_000],
    ['1\u00a0240\u00a0000 kr', 1_240_000],
    ['1\u202f240\u202f000,50 kr', 1_240_000.5],
    ['1\u2009240 kronor', 1_240],
    ['SEK 1,240,000', 1_240_000],
    ['kr 1.240.000', 1_240_000],
    ['1240000', 1_240_000],
    ['985500,5', 985_500.5],
    ['−5 000 kr', -5_000],
    ['100:-', 100],
    [1240.25, 1_240.25],
    [0, 0],
  ])('%j is %d kronor', (text, kronor) => expect(Amount.parse(text)).toBe(kronor));

  it.each(['1,24 mnkr', '12 40 000', '1 2400', 'gratis', '', '1 240 000 €', '1.005', Number.NaN])('%j is refused', (text) => {
    expect(Amount.safeParse(text).success).toBe(false);
  });

  it('is the same when read again (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (ore) => Amount.parse(Amount.parse(ore / 100)) === Amount.parse(ore / 100)),
    );
  });
});

describe('times', () => {
  it.each([
    ['2026-11-19 09:30', '2026-11-19T09:30'],
    ['2026-11-19 9.30', '2026-11-19T09:30'],
    ['2026-11-19T09:30:00', '2026-11-19T09:30'],
    ['2026-11-19 kl. 9.30', '2026-11-19T09:30'],
    ['2026-11-19 09:30 +0100', '2026-11-19T09:30+01:00'],
    ['2026-11-19T08:30Z', '2026-11-19T08:30Z'],
  ])('%j is the moment %s, and stays it', (text, canonical) => {
    expect(LocalMoment.parse(text)).toBe(canonical);
    expect(LocalMoment.parse(canonical)).toBe(canonical);
  });

  it.each(['2026-11-19', '9.30', '2026-11-31 09:30', '2026-11-19 24:00', '19/11 2026 9.30', '2026-11-19 09:30 +25:00', ''])(
    '%j is no moment',
    (text) => {
      expect(messageOf(LocalMoment, text)).toMatch(/is not a (day and a time|distance from UTC)/);
    },
  );

  it('knows which days exist', () => {
    expect(LocalDate.parse('2028-02-29')).toBe('2028-02-29');
    expect(LocalDate.safeParse('2026-02-29').success).toBe(false);
    expect(LocalDate.safeParse('2026-2-9').success).toBe(false);
  });

  it.each([
    ['9.30', '09:30'],
    ['kl 9', '09:00'],
    ['23:59', '23:59'],
  ])('%j is the time %s', (text, time) => expect(TimeOfDay.parse(text)).toBe(time));

  it.each(['9', '24.00', '9.60', '0930', 'nio'])('%j is no time of day', (text) => expect(TimeOfDay.safeParse(text).success).toBe(false));
});

describe('words and names', () => {
  it('a line folds white space but keeps what holds figures together', () => {
    expect(Line.parse('  2\u00a0835\u00a0500 \t\n kronor ')).toBe('2\u00a0835\u00a0500 kronor');
  });

  it.each([
    ['sv', 'sv'],
    ['EN', 'en'],
    ['swe', 'sv'],
    ['sv-fi', 'sv-FI'],
    [' sma ', 'sma'],
  ])('the language %j is %s', (text, tag) => {
    expect(LanguageTag.parse(text)).toBe(tag);
  });

  it('a slug is small letters, digits and single hyphens', () => {
    expect(Slug.parse('klart-3-platser')).toBe('klart-3-platser');
    for (const wrong of ['Klart', 'å', 'a--b', '-a', 'a-', 'a b', '', 'a'.repeat(61)]) expect(Slug.safeParse(wrong).success).toBe(false);
  });

  it('yes is yes in two languages', () => {
    expect(['yes', 'Ja', 'TRUE', true].map((word) => YesNo.parse(word))).toEqual([true, true, true, true]);
    expect(['no', 'nej', 'False', false].map((word) => YesNo.parse(word))).toEqual([false, false, false, false]);
    expect(YesNo.safeParse('').success).toBe(false);
  });

  it('an address and a number stay as written', () => {
    expect(Email.parse(' mailto:jon.dahl@alvmark.example ')).toBe('jon.dahl@alvmark.example');
    expect(Phone.parse('+46 980-319 20 (vx)')).toBe('+46 980-319 20 (vx)');
    expect(Phone.parse('112')).toBe('112');
    for (const wrong of ['jon', 'Jon <jon@alvmark.example>', 'a@b', 'a b@c.se']) expect(Email.safeParse(wrong).success).toBe(false);
  });

  it('a web address keeps what is written, with what no address may hold escaped', () => {
    expect(WebAddress.parse(' https://www.alvmark.example/möte?dag=1#plats ')).toBe('https://www.alvmark.example/möte?dag=1#plats');
    expect(WebAddress.parse('https://a.example/"><script>\u0007 \u202e')).toBe('https://a.example/%22%3E%3Cscript%3E%07%20%E2%80%AE');
    expect(WebAddress.parse(WebAddress.parse('https://a.example/{a b}'))).toBe('https://a.example/%7Ba%20b%7D');
    for (const wrong of ['javascript:alert(1)', 'a.example', 'https://', 'https://a b.example/', 'https:\\\\a.example'])
      expect(WebAddress.safeParse(wrong).success).toBe(false);
  });
});
