import { sleep } from '../../src/shared/platform/clock.ts';
import { loadStatus } from '../../src/shared/publishing/status.ts';
import type { Check } from '../support/check.ts';
import { publish } from '../support/newsdesk.ts';
import { openTestHouse, subscriberCsv, type TestHouse, until } from '../support/newsroom-house.ts';
import { longContent } from './parts/long-content.ts';

const LETTERS = Number(process.env.BENCH_LETTERS ?? 20_000);
const SAMPLES = 20;
const LIMIT_MS = 2_000;

export const bench: Check = {
  about: `from the press of Subscribe to the mail server's 250 for the confirmation letter, ${SAMPLES} times while a run to ${LETTERS} people is under way`,
  missing: async () => undefined,
  async run() {
    // The mail server answers at once: the run takes all that the processors give.
    const house = await openTestHouse({ subscribers: subscriberCsv(LETTERS, 400) });
    try {
      const quiet = await sampleAll(house, 'quiet', 5);
      const { release } = await publish(house, longContent());
      await until('letters leave', () => house.letters().length > LETTERS / 50);
      const busy = await sampleAll(house, 'busy', SAMPLES);
      const { counts } = (await loadStatus(house.services, release)).letters[0]!;
      const underWay = counts.pending + counts.claimed > 0;
      return {
        with: 'the mail server of the tests, in a process of its own',
        figures: [
          { what: 'with nothing else to do', found: spread(quiet), wanted: '-', right: true },
          { what: 'during the run', found: spread(busy), wanted: `every one below ${LIMIT_MS} ms`, right: Math.max(...busy) < LIMIT_MS },
          {
            what: 'the run while the last of them was sent',
            found: `${counts.accepted} of ${LETTERS} accepted`,
            wanted: 'still under way',
            right: underWay,
          },
        ],
      };
    } finally {
      await house.close();
    }
  },
};

async function sampleAll(house: TestHouse, mark: string, count: number): Promise<number[]> {
  const wording = await shownWording(house);
  const spans: number[] = [];
  for (let index = 0; index < count; index += 1) spans.push(await sample(house, wording, `${mark}${index}@nylillan.example`));
  return spans;
}

/** From the request to the row that says the letter was accepted: what a visitor waits for who looks into the mailbox at once. */
async function sample({ services, address }: TestHouse, wording: string, to: string): Promise<number> {
  const began = performance.now();
  const body = new URLSearchParams({ address: to, topics: '*', language: 'sv', page: 'sv', wording, frequency: 'at-once' });
  const response = await fetch(`${address()}/subscribe`, { method: 'POST', body });
  if (response.status !== 200) throw new Error(`subscribing was answered ${response.status}: ${await response.text()}`);
  const accepted = () => services.database.selectFrom('notices').select('state').where('to', '=', to).executeTakeFirst();
  await until(`the letter to ${to} was accepted`, async () => {
    await sleep(10);
    return (await accepted())?.state === 'done';
  });
  return performance.now() - began;
}

/** The form names the version of the words it shows. */
async function shownWording({ address }: TestHouse): Promise<string> {
  const page = await (await fetch(`${address()}/subscribe?language=sv`)).text();
  return /name="wording" value="([^"]+)"/.exec(page)![1]!;
}

function spread(spans: readonly number[]): string {
  const sorted = spans.toSorted((one, other) => one - other).map(Math.round);
  return `median ${sorted[Math.floor(sorted.length / 2)]} ms, longest ${sorted.at(-1)} ms (${sorted.length} samples)`;
}
