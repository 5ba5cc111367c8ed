import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Actor } from '../../shared/accounts/actor.ts';
import { checkingFiles, type ReadRelease, readReleaseFile, storingFiles } from '../../shared/intake/release-file.ts';
import { Conflict, formatProblem } from '../../shared/platform/failure.ts';
import { type DraftView, getDraft } from '../../shared/publishing/draft-view.ts';
import { createDraft, updateDraft } from '../../shared/publishing/drafts.ts';
import { freezeContent } from '../../shared/release/freeze.ts';
import { contentHash } from '../../shared/release/hash.ts';
import type { Newsroom } from '../../shared/release/newsroom/newsroom.ts';
import { readNewsroomFile } from '../../shared/release/newsroom/newsroom-file.ts';
import { slugOf } from '../../shared/release/slugs.ts';
import { findRelease, loadNewestView } from '../../shared/release/store.ts';
import type { Services } from '../../shared/services.ts';
import type { Cli } from './context.ts';
import { newsroomFile } from './newsroom-source.ts';

/** True when the argument names a file rather than a release. */
export function isFile(argument: string): boolean {
  return /\.(md|markdown|json)$/i.test(argument) || (existsSync(argument) && statSync(argument).isFile());
}

/** Reads a release file, and keeps its pictures and attachments. Advice goes to the screen. Throws InvalidInput with file and line. */
export async function readFile(cli: Cli, services: Services, file: string): Promise<ReadRelease> {
  const { newsroom } = await services.newsroom();
  const keep = storingFiles(services.database, { dataDir: services.config.dataDir, limits: newsroom.limits });
  const read = await readReleaseFile(resolve(file), { resolve: keep, newsroom });
  for (const problem of read.problems) cli.screen.note(formatProblem(problem));
  return read;
}

/** Reads a release file and everything it names, and keeps nothing. With a newsroom file at hand it needs no server. */
export async function checkFile(cli: Cli, file: string): Promise<ReadRelease> {
  const source = newsroomFile(cli.config());
  const newsroom =
    source === undefined
      ? await cli.withServices(async (services) => (await services.newsroom()).newsroom)
      : await readNewsroomFile(source);
  return readReleaseFile(resolve(file), { resolve: checkingFiles({ limits: newsroom.limits }), newsroom });
}

/**
 * Keeps a file as the draft it means: the one of its slug (or of its title's) that is not public, else a new one. A text that is a draft's already
 * leaves its approval alone. Throws Conflict when the file would change a public release.
 */
export async function keepFile(
  cli: Cli,
  services: Services,
  input: { actor: Actor; file: string },
): Promise<{ draft: DraftView } | { public: { release: string; hash: string } }> {
  const read = await readFile(cli, services, input.file);
  const { newsroom } = await services.newsroom();
  const existing = await findRelease(services.database, read.content.slug ?? slugOf(read.content.title));
  if (existing === undefined) return { draft: await createDraft(services, input.actor, read) };
  const draft = await getDraft(services, existing.id);
  if (existing.newest_n !== null)
    return { public: await demandSame(services, { release: existing.id, slug: existing.slug, read, newsroom }) };
  if (draft === undefined) return { draft: await createDraft(services, input.actor, read) };
  if (isSame(draft.hash, read, newsroom)) return { draft };
  return { draft: await updateDraft(services, input.actor, { release: existing.id, ...read, lockVersion: draft.lockVersion }) };
}

/** Before submission a draft has the hash of the file's text, afterwards that of the frozen one. */
function isSame(hash: string, read: ReadRelease, newsroom: Newsroom): boolean {
  return hash === contentHash(read.content) || hash === contentHash(freezeContent(read.content, newsroom));
}

type Public = { release: string; slug: string; read: ReadRelease; newsroom: Newsroom };

/** The public text is this file's: publishing it again changes nothing. Throws Conflict when it is another. */
async function demandSame(services: Services, { release, slug, read, newsroom }: Public): Promise<{ release: string; hash: string }> {
  const view = await loadNewestView(services.database, release);
  const same = view !== undefined && view.kind !== 'withdrawal' && isSame(view.hash, read, newsroom);
  if (same && view.kind === 'first') return { release, hash: view.hash };
  if (same)
    throw new Conflict('already_public', `${slug} is public with this very text, by a correction.`, 'There is nothing to publish.', {
      release,
    });
  throw new Conflict(
    'already_public',
    `${slug} is ${view?.kind === 'withdrawal' ? 'withdrawn' : 'public with another text'}.`,
    `To correct it:  ./depesch release correct ${slug} FILE --minor or --major\nFor a new release with the same title give the file a slug of its own:  slug: ${slug}-2`,
    { release },
  );
}
