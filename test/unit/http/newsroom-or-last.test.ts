import { expect, it } from 'vitest';
import { newsroomOrLast } from '../../../src/producers/http/newsroom-or-last.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';

const newest = { newsroom: sampleNewsroom({ name: 'Nya namnet' }), hash: 'a' };
const last = sampleNewsroom({ name: 'Gamla namnet' });

it('is the newest, and while PostgreSQL fails or only hangs the one known last', async () => {
  const found = (newsroom: () => Promise<typeof newest>) => newsroomOrLast({ newsroom, lastNewsroom: () => last });
  expect((await found(async () => newest))!.name).toBe('Nya namnet');
  expect((await found(() => Promise.reject(new Error('away'))))!.name).toBe('Gamla namnet');
  expect((await found(() => new Promise(() => undefined)))!.name).toBe('Gamla namnet');
});
