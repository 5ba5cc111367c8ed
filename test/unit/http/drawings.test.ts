import { expect, it } from 'vitest';
import { MOST_DRAWINGS_WAITING } from '../../../src/producers/http/limits.ts';
import { openDrawings } from '../../../src/producers/http/serving/drawings.ts';
import { cardOf } from '../../../src/shared/site/card/card.ts';
import type { Drawing, Drawn } from '../../../src/shared/site/drawing.ts';
import { samplePublisher, sampleView } from '../../support/views.ts';

const card = cardOf(sampleView(), samplePublisher());
const wish = (number: number): Drawing => ({ card: { ...card, path: `/card.${number}.jpg` } });

it('draws two at once, keeps some waiting, and tells the others to come back', async () => {
  const drawn: (() => void)[] = [];
  const drawings = openDrawings({ config: { dataDir: '/nowhere' } }, () => {
    const { promise, resolve } = Promise.withResolvers<Drawn>();
    drawn.push(() => resolve({ body: Buffer.from('picture'), type: 'image/jpeg' }));
    return promise;
  });
  const asked = Array.from({ length: 2 + MOST_DRAWINGS_WAITING }, (_, number) => drawings.of(wish(number), '/card'));
  await expect(drawings.of(wish(1_000), '/card')).rejects.toMatchObject({ code: 'busy' });
  expect(drawn).toHaveLength(2);
  while (drawn.length > 0) {
    drawn.shift()!();
    await new Promise(setImmediate);
  }
  expect(await Promise.all(asked)).toHaveLength(2 + MOST_DRAWINGS_WAITING);
  expect((await drawings.of(wish(0), '/card')).body.toString()).toBe('picture');
});

it('draws once for all who ask at the same moment, and for those who ask later', async () => {
  const { promise, resolve } = Promise.withResolvers<Drawn>();
  let drawn = 0;
  const drawings = openDrawings({ config: { dataDir: '/nowhere' } }, () => {
    drawn += 1;
    return promise;
  });
  const asked = Array.from({ length: 2 + MOST_DRAWINGS_WAITING + 1 }, () => drawings.of(wish(1), '/card'));
  resolve({ body: Buffer.from('picture'), type: 'image/jpeg' });
  const documents = new Set([...(await Promise.all(asked)), await drawings.of(wish(1), '/card')]);
  expect([drawn, documents.size]).toEqual([1, 1]);
});

it('tells everybody who waits of a drawing that failed, and tries again for the next', async () => {
  let drawn = 0;
  const drawings = openDrawings({ config: { dataDir: '/nowhere' } }, async () => {
    drawn += 1;
    if (drawn === 1) throw new Error('no room on the disk');
    return { body: Buffer.from('picture'), type: 'image/jpeg' };
  });
  const asked = await Promise.allSettled([drawings.of(wish(1), '/card'), drawings.of(wish(1), '/card')]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await drawings.of(wish(1), '/card')).body.toString()).toBe('picture');
});
