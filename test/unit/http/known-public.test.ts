import { expect, it } from 'vitest';
import { KnownPublic } from '../../../src/producers/http/serving/known-public.ts';

const HOUR = 3_600_000;

/** SQL with one public picture, and a clock that a test moves. */
function house() {
  const state = { now: 0, away: false, public: true, asked: 0 };
  const known = new KnownPublic(
    async () => {
      state.asked += 1;
      if (state.away) throw new Error('away');
      return state.public ? 'image/jpeg' : undefined;
    },
    () => state.now,
  );
  return { state, typeOf: () => known.typeOf('a') };
}

it('asks SQL again after a quarter of a minute, and shows what was taken back no more', async () => {
  const { state, typeOf } = house();
  expect(await typeOf()).toBe('image/jpeg');
  state.public = false;
  state.now = 14_999;
  expect(await typeOf()).toBe('image/jpeg');
  state.now = 15_000;
  expect(await typeOf()).toBeUndefined();
  expect(state.asked).toBe(2);
});

it('never believes that something is not public: what is published is there at once', async () => {
  const { state, typeOf } = house();
  state.public = false;
  expect(await typeOf()).toBeUndefined();
  state.public = true;
  expect(await typeOf()).toBe('image/jpeg');
});

it('keeps showing what was public while PostgreSQL is away, for an hour, and asks only now and then', async () => {
  const { state, typeOf } = house();
  await typeOf();
  state.away = true;
  state.now = 20_000;
  for (let reader = 0; reader < 10; reader += 1) expect(await typeOf()).toBe('image/jpeg');
  expect(state.asked).toBe(2);
  state.now = 30_000;
  expect(await typeOf()).toBe('image/jpeg');
  expect(state.asked).toBe(3);
  state.now = HOUR;
  await expect(typeOf()).rejects.toThrow('away');
});

it('lets nothing be seen that SQL has not said to be public, also while it is away', async () => {
  const { state, typeOf } = house();
  state.away = true;
  await expect(typeOf()).rejects.toThrow('away');
});

it('sees a withdrawal as soon as PostgreSQL answers again', async () => {
  const { state, typeOf } = house();
  await typeOf();
  state.away = true;
  state.now = 20_000;
  await typeOf();
  Object.assign(state, { away: false, public: false, now: 26_000 });
  expect(await typeOf()).toBeUndefined();
});
