import type { Command } from 'commander';
import { listAccounts } from '../../shared/accounts/accounts.ts';
import { monotonicMs, sleep } from '../../shared/platform/clock.ts';
import { Conflict, wrongInput } from '../../shared/platform/failure.ts';
import { getDraft } from '../../shared/publishing/draft-view.ts';
import { sendTestLetter } from '../../shared/publishing/letters.ts';
import { listReleases, RELEASE_STATES, type ReleaseLine, type ReleaseState } from '../../shared/publishing/releases.ts';
import { loadStatus, type ReleaseStatus } from '../../shared/publishing/status.ts';
import { getRelease, loadNewestView } from '../../shared/release/store.ts';
import type { Services } from '../../shared/services.ts';
import type { Act, Answer, Cli } from './context.ts';
import { statusExit, statusText } from './release-status-text.ts';
import { cut, moment, table } from './text.ts';

/** A glance a second is enough for a person; a script waits for less. */
const WATCH_MS = 1_000;
const WAIT_MS = 250;
const LIST_LIMIT = 30;
const MOST_LISTED = 200;

/** `release list|show|status|test`: commands that change nothing. */
export function releaseLookCommands(release: Command, act: Act): void {
  release
    .command('list')
    .description('releases, the newest change first')
    .option('--state <state>', RELEASE_STATES.join(', '))
    .option('--limit <number>', 'how many', String(LIST_LIMIT))
    .option('--before <page>', '"next" of the page before')
    .action(act(list));
  release.command('show').description('a release as it stands: its draft, else what is public').argument('<release>').action(act(show));
  release
    .command('status')
    .description('where a release has come to: every channel, every letter. Exit status 0 all done, 3 under way, 1 failed')
    .argument('<release>')
    .option('--watch', 'keep it on the screen')
    .option('--wait', 'answer when nothing is owed any more')
    .option('--timeout <seconds>', 'wait no longer than this')
    .action(act(status));
  release.command('test').description('mail the exact letter to your own address').argument('<release>').action(act(test));
}

function list(cli: Cli, options: { state?: string; limit: string; before?: string }): Promise<Answer> {
  const state = options.state as ReleaseState | undefined;
  if (state !== undefined && !RELEASE_STATES.includes(state)) {
    throw wrongInput('--state', `"${state}" is not a state.`, `Use one of ${RELEASE_STATES.join(', ')}.`);
  }
  const limit = wholeNumber('--limit', options.limit, MOST_LISTED);
  return cli.withServices(async (services) => {
    const page = await listReleases(services.database, { state, limit, before: options.before });
    const { newsroom } = await services.newsroom();
    const rows = page.items.map((line) => listRow(line, newsroom.timezone, cli.screen.columns));
    const more = page.next === undefined ? '' : `\nmore:  --before ${page.next}`;
    return {
      text: rows.length === 0 ? 'No releases.' : `${table([['release', 'state', 'waits for', 'time', 'title'], ...rows])}${more}`,
      json: page,
    };
  });
}

function listRow(line: ReleaseLine, timezone: string, columns: number): string[] {
  const state = line.draftState !== null && line.revision !== null ? `${line.state}, correction ${line.draftState}` : line.state;
  const at = line.publishAt ?? line.publishedAt ?? line.updatedAt;
  return [line.slug, state, line.waitsFor, moment(at, timezone).slice(4, -3), cut(line.title, Math.max(20, Math.floor(columns / 3)))];
}

function show(cli: Cli, name: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const release = await getRelease(services.database, name);
    const draft = await getDraft(services, release.id);
    if (draft !== undefined) {
      const text = [
        `${draft.slug}: draft ${draft.state}, sha256 ${draft.hash}`,
        `lock version ${draft.lockVersion}`,
        ...(draft.rejection ? [`sent back: ${draft.rejection}`] : []),
        '',
        contentText(draft.content),
      ];
      return { text: text.join('\n'), json: draft };
    }
    const view = await loadNewestView(services.database, release.id);
    if (view === undefined)
      throw new Conflict('nothing_to_show', `${release.slug} has neither a draft nor a public text.`, 'Look at  ./depesch release list');
    if (view.kind === 'withdrawal') return { text: `${release.slug} is withdrawn: ${view.reason}`, json: view };
    const { assets, rendered, ...json } = view;
    return { text: `${release.slug}: revision ${view.n}, sha256 ${view.hash}\n\n${contentText(view.content)}`, json };
  });
}

function contentText(content: { title: string; lead: string; body: string }): string {
  return `${content.title}\n\n${content.lead}\n\n${content.body}`;
}

type StatusOptions = { watch?: boolean; wait?: boolean; timeout?: string };

function status(cli: Cli, name: string, options: StatusOptions): Promise<Answer> {
  return cli.withServices((services) => followStatus(cli, services, { name, ...options }));
}

/** The status now, or with `wait` when nothing is owed any more; with `watch` it stays on the screen meanwhile. */
export async function followStatus(cli: Cli, services: Services, options: StatusOptions & { name: string }): Promise<Answer> {
  const giveUpAt =
    options.timeout === undefined ? Number.POSITIVE_INFINITY : monotonicMs() + wholeNumber('--timeout', options.timeout, 86_400) * 1_000;
  const watching = options.watch === true && !cli.options.json;
  for (;;) {
    const status = await loadStatus(services, options.name);
    const text = await releaseStatusText(services, status, cli.screen.columns);
    if (watching) cli.screen.replace(text);
    // Also when one channel has failed: the others may still owe something.
    const unfinished = status.channels.some((channel) => channel.state === 'owed');
    const again = unfinished && (options.watch || options.wait) && monotonicMs() < giveUpAt;
    if (!again) return { text: watching ? '' : text, json: status, exit: statusExit(status) };
    await sleep(watching ? WATCH_MS : WAIT_MS);
  }
}

/** The status in words, with people's names and the newsroom's clock. */
export async function releaseStatusText(services: Services, status: ReleaseStatus, columns: number): Promise<string> {
  const [{ newsroom }, accounts] = await Promise.all([services.newsroom(), listAccounts(services.database)]);
  const names = new Map(accounts.map((actor) => [actor.account, actor.name]));
  return statusText(status, { now: new Date(), timezone: newsroom.timezone, columns, names });
}

function test(cli: Cli, name: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const sent = await sendTestLetter(services, await cli.actor(services), { release: name });
    return { text: `The letter goes to ${sent.to}.`, json: sent };
  });
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw wrongInput(option, `"${text}" is not a whole number from 1 to ${most}.`, `Such as: ${option} 20`);
}
