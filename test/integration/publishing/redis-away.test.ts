import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadHouse } from '../../../src/shared/publishing/house.ts';
import { loadStatus } from '../../../src/shared/publishing/status.ts';
import { CHANNELS } from '../../../src/shared/schema/tables.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ environment: { REDIS_URL: 'unix:///nonexistent/redis.sock' } });
});
afterAll(() => world.close());

describe('with Redis away', () => {
  it('publishing is answered without waiting for it, and everything is owed', async () => {
    const published = await publish(world, plainContent());
    expect(published).toMatchObject({ revision: 1, repeated: false });
    const { channels } = await loadStatus(world.services, published.release);
    expect(channels.map((line) => line.state)).toEqual(CHANNELS.map(() => 'owed'));
  });

  it('the house says so instead of failing', async () => {
    expect(await loadHouse(world.services)).toMatchObject({ queues: null, owed: CHANNELS.length });
  });
});
