import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MailingFacts, mailingStatus, onlyDigestsWait, sumOf, underWay } from '../../../src/shared/delivery/equation.ts';
import { DELIVERY_STATES } from '../../../src/shared/schema/tables.ts';

function facts(overrides: Partial<MailingFacts> = {}): MailingFacts {
  return {
    n: 1,
    state: 'running',
    reason: null,
    frozenAt: new Date('2026-11-19T08:30:00Z'),
    audience: 4_518,
    counts: { accepted: 3_287, deferred: 11, rejected: 9, suppressed: 5, pending: 1_206 },
    firstDueAt: new Date('2026-11-19T08:35:00Z'),
    waiting: 0,
    windowAt: null,
    answeredLately: 880,
    reasons: [],
    ...overrides,
  };
}

describe('the equation', () => {
  it('is right when the eight states make the audience', () => {
    expect(mailingStatus(facts())).toMatchObject({ audience: 4_518, sumIsRight: true, settled: 3_301, percent: 73, ratePerSecond: 88 });
  });

  it('is wrong, and says so, when one letter is missing or one too many', () => {
    expect(mailingStatus(facts({ audience: 4_519 })).sumIsRight).toBe(false);
    expect(mailingStatus(facts({ audience: 4_517 })).sumIsRight).toBe(false);
  });

  it('holds for every way to divide an audience among the states', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: DELIVERY_STATES.length, maxLength: DELIVERY_STATES.length }), (numbers) => {
        const counts = Object.fromEntries(DELIVERY_STATES.map((state, index) => [state, numbers[index]!]));
        const status = mailingStatus(facts({ counts, audience: numbers.reduce((sum, number) => sum + number, 0) }));
        expect(status.sumIsRight).toBe(true);
        expect(sumOf(status.counts)).toBe(status.audience);
        expect(status.percent).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('counts states without rows as 0 and a run that is not frozen yet as empty', () => {
    const status = mailingStatus(facts({ counts: {}, audience: null, frozenAt: null, firstDueAt: null, answeredLately: 0 }));
    expect(status).toMatchObject({ audience: 0, sumIsRight: true, settled: 0, percent: 100, secondsLeft: null, frozenAt: null });
    expect(Object.keys(status.counts)).toEqual([...DELIVERY_STATES]);
  });

  it('keeps letters that wait for their digest out of the time left, and calls a run with nothing else to do by its name', () => {
    const windowAt = new Date('2026-11-20T06:00:00Z');
    const under = mailingStatus(facts({ waiting: 1_206, windowAt }));
    expect(under).toMatchObject({ waiting: { count: 1_206, dueAt: windowAt.toISOString() }, secondsLeft: null, sumIsRight: true });
    expect([underWay(under), onlyDigestsWait(under)]).toEqual([11, false]);
    const counts = { accepted: 3_312, pending: 1_206 };
    const rest = mailingStatus(facts({ counts, waiting: 1_206, windowAt }));
    expect(onlyDigestsWait(rest)).toBe(true);
    expect(onlyDigestsWait(mailingStatus(facts({ counts, waiting: 1_206, windowAt, state: 'paused' })))).toBe(false);
    expect(onlyDigestsWait(mailingStatus(facts({ counts, waiting: 1_205, windowAt })))).toBe(false);
  });

  it('tells the time left only while letters leave', () => {
    expect(mailingStatus(facts()).secondsLeft).toBe(14);
    expect(mailingStatus(facts({ state: 'paused' })).secondsLeft).toBeNull();
    expect(mailingStatus(facts({ answeredLately: 0 })).secondsLeft).toBeNull();
    expect(mailingStatus(facts({ counts: { accepted: 4_518 } })).secondsLeft).toBeNull();
  });

  it('never says 100 % while a letter is open', () => {
    expect(mailingStatus(facts({ audience: 100_000, counts: { accepted: 99_999, pending: 1 } })).percent).toBe(99);
  });
});
