import { sql } from 'kysely';
import { sleep } from '../../src/shared/platform/clock.ts';
import { openRedis } from '../../src/shared/platform/redis.ts';
import { loadStatus } from '../../src/shared/publishing/status.ts';
import type { Figure } from '../support/check.ts';
import { plainContent, publish } from '../support/newsdesk.ts';
import { sampleNewsroom } from '../support/newsroom.ts';
import { openTestHouse, subscriberCsv, type TestHouse, until } from '../support/newsroom-house.ts';
import { randomNumbers } from '../support/random.ts';
import { type Evidence, gatherEvidence } from './evidence.ts';
import { Senders } from './senders.ts';
import { judgeEvidence } from './verdict.ts';

/** How much of what happens in one run; where in the run each comes is decided by the seed. */
export type ChaosPlan = {
  readonly subscribers: number;
  readonly domains: number;
  readonly senders: number;
  /** Senders killed with -9. */
  readonly kills: number;
  /** Senders stopped, each for so long, in milliseconds. */
  readonly stops: readonly number[];
  /** Redis emptied. */
  readonly flushes: number;
  /** PostgreSQL ended at once, without saving anything (its "immediate" shutdown), and started again by the house. */
  readonly crashes: number;
  /** Arguments of smtp-main.ts. */
  readonly mailServer: readonly string[];
  /** First gap before a letter that was put off is tried again: minutes in life, so short here that the run ends the same day. */
  readonly firstGapMs: number;
  readonly seed: number;
};

export type ChaosRun = { readonly figures: readonly Figure[]; readonly evidence: Evidence; readonly seconds: number };

type Say = (line: string) => void;

/** Nothing in it takes so long, even on a machine that does much else. */
const LIMIT_MS = 40 * 60_000;
const LOOK_MS = 100;
const TELL_MS = 10_000;

/** Opens a house, mails everybody once with every fault of the plan on the way, and holds the ledger against what the mail server knows. */
export async function runChaos(plan: ChaosPlan, say: Say): Promise<ChaosRun> {
  const { limits } = sampleNewsroom();
  const retry = { ...limits.retry, firstMs: plan.firstGapMs, longestMs: 4 * plan.firstGapMs };
  const house = await openTestHouse({
    newsroom: sampleNewsroom({ limits: { ...limits, retry } }),
    subscribers: subscriberCsv(plan.subscribers, plan.domains),
    smtp: [...plan.mailServer, '--seed', String(plan.seed)],
    without: ['delivery'],
  });
  try {
    const senders = new Senders(house, plan.senders);
    const began = performance.now();
    const { release } = await publish(house, plainContent({}, 'Stora'));
    await disturb({ house, senders, release, say }, plan);
    await letItEnd({ house, senders, release, say });
    const seconds = Math.round((performance.now() - began) / 1_000);
    const evidence = await gatherEvidence(house, release);
    const fell = {
      what: 'senders that ended by themselves (the house starts another)',
      found: String(senders.fell),
      wanted: '-',
      right: true,
    };
    return { figures: [...judgeEvidence(evidence, { ...plan, lines: limits.lines }), fell], evidence, seconds };
  } finally {
    await house.close();
  }
}

type Scene = { house: TestHouse; senders: Senders; release: string; say: Say };
type Fault = { readonly name: string; readonly at: number; readonly act: () => unknown };

/** Each fault comes when its share of the letters has had an answer, so all of them meet a run in its middle, however fast the machine is. */
async function disturb(scene: Scene, plan: ChaosPlan): Promise<void> {
  const faults = planFaults(scene, plan);
  let told = performance.now();
  let done = 0;
  for (const { name, at, act } of faults) {
    await until(
      `${Math.round(at * 100)} % of the letters`,
      async () => {
        await sleep(LOOK_MS);
        const share = await answered(scene);
        if (performance.now() - told > TELL_MS) {
          scene.say(`${Math.round(share * plan.subscribers)} of ${plan.subscribers} letters, ${done} of ${faults.length} faults`);
          told = performance.now();
        }
        return share >= at;
      },
      LIMIT_MS,
    );
    scene.say(`${name} at ${(at * 100).toFixed(1)} %`);
    await act();
    done += 1;
  }
}

function planFaults({ house, senders }: Scene, plan: ChaosPlan): Fault[] {
  const random = randomNumbers(plan.seed);
  const fault = (name: string, act: () => unknown): Fault => ({ name, at: 0.02 + 0.88 * random(), act });
  const times = (count: number, make: () => Fault) => Array.from({ length: count }, make);
  const faults = [
    ...times(plan.kills, () => fault('sender killed -9', () => senders.kill(random))),
    ...plan.stops.map((ms) => fault(`sender stopped for ${(ms / 1_000).toFixed(1)} s`, () => senders.stop(random, ms))),
    ...times(plan.flushes, () => fault('Redis flushed', () => flush(house))),
    ...times(plan.crashes, () => fault('PostgreSQL ended at once', () => process.kill(house.serverPid('postgres'), 'SIGQUIT'))),
  ];
  return faults.sort((one, other) => one.at - other.at);
}

async function flush(house: TestHouse): Promise<void> {
  const redis = openRedis(house.config.redisUrl!, 'waiting', house.services.log);
  await redis.flushall();
  redis.disconnect();
}

/** Share of the letters that are neither waiting for their first try nor being sent. */
async function answered({ house, release }: Scene): Promise<number> {
  const { rows } = await sql<{ share: number | null }>`
    select (count(*) filter (where state not in ('pending', 'claimed')))::float8 / nullif(count(*), 0) as share
    from deliveries where release = ${release}`.execute(house.services.database);
  return rows[0]!.share ?? 0;
}

/** The run is over when a person would call it so and no sender holds an answer back; a woken one may open it again. */
async function letItEnd(scene: Scene): Promise<void> {
  const { house, senders, say } = scene;
  say('no more faults');
  for (;;) {
    await senders.allAwake();
    await until('the run has ended', () => isOver(scene), LIMIT_MS);
    await senders.end();
    if (await isOver(scene)) return;
    say('opened again by what a sender gave back');
    senders.fill();
  }

  async function isOver({ release }: Scene): Promise<boolean> {
    await sleep(LOOK_MS);
    return (await loadStatus(house.services, release)).channels.every((line) => line.state === 'done');
  }
}
