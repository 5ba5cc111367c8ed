import { describe, expect, it } from 'vitest';
import {
  formatAmount,
  formatBytes,
  formatDate,
  formatDay,
  formatLocalDate,
  formatMoment,
  formatMonth,
  formatTime,
  isoWeek,
  localDay,
  localMonth,
  momentOf,
} from '../../../src/shared/release/dates.ts';

const STOCKHOLM = 'Europe/Stockholm';
const iso = (local: string, zone = STOCKHOLM) => momentOf(local, zone).toISOString();

describe('a moment on the newsroom’s clock', () => {
  it.each([
    ['winter', '2026-11-19T09:30', '2026-11-19T08:30:00.000Z'],
    ['summer', '2026-07-01T09:30', '2026-07-01T07:30:00.000Z'],
    ['the morning after the clock went forward', '2026-03-29T10:00', '2026-03-29T08:00:00.000Z'],
    ['an hour that does not exist', '2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
    ['an hour that comes twice', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
    ['the morning after the clock went back', '2026-10-25T10:00', '2026-10-25T09:00:00.000Z'],
    ['a stated offset', '2026-11-19T09:30+05:00', '2026-11-19T04:30:00.000Z'],
    ['UTC', '2026-11-19T09:30Z', '2026-11-19T09:30:00.000Z'],
  ])('%s', (_, local, utc) => expect(iso(local)).toBe(utc));

  it('holds in zones far from here', () => {
    expect(iso('2026-11-19T09:30', 'Pacific/Auckland')).toBe('2026-11-18T20:30:00.000Z');
    expect(iso('2026-11-19T09:30', 'America/New_York')).toBe('2026-11-19T14:30:00.000Z');
  });

  it('finds its way back, every hour of a year', () => {
    for (let hour = 0; hour < 8_760; hour += 1) {
      const date = new Date(Date.UTC(2026, 0, 1, hour));
      const local = `${localDay(date, STOCKHOLM)}T${formatTime(date, 'en', STOCKHOLM)}`;
      const back = momentOf(local, STOCKHOLM);
      // The one hour that comes twice is read as its first.
      if (date.toISOString() !== '2026-10-25T01:00:00.000Z') expect(back).toEqual(date);
    }
  });
});

describe('days, months and weeks', () => {
  it('are the zone’s', () => {
    const midnight = new Date('2026-11-30T23:30Z');
    expect([localDay(midnight, STOCKHOLM), localMonth(midnight, STOCKHOLM), localMonth(midnight, 'UTC')]).toEqual([
      '2026-12-01',
      '2026-12',
      '2026-11',
    ]);
  });

  it.each([
    ['2026-11-19T12:00Z', '2026-W47'],
    ['2026-12-31T12:00Z', '2026-W53'],
    ['2027-01-03T12:00Z', '2026-W53'],
    ['2027-01-04T12:00Z', '2027-W01'],
    ['2024-12-30T12:00Z', '2025-W01'],
    ['2026-11-22T23:30Z', '2026-W48'],
  ])('%s lies in %s', (time, week) => expect(isoWeek(new Date(time), STOCKHOLM)).toBe(week));
});

describe('as Swedish and English write them', () => {
  const moment = new Date('2026-11-19T08:30Z');
  it('dates and times', () => {
    expect(formatDate(moment, 'sv', STOCKHOLM)).toBe('19 november 2026');
    expect(formatDate(moment, 'en', STOCKHOLM)).toBe('19 November 2026');
    expect(formatMoment(moment, 'sv', STOCKHOLM)).toBe('19 november 2026 kl. 09.30');
    expect(formatMoment(moment, 'en', STOCKHOLM)).toBe('19 November 2026 at 09:30');
    expect(formatDay(moment, 'sv', STOCKHOLM)).toBe('torsdag 19 november 2026');
    expect(formatLocalDate('2026-11-18', 'en')).toBe('18 November 2026');
    expect(formatMonth('2026-11', 'sv')).toBe('november 2026');
  });

  it('another language in its own way, an unknown one never in the machine’s', () => {
    expect(formatDate(moment, 'fi', STOCKHOLM)).toBe('19. marraskuuta 2026');
    expect(formatDate(moment, 'sma', STOCKHOLM)).toBe('19 November 2026');
  });

  it('amounts', () => {
    expect(formatAmount(1_240_000, 'sv')).toBe('1\u00a0240\u00a0000\u00a0kr');
    expect(formatAmount(1_240_000.5, 'sv')).toBe('1\u00a0240\u00a0000,50\u00a0kr');
    expect(formatAmount(1_240_000, 'en')).toBe('SEK\u00a01,240,000');
  });

  it('sizes', () => {
    expect(formatBytes(3_212_004, 'sv')).toBe('3,2\u00a0MB');
    expect(formatBytes(3_212_004, 'en')).toBe('3.2\u00a0MB');
    expect(formatBytes(184_320, 'sv')).toBe('184\u00a0kB');
    expect(formatBytes(999_800, 'sv')).toBe('1\u00a0MB');
    expect(formatBytes(512, 'en')).toBe('512\u00a0byte');
  });
});
