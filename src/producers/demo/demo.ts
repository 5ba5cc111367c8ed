import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSignInLink } from '../../shared/accounts/sessions.ts';
import { sleep } from '../../shared/platform/clock.ts';
import type { Config } from '../../shared/platform/config.ts';
import { HOUSE_PROCESSES, type House, openHouse } from '../../shared/platform/embedded/house.ts';
import type { Log } from '../../shared/platform/log.ts';
import { VERSION } from '../../shared/platform/version.ts';
import { readNewsroomFile } from '../../shared/release/newsroom/newsroom-file.ts';
import { saveNewsroom, storingLogo } from '../../shared/release/newsroom/newsroom-store.ts';
import { migrate } from '../../shared/schema/migrate.ts';
import type { Services, ServicesOptions } from '../../shared/services.ts';
import { importSubscribers } from '../../shared/subscribers/import.ts';
import { demoConfig, makeFolder } from './folder.ts';
import { runKeys } from './keys.ts';
import { type Newsdesk, openNewsdesk } from './newsdesk.ts';
import { CONTENT, readPlan, type Step } from './plan.ts';
import { loadProgress, type Progress } from './progress.ts';
import { missingLines, number, progressLines, type Screen, seconds } from './screen.ts';

export type DemoOptions = {
  readonly config: Config;
  readonly log: Log;
  /** Ends when every receipt that is due is done. */
  readonly once: boolean;
  readonly screen: Screen;
  /** Ends the demo; the house is closed in order. */
  readonly signal: AbortSignal;
  /** A release's status as text, as `release status` prints it. */
  readonly showStatus: (services: Services, slug: string) => Promise<string>;
  readonly openServices: (options: ServicesOptions) => Promise<Services>;
};

/** What `--json` prints. */
export type DemoReport = {
  readonly newsroom: string;
  readonly releases: Progress['revisions'];
  readonly scheduled: { readonly slug: string; readonly publishAt: string };
  readonly equation: Progress['equation'];
  readonly complete: boolean;
};

/** Ends the wait when nothing has moved for so long: then something is stuck and is named. */
const STUCK_MS = 60_000;
const LOOK_MS = 100;

/** Runs the demo. Returns its report; `complete` false means a receipt is missing. Throws Conflict when it cannot start. */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const { screen } = options;
  const { config, movedFrom } = await demoConfig(options.config);
  if (movedFrom !== undefined) screen.line(`port ${movedFrom} is in use, the demo takes ${config.port}`);
  const folder = await makeFolder(config, options.log);
  const shown = config.dataDir.startsWith(`${process.cwd()}/`) ? config.dataDir.slice(process.cwd().length + 1) : config.dataDir;
  if (folder === 'made new') screen.line(`${shown} was made by an earlier demo and is made new`);
  let made: Made | undefined;
  const house = await openHouse({
    config,
    log: options.log,
    prepare: async (ready) => {
      made = await prepare(options, ready);
    },
  });
  const services = await options.openServices({ config: house.config, log: options.log, redis: 'refusing' });
  try {
    sayStart(screen, { house, folder: shown, made: made! });
    return await publishAndWatch({ ...options, services, house, shown, made: made! });
  } finally {
    await services.close();
    await house.close();
  }
}

type Made = { newsroom: string; accounts: number; topics: number; subscribers: number };
type Running = DemoOptions & { services: Services; house: House; shown: string; made: Made };

/** Migrates and fills the empty house, before its processes start. */
async function prepare(options: DemoOptions, config: Config): Promise<Made> {
  const services = await options.openServices({ config, log: options.log, redis: 'refusing' });
  try {
    await migrate(services.database);
    const newsroom = await readNewsroomFile(join(CONTENT, 'newsroom.yaml'), { storeLogo: storingLogo(services.database, config.dataDir) });
    await saveNewsroom(services.database, newsroom);
    const report = await importSubscribers(services.database, { csv: await readFile(join(CONTENT, 'subscribers.csv'), 'utf8'), newsroom });
    return {
      newsroom: newsroom.name,
      accounts: 3,
      topics: Object.values(newsroom.topics).filter((topic) => !topic.unlisted).length,
      subscribers: report.added,
    };
  } finally {
    await services.close();
  }
}

function sayStart(screen: Screen, start: { house: House; folder: string; made: Made }): void {
  const { house, made } = start;
  const server = (name: string) => house.notes.find((note) => note.name === name);
  screen.line(
    `Depesch needs    Node ${process.versions.node} ok    PostgreSQL ${server('postgresql')?.version} ok    Redis ${server('redis')?.version} ok`,
  );
  screen.line(`Depesch ${VERSION} demo. Folder ${start.folder}, made new. No mail leaves this machine.`);
  const servers = house.notes.map((note) => `${note.name} ${seconds(note.ms)}`).join(', ');
  screen.line(`started     ${servers}, mail inbox, ${house.processes.pids().size - 1} workers`);
  screen.line(
    `made        ${made.newsroom} (invented): ${made.accounts} accounts, ${made.topics} topics, ${number(made.subscribers)} subscribers`,
  );
}

