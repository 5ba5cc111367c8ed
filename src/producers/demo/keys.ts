import { emitKeypressEvents } from 'node:readline';
import { sleep } from '../../shared/platform/clock.ts';
import type { House } from '../../shared/platform/embedded/house.ts';
import { messageOf } from '../../shared/platform/failure.ts';
import type { Services } from '../../shared/services.ts';
import type { Newsdesk } from './newsdesk.ts';
import { loadProgress } from './progress.ts';
import { progressLines, type Screen } from './screen.ts';

type KeyRun = {
  readonly screen: Screen;
  readonly services: Services;
  readonly house: House;
  readonly desk: Newsdesk;
  readonly signal: AbortSignal;
  readonly showStatus: (services: Services, slug: string) => Promise<string>;
};

/** The letters' worker is killed once so many letters of the run have been accepted: in the middle, not at an end. */
const KILL_AFTER_LETTERS = 25;
const LOOK_MS = 20;
const LONGEST_RUN_MS = 180_000;

/** Answers the keys p, k, s and q until q or the signal. Without a terminal it only waits for the signal. */
export async function runKeys(run: KeyRun): Promise<void> {
  if (!run.screen.interactive || !process.stdin.isTTY) {
    await new Promise((resolve) =>
      run.signal.aborted ? resolve(undefined) : run.signal.addEventListener('abort', resolve, { once: true }),
    );
    return;
  }
  run.screen.line('p  publish one more release and watch it go out');
  run.screen.line("k  kill -9 the letters' worker in the middle of a run");
  run.screen.line('s  status of the last release            q  quit');
  let busy: Promise<void> | undefined;
  await new Promise<void>((resolve) => {
    const onKey = (_text: string, key: { name?: string; ctrl?: boolean }) => {
      if (key.name === 'q' || (key.ctrl && key.name === 'c')) return end();
      busy ??= act(run, key.name)
        .catch((error) => run.screen.line(messageOf(error)))
        .finally(() => {
          busy = undefined;
        });
    };
    function end(): void {
      process.stdin.off('keypress', onKey);
      process.stdin.setRawMode(false);
      process.stdin.pause();
      resolve();
    }
    emitKeypressEvents(process.stdin);
    process.stdin.setRawMode(true);
    process.stdin.resume();
    process.stdin.on('keypress', onKey);
    run.signal.addEventListener('abort', end, { once: true });
  });
  await busy;
}

async function act(run: KeyRun, key: string | undefined): Promise<void> {
  switch (key) {
    case 'p':
      return publishMore(run, false);
    case 'k':
      return publishMore(run, true);
    case 's':
      return showLast(run);
  }
}

async function publishMore(run: KeyRun, killing: boolean): Promise<void> {
  const { screen, services, house, desk } = run;
  const published = await desk.publishOneMore();
  screen.line('');
  screen.line(`published ${house.config.baseUrl}/releases/${published.slug}/`);
  if (killing) await killInTheMiddle(run, published.release);
  const until = performance.now() + LONGEST_RUN_MS;
  for (;;) {
    const progress = await loadProgress(services);
    screen.block(progressLines(progress, house.processes.pids(), true));
    if (progress.finished || run.signal.aborted || performance.now() > until) break;
    await sleep(LOOK_MS * 5, run.signal);
  }
  screen.keepBlock();
}

async function killInTheMiddle(run: KeyRun, release: string): Promise<void> {
  const until = performance.now() + LONGEST_RUN_MS;
  while (performance.now() < until && !run.signal.aborted) {
    const row = await run.services.database
      .selectFrom('deliveries')
      .select((rows) => rows.fn.countAll<number>().as('count'))
      .where('release', '=', release)
      .where('state', '=', 'accepted')
      .executeTakeFirstOrThrow();
    if (Number(row.count) >= KILL_AFTER_LETTERS) break;
    await sleep(LOOK_MS, run.signal);
  }
  const pid = run.house.processes.pids().get('delivery');
  if (!run.house.processes.kill('delivery', 'SIGKILL')) return;
  run.screen.line(`kill -9   pid ${pid}, the letters' worker: started again, its journal says what left`);
}

async function showLast(run: KeyRun): Promise<void> {
  const row = await run.services.database
    .selectFrom('revisions')
    .innerJoin('releases', 'releases.id', 'revisions.release')
    .select('releases.slug')
    .orderBy('revisions.publication', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return;
  run.screen.line('');
  for (const line of (await run.showStatus(run.services, row.slug)).split('\n')) run.screen.line(line);
}
