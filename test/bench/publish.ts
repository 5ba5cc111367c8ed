import { sleep } from '../../src/shared/platform/clock.ts';
import { publishRelease } from '../../src/shared/publishing/publish.ts';
import type { ReleaseContent } from '../../src/shared/release/content.ts';
import type { Check } from '../support/check.ts';
import { inventPublications } from '../support/invented-releases.ts';
import { approvedDraft } from '../support/newsdesk.ts';
import { sampleNewsroom } from '../support/newsroom.ts';
import type { TestHouse } from '../support/newsroom-house.ts';
import { openFilledHouse } from './parts/filled-house.ts';
import { percentile, spread } from './parts/percentile.ts';

/** BENCH_RELEASES makes a short run; only the usual one is worth keeping. */
const [FEW, MANY] = [1_000, Number(process.env.BENCH_RELEASES ?? 100_000)];
const PUBLICATIONS = 100;
const WARM_UP = 15;
const WANTED = 1.2;

export const bench: Check = {
  about: `from the press of Publish until page, lists and feeds of a release are on the disk, with ${FEW} releases and with ${MANY}, in turn`,
  missing: async () => undefined,
  async run() {
    const houses: TestHouse[] = [];
    try {
      // Jobs come by themselves; no sweep makes everything again because a file of the program was saved meanwhile.
      for (const count of [FEW, MANY]) houses.push(await openFilledHouse(count, undefined, { SWEEP_SECONDS: '600' }));
      const times = await publishInTurn(houses);
      const [few, many] = times.map((of) => percentile(of, 0.5));
      const figures = times.map((of, at) => ({ what: `${[FEW, MANY][at]} releases`, found: spread(of), wanted: '', right: true }));
      const ratio = many! / few!;
      return {
        with: `${PUBLICATIONS} publications in each house: producers, html and feeds, with PostgreSQL and Redis of their own`,
        figures: [
          ...figures,
          { what: `p50 with ${MANY} over p50 with ${FEW}`, found: ratio.toFixed(2), wanted: `at most ${WANTED}`, right: ratio <= WANTED },
        ],
      };
    } finally {
      for (const house of houses) await house.close();
    }
  },
};

/** The same releases in every house, one after the other in each. */
async function publishInTurn(houses: readonly TestHouse[]): Promise<number[][]> {
  const times: number[][] = houses.map(() => []);
  for (const [round, content] of newReleases().entries()) {
    for (const [at, house] of houses.entries()) {
      const ms = await publishOne(house, content);
      if (round >= WARM_UP) times[at]!.push(ms);
    }
  }
  return times;
}

function newReleases(): ReleaseContent[] {
  const made = inventPublications({ count: PUBLICATIONS + WARM_UP, seed: 77, newsroom: sampleNewsroom(), until: new Date() });
  return [...made].flatMap(({ kind, content }) => (kind === 'first' && content ? [content] : []));
}

async function publishOne(house: TestHouse, content: ReleaseContent): Promise<number> {
  const { release, hash } = await approvedDraft(house, content);
  const began = performance.now();
  await publishRelease(house.services, house.jonas, { release, hash });
  for (;;) {
    const written = await house.services.database
      .selectFrom('receipts')
      .select('channel')
      .where('release', '=', release)
      .where('channel', 'in', ['html', 'feeds'])
      .where('state', '=', 'done')
      .execute();
    if (written.length === 2) return performance.now() - began;
    await sleep(2);
  }
}