async function publishAndWatch(run: Running): Promise<DemoReport> {
  const { services, screen } = run;
  const { newsroom } = await services.newsroom();
  const plan = await readPlan(new Date(), newsroom.timezone);
  const desk = await openNewsdesk(services, plan);
  const publishAt = await desk.schedule();
  const clock = new Intl.DateTimeFormat('sv', { timeStyle: 'medium', timeZone: newsroom.timezone }).format(publishAt);
  const first = plan.steps.filter((step) => step.kind === 'publish').length;
  screen.line(`publishing  ${first + 1} releases in Swedish and English: ${first} now, 1 by itself at ${clock}`);
  screen.line('');
  const publishing = publishSteps(run, desk, plan.steps);
  // Watched while it runs; a failure in it ends the watch too.
  publishing.catch(() => undefined);
  const progress = await watch(run, publishing);
  await publishing;
  for (const line of missingLines(progress.revisions)) screen.line(line);
  if (!run.once && !run.signal.aborted) await stay(run, desk);
  return report(run, { progress, publishAt, slug: plan.scheduled.slug });
}

async function publishSteps(run: Running, desk: Newsdesk, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    // In the past that is played here, people had their letters long before the correction came.
    if (step.kind !== 'publish') await lettersGone(run, step.slug);
    if (run.signal.aborted) return;
    await desk.take(step);
  }
}

async function lettersGone(run: Running, slug: string): Promise<void> {
  const until = performance.now() + STUCK_MS;
  while (performance.now() < until && !run.signal.aborted) {
    const progress = await loadProgress(run.services);
    const email = progress.revisions
      .filter((revision) => revision.slug === slug)
      .flatMap((revision) => revision.channels.filter((result) => result.channel === 'email'));
    if (email.every((result) => result.state !== 'owed')) return;
    await sleep(LOOK_MS, run.signal);
  }
}

/** Draws the progress until everything due is done, nothing moves any more, or the demo is ended. */
async function watch(run: Running, publishing: Promise<void>): Promise<Progress> {
  let published = false;
  let failed = false;
  void publishing.then(
    () => {
      published = true;
    },
    () => {
      failed = true;
    },
  );
  let last = '';
  let movedAt = performance.now();
  for (;;) {
    const progress = await loadProgress(run.services);
    const pids = pidsByQueue(run.house);
    run.screen.block(progressLines(progress, pids, true));
    const now = JSON.stringify(progress);
    if (now !== last) movedAt = performance.now();
    last = now;
    const over = failed || run.signal.aborted || performance.now() - movedAt > STUCK_MS;
    if (over || (published && progress.finished)) {
      if (!run.screen.interactive) for (const line of progressLines(progress, pids, false)) run.screen.line(line);
      run.screen.keepBlock();
      return progress;
    }
    await sleep(LOOK_MS, run.signal);
  }
}

/** A process may work for several queues. */
function pidsByQueue(house: House): Map<string, number> {
  const pids = house.processes.pids();
  return new Map(
    HOUSE_PROCESSES.flatMap(({ name, args }) => args.flatMap((queue) => (pids.has(name) ? [[queue, pids.get(name)!] as const] : []))),
  );
}

async function stay(run: Running, desk: Newsdesk): Promise<void> {
  const { screen, house, services } = run;
  const { baseUrl } = house.config;
  screen.line('');
  screen.line(`newsroom  ${baseUrl}/`);
  screen.line(`letters   ${baseUrl}/dev/inbox`);
  for (const [account, what] of [
    ['elin', 'writes'],
    ['jonas', 'approves'],
  ] as const) {
    screen.line(`desk      ${baseUrl}/desk/sign-in/${await createSignInLink(services.database, account)}`);
    screen.line(`          signs ${account} in once, who ${what}`);
  }
  screen.line(`feeds     ${baseUrl}/feeds/  RSS, Atom, JSON Feed, ninjs`);
  screen.line(`archive   ${run.shown}/archive/             logs: ${run.shown}/log/`);
  screen.line('');
  await runKeys({ screen, services, house, desk, signal: run.signal, showStatus: run.showStatus });
}

function report(run: Running, end: { progress: Progress; publishAt: Date; slug: string }): DemoReport {
  const { revisions, equation, finished } = end.progress;
  return {
    newsroom: run.house.config.baseUrl,
    releases: revisions,
    scheduled: { slug: end.slug, publishAt: end.publishAt.toISOString() },
    equation,
    complete:
      finished && equation.sumIsRight && revisions.every((revision) => revision.channels.every((result) => result.state === 'done')),
  };
}
