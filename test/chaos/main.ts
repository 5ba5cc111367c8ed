import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { figureTable, printFigures, today } from '../support/measurements.ts';
import { randomNumbers } from '../support/random.ts';
import { type ChaosPlan, type ChaosRun, runChaos } from './run.ts';

/*
 * One long run through every kind of fault. Not part of `npm test`, for it takes minutes and both cores (test/e2e/chaos.test.ts is a small one):
 *   npm run chaos                              20,000 subscribers
 *   npm run chaos -- --subscribers 2000        fewer
 *   npm run chaos -- --seed 4711               the same faults at the same places again
 * Prints its figures and, when all is right, keeps them in docs/chaos.md.
 */
const PAGE = join(import.meta.dirname, '../../docs/chaos.md');
const { values } = parseArgs({ options: { subscribers: { type: 'string', default: '20000' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const subscribers = Number(values.subscribers);

const random = randomNumbers(seed);
const plan: ChaosPlan = {
  subscribers,
  domains: Math.max(4, Math.round(subscribers / 50)),
  senders: 3,
  kills: 20,
  // Most for a moment, some for longer than others wait before they take a sender for gone (60 s).
  stops: [...Array.from({ length: 7 }, () => 500 + 5_000 * random()), 65_000, 75_000, 90_000],
  flushes: 2,
  crashes: 1,
  mailServer: [
    ...['--reject', '0.02', '--defer', '0.04', '--throttle', '0.01', '--drop-in-body', '0.01', '--drop-after-dot', '0.01'],
    ...['--delay-ms', '50', '--slow', '0.02'],
  ],
  firstGapMs: 10_000,
  seed,
};

const began = performance.now();
const say = (line: string) => process.stdout.write(`${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${line}\n`);
say(`${subscribers} subscribers at ${plan.domains} domains, seed ${seed}`);
const load = loadavg()[0]!;
const run = await runChaos(plan, say);
printFigures(run.figures);
if (run.figures.every((figure) => figure.right)) await writeFile(PAGE, pageOf(run));
else process.exitCode = 1;

function pageOf({ figures, evidence, seconds }: ChaosRun): string {
  const count = (kind: string) => evidence.mishaps.filter((mishap) => mishap.kind === kind).length;
  const later = evidence.mishaps.filter(({ kind, reply }) => kind === 'refused' && reply!.startsWith('4')).length;
  return `# A run through every fault

What \`npm run chaos\` found when it was last run; the command writes this page, and prints the seed that repeats it. Nothing here is simulated
inside the program: whole processes are killed, and the mail server that breaks off is another process with a log of its own, which the ledger is held against.

\`npm run chaos -- --subscribers ${subscribers} --seed ${seed}\`, ${today()}, Node ${process.version}, load average before it ${load.toFixed(1)}: ${seconds} s.

- ${subscribers} subscribers at ${plan.domains} domains, ${plan.senders} sender processes; answers after 50 ms, 2 % of them after half a second.
- ${plan.kills} senders killed with -9, and others started. ${plan.stops.length} stopped (SIGSTOP) and woken, three of them after more than a minute, when others had taken them for gone.
- Redis flushed ${plan.flushes} times; PostgreSQL ended at once (immediate) and started again.
- The mail server refused ${count('refused') - later} for good (5xx), put off ${later} (4xx, one in five of them for the whole domain), cut ${count('cut-in-body')} lines within the text and
  ${count('cut-after-dot')} after the final dot, every second of these having taken the letter. ${count('left')} letters were left half-way by senders that died.
- Letters put off waited ${plan.firstGapMs / 1_000} s and more (\`limits.retry\`; five minutes when nothing is set).

${figureTable(figures).join('\n')}
`;
}
