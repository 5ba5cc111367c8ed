import { expect, it } from 'vitest';
import { wayFromCutOff } from '../../../src/shared/site/cut-off.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';

it('an address without its end leads to what lies above it, in its language; what was never one leads nowhere', () => {
  const newsroom = sampleNewsroom();
  const ways = ['/releases/', '/sv/', '/archive/2026/', '/en/archive/2026/'].map((path) => wayFromCutOff(path, newsroom));
  expect(ways).toEqual(['/', '/', '/archive/', '/en/archive/']);
  for (const path of [
    '/',
    '/en/',
    '/fi/',
    '/archive/',
    '/archive/26/',
    '/archive/2026/11/',
    '/fi/archive/2026/',
    '/sv/archive/2026/',
    '/releases',
    '/assets/',
  ])
    expect(wayFromCutOff(path, newsroom), path).toBeUndefined();
});
