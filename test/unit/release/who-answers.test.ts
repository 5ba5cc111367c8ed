import { describe, expect, test } from 'vitest';
import { asPublished, changesAt, eventIsOver, pressAt, whoAnswers } from '../../../src/shared/release/who-answers.ts';
import { renderReleasePage } from '../../../src/shared/site/page.ts';
import { sampleEnglish, sampleInvitation, samplePublisher, sampleView, sampleWithdrawn } from '../../support/views.ts';

// Elin answers in week 47, Jonas in week 48, then nobody is named.
const publisher = samplePublisher();
const at = (moment: string) => new Date(moment);
const WEEK_47 = at('2026-11-20T10:00Z');
const WEEK_48 = at('2026-11-24T10:00Z');
const YEARS_LATER = at('2028-11-20T10:00Z');

describe('who answers', () => {
  test('is whoever is on duty when the page is read, beside those the release names', () => {
    expect(whoAnswers(sampleView(), publisher, WEEK_47).today).toBeUndefined();
    const later = whoAnswers(sampleView(), publisher, WEEK_48);
    expect([later.press[0]?.name, later.today?.name]).toEqual(['Elin Sand', 'Jonas Lind']);
    expect(pressAt(sampleInvitation(), publisher, WEEK_48).map(({ name }) => name)).toEqual(['Jonas Lind']);
    expect(pressAt(sampleInvitation(), publisher, at('2026-12-24T10:00Z'))).toEqual([]);
  });

  test('is the press contact alone once the release is two years old, or as old as the newsroom says', () => {
    const on = samplePublisher({ duty: { '2028-W47': 'jonas', '2027-W01': 'jonas' } });
    const old = whoAnswers(sampleView(), on, YEARS_LATER);
    expect(old).toMatchObject({ old: true, press: [], today: { name: 'Jonas Lind' } });
    expect(old.contacts.map(({ name, phones, email }) => [name, phones, email])).toEqual([
      ['Jon Dahl', [], undefined],
      ['Sara Lind-Öst', [], undefined],
    ]);
    const page = renderReleasePage(sampleView(), on, YEARS_LATER);
    for (const gone of ['070-174 06 05', '0980-319 20', 'jon.dahl@', '070-174 06 17', 'contact-1.vcf']) expect(page).not.toContain(gone);
    expect(page).toContain('äldre än 2 år');
    expect(page).toContain('070-174 06 29');
    expect(whoAnswers(sampleView(), samplePublisher({ staffMonths: 1 }), at('2027-01-05T10:00Z')).old).toBe(true);
  });

  test('stays as published in feeds and letters', () => {
    expect(asPublished(sampleInvitation(), publisher).press.map(({ name }) => name)).toEqual(['Elin Sand']);
  });
});

describe('an event', () => {
  test('has been from its end on, or when its day is over where none is stated', () => {
    const view = sampleInvitation();
    expect(eventIsOver(view, publisher, at('2026-12-01T10:29:59Z'))).toBe(false);
    expect(eventIsOver(view, publisher, at('2026-12-01T10:30:00Z'))).toBe(true);
    const { end: _end, ...open } = view.content.event!;
    const endless = { ...view, content: { ...view.content, event: open } };
    expect(eventIsOver(endless, publisher, at('2026-12-01T22:59:59Z'))).toBe(false);
    expect(eventIsOver(endless, publisher, at('2026-12-01T23:00:00Z'))).toBe(true);
    expect(eventIsOver(sampleEnglish(), publisher, YEARS_LATER)).toBe(false);
  });

  test('that has been is said on top of the page, which then offers no calendar file', () => {
    const before = renderReleasePage(sampleInvitation(), publisher);
    const after = renderReleasePage(sampleInvitation(), publisher, at('2026-12-02T10:00Z'));
    expect([before.includes('Evenemanget har varit'), before.includes('event.ics')]).toEqual([false, true]);
    expect([after.includes('Evenemanget har varit'), after.includes('event.ics')]).toEqual([true, false]);
    expect(after.indexOf('Evenemanget har varit')).toBeLessThan(after.indexOf('<h1>'));
  });
});

describe('the next moment a page changes by itself', () => {
  test('is the next change of who is on duty, the end of the event, the day the release is old, in that order here', () => {
    const moments: string[] = [];
    for (let next = changesAt(sampleInvitation(), publisher, WEEK_47); next; next = changesAt(sampleInvitation(), publisher, next)) {
      moments.push(next.toISOString());
    }
    expect(moments).toEqual([
      '2026-11-22T23:00:00.000Z',
      '2026-11-29T23:00:00.000Z',
      '2026-12-01T10:30:00.000Z',
      '2028-11-19T08:30:00.123Z',
    ]);
  });

  test('names every moment at which its bytes change, and between two of them they stay', () => {
    const hour = 3_600_000;
    for (const view of [sampleView(), sampleInvitation(), sampleEnglish()]) {
      let made = view.publishedAt;
      let page = renderReleasePage(view, publisher, made);
      const body = (text: string) => text.replace(/ data-until="[^"]*"/, '');
      for (let time = made.getTime(); time < made.getTime() + 20 * 24 * hour; time += hour) {
        const now = new Date(time);
        const until = changesAt(view, publisher, made);
        const current = renderReleasePage(view, publisher, now);
        if (until && now >= until) [made, page] = [now, current];
        expect(current).toBe(page);
      }
      expect(body(page)).not.toBe('');
    }
  });

  test('is not asked for by a rota that changes nothing: the same person in two weeks takes over from nobody', () => {
    const same = samplePublisher({ duty: { '2026-W47': 'elin', '2026-W48': 'elin', '2026-W53': 'elin', '2027-W01': 'jonas' } });
    const moments: string[] = [];
    const view = sampleWithdrawn();
    for (let next = changesAt(view, same, WEEK_47); next; next = changesAt(view, same, next)) moments.push(next.toISOString());
    expect(moments).toEqual(['2026-11-29', '2026-12-27', '2027-01-03', '2027-01-10'].map((day) => `${day}T23:00:00.000Z`));
  });
});
