import { z } from 'zod';
import { parseReleaseJson, parseReleaseText, type ReadRelease } from '../../../shared/intake/release-file.ts';
import { Conflict, wrongInput } from '../../../shared/platform/failure.ts';
import { getDraft } from '../../../shared/publishing/draft-view.ts';
import { createDraft, updateDraft } from '../../../shared/publishing/drafts.ts';
import { listReleases, RELEASE_STATES } from '../../../shared/publishing/releases.ts';
import { absolute, releasePath } from '../../../shared/release/addresses.ts';
import { ReleaseContent } from '../../../shared/release/content.ts';
import { getRelease, loadNewestView } from '../../../shared/release/store.ts';
import type { ReleaseRow } from '../../../shared/schema/tables.ts';
import type { Services } from '../../../shared/services.ts';
import { RELEASE_BYTES } from '../limits.ts';
import { BadRequest } from '../problem.ts';
import { DraftAnswer, pageOf, ReleaseAnswer, ReleaseLineAnswer } from './answers.ts';
import { type Call, operation } from './operation.ts';
import { PageQuery } from './paging.ts';

const times = {
  publishAt: z.string().optional().describe('`YYYY-MM-DD HH:MM`, newsroom time.'),
  publishLatest: z.string().optional().describe('Later than this a person decides.'),
};
const NewRelease = ReleaseContent.extend(times);
const lockVersion = z.coerce
  .number()
  .int()
  .nonnegative()
  .describe('lockVersion of the draft that was read; 0 opens the draft of a correction.');
const ChangedRelease = NewRelease.extend({ lockVersion });

const RELEASE_FILE = z
  .string()
  .describe('A release file: Markdown with YAML front matter. Pictures are uploaded first and named by `asset:`.');

const list = operation({
  method: 'GET',
  path: '/releases',
  summary: 'Releases, the newest change first.',
  query: PageQuery.extend({ state: z.enum(RELEASE_STATES).optional() }),
  status: 200,
  answer: pageOf(ReleaseLineAnswer),
  handle: ({ services, query }) => listReleases(services.database, query),
});

const create = operation({
  method: 'POST',
  path: '/releases',
  summary: 'Save a new draft.',
  rawBody: { 'application/json': NewRelease, 'text/markdown': RELEASE_FILE },
  bodyLimit: RELEASE_BYTES,
  status: 201,
  answer: DraftAnswer,
  handle: async (call) => {
    const { read } = readBody(call, false);
    const draft = await createDraft(call.services, call.actor, {
      content: read.content,
      publishAt: read.publishAt,
      publishLatest: read.publishLatest,
    });
    call.reply.header('location', `/api/releases/${draft.release}`);
    return draft;
  },
});

const show = operation({
  method: 'GET',
  path: '/releases/:release',
  summary: 'A release: its draft and its newest public revision.',
  status: 200,
  answer: ReleaseAnswer,
  handle: async ({ services, params }) => {
    const release = await getRelease(services.database, params.release!);
    const [draft, newest] = await Promise.all([getDraft(services, release.id), showPublic(services, release)]);
    return { release: release.id, slug: release.slug, language: release.language, draft: draft ?? null, public: newest };
  },
});

const update = operation({
  method: 'PUT',
  path: '/releases/:release',
  summary: "Replace a draft's text, or open the draft of a correction.",
  description: 'Any approval is void. Another lockVersion than the stored one gives 409 naming both.',
  query: z.strictObject({ lockVersion: lockVersion.optional().describe('For bodies that are release files.') }),
  rawBody: { 'application/json': ChangedRelease, 'text/markdown': RELEASE_FILE },
  bodyLimit: RELEASE_BYTES,
  status: 200,
  answer: DraftAnswer,
  handle: async (call) => {
    const { read, version } = readBody(call, true);
    return updateDraft(call.services, call.actor, {
      release: call.params.release!,
      content: read.content,
      publishAt: read.publishAt,
      publishLatest: read.publishLatest,
      lockVersion: version,
    });
  },
});

export const releaseOperations = [list, create, show, update];

/** What the public sees; a withdrawn release shows its reason and nothing of its text (promise 9). */
async function showPublic(services: Services, release: ReleaseRow) {
  const view = release.newest_n === null ? undefined : await loadNewestView(services.database, release.id);
  if (!view) return null;
  const url = absolute(services.config.baseUrl, releasePath(view.slug));
  const shown = { revision: view.n, kind: view.kind, publishedAt: view.publishedAt, url };
  if (view.kind === 'withdrawal') return { ...shown, hash: null, reason: view.reason };
  return { ...shown, hash: view.hash, content: view.content };
}

type Body = { read: ReadRelease; version: number };

/** A release as JSON, or as the Markdown file people write. Both go through the reader of release files. */
function readBody(call: Call<unknown, unknown>, changes: boolean): Body {
  const inQuery = (call.query as { lockVersion?: number } | undefined)?.lockVersion;
  if (typeof call.request.body === 'string')
    return { read: parseReleaseText(call.request.body, 'body'), version: versionOf(inQuery, changes) };
  const body = call.request.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new BadRequest('not_an_object', 'the body is not a JSON object');
  const { lockVersion: inBody, ...release } = body as Record<string, unknown>;
  if (!changes && inBody !== undefined)
    throw new Conflict('new_has_no_version', 'a new release has no lockVersion', 'Change an existing one with PUT /api/releases/ID.');
  return { read: parseReleaseJson(release), version: versionOf(inBody ?? inQuery, changes) };
}

function versionOf(given: unknown, wanted: boolean): number {
  const parsed = lockVersion.safeParse(given);
  if (parsed.success && given !== '' && given !== null) return parsed.data;
  if (!wanted) return 0;
  throw wrongInput('lockVersion', 'is missing.', 'Send the lockVersion of the draft you read, so that nobody’s change is lost.');
}
