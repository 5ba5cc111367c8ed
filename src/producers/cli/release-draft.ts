import type { Command } from 'commander';
import { releaseTemplate } from '../../shared/intake/template.ts';
import { Conflict, formatProblem, wrongInput } from '../../shared/platform/failure.ts';
import { approveDraft, rejectDraft, submitDraft } from '../../shared/publishing/approval.ts';
import { type DraftView, getDraft } from '../../shared/publishing/draft-view.ts';
import { createDraft, updateDraft } from '../../shared/publishing/drafts.ts';
import { INTERFACE_LANGUAGES, type InterfaceLanguage } from '../../shared/release/newsroom/newsroom.ts';
import { getRelease } from '../../shared/release/store.ts';
import type { Services } from '../../shared/services.ts';
import type { Act, Answer, Cli } from './context.ts';
import { checkFile, readFile } from './release-file.ts';
import { moment } from './text.ts';

/** Fewer hex digits do not name a text for certain. */
const SHORTEST_HASH = 8;

/** `release template|check|new|update|submit|approve|reject`: a draft's way to approval. */
export function releaseDraftCommands(release: Command, act: Act): void {
  release
    .command('template')
    .description('print a release file to begin with')
    .option('--language <language>', INTERFACE_LANGUAGES.join(' or '), 'sv')
    .action(act(template));
  release
    .command('check')
    .description('read a release file and say what is wrong with it; nothing is kept')
    .argument('<file>')
    .action(act(check));
  release.command('new').description('keep a release file as a new draft').argument('<file>').action(act(create));
  release
    .command('update')
    .description("replace a draft's text; of a public release: begin a correction")
    .argument('<release>')
    .argument('<file>')
    .option('--lock-version <number>', 'refuse when somebody else has changed it since')
    .action(act(update));
  release.command('submit').description('hand a draft to an approver').argument('<release>').action(act(submit));
  release
    .command('approve')
    .description('say yes to the text as it stands, or to the hash you have read')
    .argument('<release>')
    .option('--hash <hash>', 'the SHA-256 you have read, or its beginning')
    .action(act(approve));
  release
    .command('reject')
    .description('send a draft back to its author')
    .argument('<release>')
    .requiredOption('--reason <text>', 'what to change')
    .action(act(reject));
}

async function template(_cli: Cli, options: { language: string }): Promise<Answer> {
  const language = INTERFACE_LANGUAGES.find((known) => known === options.language);
  if (language === undefined) {
    throw wrongInput('--language', `"${options.language}" has no template.`, `Use ${INTERFACE_LANGUAGES.join(' or ')}.`);
  }
  const text = releaseTemplate(language satisfies InterfaceLanguage).trimEnd();
  return { text, json: { language, text } };
}

async function check(cli: Cli, file: string): Promise<Answer> {
  const { content, problems, publishAt } = await checkFile(cli, file);
  const lines = [...problems.map(formatProblem), `${file} can be published.`];
  return { text: lines.join('\n'), json: { file, content, publishAt: publishAt ?? null, problems } };
}

function create(cli: Cli, file: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    const read = await readFile(cli, services, file);
    const draft = await createDraft(services, actor, read);
    return draftAnswer(draft, `Submit it:  ./depesch release submit ${draft.slug}`);
  });
}

function update(cli: Cli, name: string, file: string, options: { lockVersion?: string }): Promise<Answer> {
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    const release = await getRelease(services.database, name);
    const draft = await getDraft(services, release.id);
    const lockVersion = options.lockVersion === undefined ? (draft?.lockVersion ?? 0) : Number(options.lockVersion);
    const read = await readFile(cli, services, file);
    const updated = await updateDraft(services, actor, { release: release.id, ...read, lockVersion });
    return draftAnswer(updated, `Submit it:  ./depesch release submit ${updated.slug}`);
  });
}

function submit(cli: Cli, name: string): Promise<Answer> {
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    const release = await getRelease(services.database, name);
    const next = `Approve it:  ./depesch release approve ${release.slug}`;
    return draftAnswer(await submitDraft(services, actor, { release: release.id }), next);
  });
}

function approve(cli: Cli, name: string, options: { hash?: string }): Promise<Answer> {
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    const { release, hash } = await meantDraft(services, name, options.hash);
    const next = `Publish it:  ${publishCommand(await getRelease(services.database, release))}`;
    return draftAnswer(await approveDraft(services, actor, { release, hash }), next);
  });
}

function reject(cli: Cli, name: string, { reason }: { reason: string }): Promise<Answer> {
  return cli.withServices(async (services) => {
    const actor = await cli.actor(services);
    const release = await getRelease(services.database, name);
    return draftAnswer(await rejectDraft(services, actor, { release: release.id, reason }));
  });
}

/** The draft and the hash the caller means: the one named, else the text as it stands now. Throws NotFound, Conflict. */
export async function meantDraft(
  services: Services,
  name: string,
  named: string | undefined,
): Promise<{ release: string; hash: string; draft: DraftView }> {
  const release = await getRelease(services.database, name);
  const draft = await getDraft(services, release.id);
  if (draft === undefined) {
    throw new Conflict('no_draft', `${release.slug} has no draft.`, `Change it first:  ./depesch release update ${release.slug} FILE`);
  }
  const wanted = named?.trim().toLowerCase();
  const begins = wanted !== undefined && wanted.length >= SHORTEST_HASH && draft.hash.startsWith(wanted);
  // A hash that is not the draft's goes on as it is: the use case refuses it and says both.
  return { release: release.id, hash: wanted === undefined || begins ? draft.hash : wanted, draft };
}

/** The command that makes this draft public: the first time, or as a correction. */
export function publishCommand({ slug, newest_n }: { slug: string; newest_n: number | null }): string {
  return newest_n === null ? `./depesch release publish ${slug}` : `./depesch release correct ${slug} --minor or --major, --note TEXT`;
}

/** A draft in a line, and below it the next step, unless the clock takes it. */
export function draftAnswer(draft: DraftView, next = ''): Answer {
  const step = next === '' || draft.state === 'scheduled' ? '' : `\n${next}`;
  return { text: `${draft.slug}: ${draft.state}${timeText(draft)}, sha256 ${draft.hash}${step}`, json: draft };
}

function timeText({ state, publishAt, content: { timezone = 'UTC' } }: DraftView): string {
  if (state !== 'scheduled' || publishAt === null) return '';
  const when = `${moment(publishAt, timezone)} (${timezone})`;
  return publishAt.getTime() > Date.now() ? `, to be public ${when}` : `, due since ${when}`;
}
