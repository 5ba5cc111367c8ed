import type { Command } from 'commander';
import type { Actor } from '../../shared/accounts/actor.ts';
import { Conflict, wrongInput } from '../../shared/platform/failure.ts';
import { retryChannel } from '../../shared/publishing/channels.ts';
import { type DraftView, getDraft } from '../../shared/publishing/draft-view.ts';
import { updateDraft } from '../../shared/publishing/drafts.ts';
import { correctRelease, type Published, publishRelease, withdrawRelease } from '../../shared/publishing/publish.ts';
import { scheduleDraft, unscheduleDraft } from '../../shared/publishing/schedule.ts';
import { momentOf } from '../../shared/release/dates.ts';
import { getRelease, loadNewestView } from '../../shared/release/store.ts';
import { LocalMoment } from '../../shared/release/values.ts';
import type { Services } from '../../shared/services.ts';
import type { Act, Answer, Cli } from './context.ts';
import { draftAnswer, meantDraft, publishCommand } from './release-draft.ts';
import { isFile, keepFile, readFile } from './release-file.ts';
import { followStatus } from './release-look.ts';
import { type Finish, takeSteps } from './release-steps.ts';
import { moment } from './text.ts';

/** `release publish|correct|withdraw|schedule|unschedule|retry`: what the public notices. */
export function releasePublishCommands(release: Command, act: Act): void {
  release
    .command('publish')
    .description('publish a file or a draft: takes every step you may take and stops, by name, at the one that needs somebody else')
    .argument('<file or release>')
    .option('--wait', 'answer when every channel is done')
    .action(act(publish));
  release
    .command('correct')
    .description('publish a correction of a public release')
    .argument('<release>')
    .argument('[file]', 'the corrected text; left out: the approved draft')
    .option('--minor', 'no letter goes out')
    .option('--major', 'mailed to everyone who got the wrong text')
    .option('--note <text>', 'what was wrong, for readers')
    .option('--conceal', 'the earlier text and its notes are shown nowhere any more')
    .option('--wait', 'answer when every channel is done')
    .action(act(correct));
  release
    .command('withdraw')
    .description('take a release back in every channel')
    .argument('<release>')
    .requiredOption('--reason <text>', 'why, for readers: it stands in place of the page')
    .option('--wait', 'answer when every channel is done')
    .action(act(withdraw));
  release
    .command('schedule')
    .description('let an approved release become public by itself')
    .argument('<release>')
    .option('--at <moment>', 'newsroom time, such as "2026-11-19 09:30"; left out: as the file says')
    .option('--latest <moment>', 'later than this a person decides')
    .option('--hash <hash>', 'the SHA-256 you have read, or its beginning')
    .action(act(schedule));
  release.command('unschedule').description('take the time away; the approval stays').argument('<release>').action(act(unschedule));
  release.command('retry').description('try a channel again at once').argument('<release>').argument('<channel>').action(act(retry));
}

type Wait = { wait?: boolean };

function publish(cli: Cli, target: string, options: Wait): Promise<Answer> {
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    const kept = isFile(target) ? await keepFile(cli, services, { actor, file: target }) : await findDraft(services, target);
    const finish: Finish = (draft) => publishRelease(services, actor, { release: draft.release, hash: draft.hash });
    if ('public' in kept)
      return published(cli, services, { answer: await publishRelease(services, actor, kept.public), wait: options.wait });
    const command = `./depesch release publish ${kept.draft.slug}`;
    return advance(cli, services, { actor, draft: kept.draft, finish, command, wait: options.wait });
  });
}

/** The draft of a release, or, when it has none, its public text: publishing that again changes nothing. */
async function findDraft(services: Services, name: string): Promise<{ draft: DraftView } | { public: { release: string; hash: string } }> {
  const release = await getRelease(services.database, name);
  const draft = await getDraft(services, release.id);
  if (draft !== undefined) return { draft };
  const view = await loadNewestView(services.database, release.id);
  if (view === undefined || view.kind === 'withdrawal')
    throw new Conflict('no_draft', `${release.slug} has no draft.`, 'A withdrawn release stays withdrawn; write a new one.');
  return { public: { release: release.id, hash: view.hash } };
}

type Advance = {
  actor: Actor;
  draft: DraftView;
  finish: Finish;
  /** What takes the steps that are left: for whoever goes on. */
  command: string;
  /** What it is a draft of. */
  what?: 'correction';
  wait: boolean | undefined;
};

