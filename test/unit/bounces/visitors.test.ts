import { expect, it } from 'vitest';
import { Visitors } from '../../../src/producers/bounces/visitors.ts';

const LIMITS = { lines: 2, recipients: 3, wrong: 2 };
const ONE = '192.0.2.1';
const OTHER = '2001:db8::2';

it('a visitor may hold so many lines at once, and another one as many', () => {
  const visitors = new Visitors(LIMITS, () => 0);
  expect([visitors.enters(ONE), visitors.enters(ONE), visitors.enters(ONE), visitors.enters(OTHER)]).toEqual([true, true, false, true]);
  visitors.left(ONE);
  expect(visitors.enters(ONE)).toBe(true);
});

it('a visitor who names too many recipients waits for the next minute', () => {
  let now = 0;
  const visitors = new Visitors(LIMITS, () => now);
  expect([1, 2, 3, 4].map(() => visitors.mayName(ONE))).toEqual([true, true, true, false]);
  now = 60_000;
  expect(visitors.mayName(ONE)).toBe(true);
});

it('a visitor who guesses is not let in for the rest of the minute', () => {
  let now = 0;
  const visitors = new Visitors(LIMITS, () => now);
  for (const wrong of [true, false, true]) visitors.named(ONE, wrong);
  expect([visitors.enters(ONE), visitors.mayName(ONE), visitors.enters(OTHER)]).toEqual([false, false, true]);
  now = 60_000;
  expect(visitors.enters(ONE)).toBe(true);
});

it('visitors who have gone are forgotten, those with an open line are not', () => {
  let now = 0;
  const visitors = new Visitors(LIMITS, () => now);
  visitors.enters(ONE);
  visitors.enters(ONE);
  for (let host = 0; host < 10_001; host += 1) visitors.mayName(`2001:db8::${host}`);
  now = 60_000;
  visitors.mayName(OTHER);
  expect(visitors.enters(ONE)).toBe(false);
});
