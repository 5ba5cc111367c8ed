import { expect, it } from 'vitest';
import { runChaos } from '../chaos/run.ts';

/** A failed run is repeated by writing its seed here. */
const seed = Math.floor(Math.random() * 1_000_000);

it(`closes the equation, mails nobody twice and misses nobody, whatever is killed, stopped, flushed and refused at moments chosen by chance (seed ${seed})`, async () => {
  const run = await runChaos(
    {
      subscribers: 600,
      domains: 40,
      senders: 2,
      kills: 3,
      stops: [300, 2_000],
      flushes: 1,
      crashes: 1,
      mailServer: [
        ...['--reject', '0.02', '--defer', '0.04', '--throttle', '0.01', '--drop-in-body', '0.03', '--drop-after-dot', '0.03'],
        ...['--delay-ms', '50', '--slow', '0.02'],
      ],
      firstGapMs: 2_000,
      seed,
    },
    () => {},
  );
  expect(run.figures.filter(({ right }) => !right)).toEqual([]);
  // And it was a run worth surviving.
  const kinds = new Set(run.evidence.mishaps.map((mishap) => mishap.kind));
  expect([...kinds]).toEqual(expect.arrayContaining(['refused', 'cut-in-body', 'cut-after-dot']));
});