async function advance(cli: Cli, services: Services, input: Advance): Promise<Answer> {
  const steps = await takeSteps(services, input);
  if (steps.kind === 'public') return published(cli, services, { answer: steps.published, wait: input.wait });
  const { slug, state, hash } = steps.draft;
  const text =
    steps.kind === 'scheduled'
      ? draftAnswer(steps.draft).text
      : `${input.what ? `the ${input.what} of ` : ''}${slug} is ${state}, not public yet (sha256 ${hash.slice(0, 10)}…).\n${steps.why}\n  ${steps.remedy}`;
  return { text, json: { ...steps.draft, stopped: steps.kind === 'scheduled' ? 'scheduled' : steps.step }, exit: 3 };
}

type CorrectOptions = Wait & { minor?: boolean; major?: boolean; note?: string; conceal?: boolean };

function correct(cli: Cli, name: string, file: string | undefined, options: CorrectOptions): Promise<Answer> {
  if (options.minor === options.major) {
    throw wrongInput('--minor or --major', 'must be said.', '--minor sends no letter; --major is mailed to those who got the wrong text.');
  }
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    const release = await getRelease(services.database, name);
    let draft = await getDraft(services, release.id);
    if (file !== undefined) {
      const read = await readFile(cli, services, file);
      draft = await updateDraft(services, actor, { release: release.id, ...read, lockVersion: draft?.lockVersion ?? 0 });
    }
    if (draft === undefined)
      throw new Conflict(
        'no_draft',
        `${release.slug} has no correction to publish.`,
        `Name the corrected file:  ./depesch release correct ${release.slug} FILE`,
      );
    const kind = options.major ? 'major' : 'minor';
    const finish: Finish = ({ hash }) =>
      correctRelease(services, actor, { release: release.id, hash, kind, note: options.note ?? '', conceal: options.conceal === true });
    const command = `./depesch release correct ${release.slug}${correctOptions(options)}`;
    return advance(cli, services, { actor, draft, finish, command, what: 'correction', wait: options.wait });
  });
}

/** The options of a correction as somebody else types them again. */
function correctOptions({ major, note, conceal }: CorrectOptions): string {
  const said = note === undefined ? '' : ` --note '${note.replaceAll("'", "'\\''")}'`;
  return `${major ? ' --major' : ' --minor'}${said}${conceal ? ' --conceal' : ''}`;
}

function withdraw(cli: Cli, name: string, options: Wait & { reason: string }): Promise<Answer> {
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    const release = await getRelease(services.database, name);
    const answer = await withdrawRelease(services, actor, { release: release.id, reason: options.reason });
    return published(cli, services, { answer, verb: 'withdrawn', wait: options.wait });
  });
}

type Done = { answer: Published; verb?: 'withdrawn'; wait: boolean | undefined };

async function published(cli: Cli, services: Services, input: Done): Promise<Answer> {
  const { slug, revision, publishedAt, repeated } = input.answer;
  if (input.wait) return followStatus(cli, services, { name: input.answer.release, wait: true });
  const { newsroom } = await services.newsroom();
  const when = `${moment(publishedAt, newsroom.timezone)}${repeated ? ', as before: nothing has changed' : ''}`;
  const address = `${services.config.baseUrl}/releases/${slug}/`;
  return {
    text: `${slug}: revision ${revision} ${input.verb ?? 'public'} since ${when}\n${address}\nfollow it:  ./depesch release status ${slug} --watch`,
    json: input.answer,
  };
}

function schedule(cli: Cli, name: string, options: { at?: string; latest?: string; hash?: string }): Promise<Answer> {
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    const { newsroom } = await services.newsroom();
    const { release, hash } = await meantDraft(services, name, options.hash);
    const publishAt = readMoment('--at', options.at, newsroom.timezone);
    const publishLatest = readMoment('--latest', options.latest, newsroom.timezone);
    const draft = await scheduleDraft(services, actor, { release, hash, publishAt, publishLatest });
    return { text: `${draft.slug}: public by itself ${moment(draft.publishAt!, newsroom.timezone)} (${newsroom.timezone})`, json: draft };
  });
}

function readMoment(field: string, text: string | undefined, timezone: string): Date | undefined {
  if (text === undefined) return undefined;
  const read = LocalMoment.safeParse(text);
  if (read.success) return momentOf(read.data, timezone);
  throw wrongInput(field, `"${text}" is not a time.`, `Such as: ${field} "2026-11-19 09:30"`);
}

function unschedule(cli: Cli, name: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    const release = await getRelease(services.database, name);
    const draft = await unscheduleDraft(services, actor, { release: release.id });
    return draftAnswer(draft, `Publish it:  ${publishCommand(release)}`);
  });
}

function retry(cli: Cli, name: string, channel: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const { revision } = await retryChannel(services, await cli.actor(services), { release: name, channel });
    return { text: `${channel} of ${name}, revision ${revision}: owed again, due now`, json: { release: name, channel, revision } };
  });
}
