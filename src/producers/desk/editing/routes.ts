import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../../shared/accounts/actor.ts';
import type { ReleaseForm } from '../../../shared/intake/raw-release.ts';
import { releaseFields } from '../../../shared/intake/release-fields.ts';
import { parseReleaseForm } from '../../../shared/intake/release-file.ts';
import { Conflict } from '../../../shared/platform/failure.ts';
import { type DraftView, getDraft } from '../../../shared/publishing/draft-view.ts';
import { createDraft, type DraftInput, updateDraft } from '../../../shared/publishing/drafts.ts';
import { listReleases } from '../../../shared/publishing/releases.ts';
import { formatTime, localDay } from '../../../shared/release/dates.ts';
import { contentHash } from '../../../shared/release/hash.ts';
import { getRelease, loadNewestView } from '../../../shared/release/store.ts';
import type { Services } from '../../../shared/services.ts';
import { refusalOf } from '../messages.ts';
import { holds } from '../next-step.ts';
import type { Form } from '../perform.ts';
import { contextOf, demandOwnForm, sendPage } from '../session.ts';
import type { VisitorOf } from '../visitors.ts';
import { type EditedRelease, type Editor, renderEditor } from './editor.ts';

type Text = Pick<Editor, 'release' | 'form' | 'lockVersion'>;
type Request = FastifyRequest<{ Params: { release?: string }; Body: Form | undefined }>;

/** The longest text a newsroom may allow, with every å, ä and ö written as six signs; it only keeps memory safe from nonsense. */
const FORM_BYTES = 2 * 1024 * 1024;
/** Who presses twice means once: the same new text of the same person within this time is the same draft. */
const TWICE_MS = 60_000;
/** The newest drafts among which it would be. */
const NEWEST = 5;

/** Writing a new release, changing a draft, and beginning a correction of what is public: one page, with the use cases of files and API. */
export function editingRoutes(app: FastifyInstance, services: Services, visitorOf: VisitorOf): void {
  const show = async (request: Request, reply: FastifyReply) => {
    const visitor = visitorOf(request);
    const text = request.params.release === undefined ? await newText(services) : await textOf(services, request.params.release);
    if (text === undefined || !holds(visitor.actor, 'author')) return reply.redirect(placeOf(text?.release, request), 303);
    return sendPage(reply, renderEditor(await contextOf(services, request, visitor), { ...text, message: undefined }));
  };
  const keep = async (request: Request, reply: FastifyReply) => {
    const visitor = visitorOf(request);
    const context = await contextOf(services, request, visitor);
    const typed = request.body ?? {};
    try {
      demandOwnForm(request, visitor);
      const slug = await save(services, visitor.actor, { release: request.params.release, typed, name: context.words.editing.fields });
      return reply.redirect(`/desk/releases/${slug}?done=saved`, 303);
    } catch (error) {
      const { status, message } = refusalOf(context.words, error);
      const text = request.params.release === undefined ? await newText(services) : await textOf(services, request.params.release);
      if (text === undefined) return reply.redirect(placeOf(undefined, request), 303);
      // What was typed is not lost, and it is still a change to the version that was read.
      const back = { ...text, form: formOf(typed), lockVersion: versionOf(typed), message, newer: isOldVersion(error) };
      return sendPage(reply, renderEditor(context, back), status);
    }
  };
  for (const path of ['/desk/new', '/desk/releases/:release/edit']) {
    app.get<{ Params: { release?: string }; Body: Form | undefined }>(path, show);
    app.post<{ Params: { release?: string }; Body: Form | undefined }>(path, { bodyLimit: FORM_BYTES }, keep);
  }
}

function placeOf(release: EditedRelease | undefined, { params }: Request): string {
  const slug = release?.slug ?? params.release;
  return slug === undefined ? '/desk/' : `/desk/releases/${encodeURIComponent(slug)}`;
}

async function newText(services: Services): Promise<Text> {
  const { newsroom } = await services.newsroom();
  const fields = `language: ${newsroom.languages[0]}\ntopics: []\n`;
  return { release: undefined, form: { title: '', lead: '', body: '', fields }, lockVersion: 0 };
}

/** The draft, else what is public; undefined for a withdrawn release, which stays as it is. Throws NotFound. */
async function textOf(services: Services, name: string): Promise<Text | undefined> {
  const release = await getRelease(services.database, name);
  const draft = await getDraft(services, release.id);
  const view = draft ? undefined : await loadNewestView(services.database, release.id);
  const content = draft?.content ?? (view && view.kind !== 'withdrawal' ? view.content : undefined);
  if (content === undefined || release.newest_kind === 'withdrawal') return undefined;
  const { title, lead, body, language } = content;
  return {
    release: { slug: release.slug, title, language, public: release.newest_n !== null, draft: draft?.state },
    form: { title, lead, body, fields: releaseFields(content, await timesOf(services, draft)) },
    lockVersion: draft?.lockVersion ?? 0,
  };
}

/** On the newsroom's clock, as people write them. */
async function timesOf(services: Services, draft: DraftView | undefined): Promise<Pick<DraftInput, 'publishAt' | 'publishLatest'>> {
  const { timezone } = (await services.newsroom()).newsroom;
  const local = (at: Date | null | undefined) => (at ? `${localDay(at, timezone)} ${formatTime(at, 'en', timezone)}` : undefined);
  return { publishAt: local(draft?.publishAt), publishLatest: local(draft?.publishLatest) };
}

type Wish = { readonly release: string | undefined; readonly typed: Form; readonly name: string };

/** Saves through the use case. The second of two presses finds its text saved already and is content with it. */
async function save(services: Services, actor: Actor, { release, typed, name }: Wish): Promise<string> {
  const { newsroom } = await services.newsroom();
  const read = parseReleaseForm(formOf(typed), { name, newsroom });
  const hash = contentHash(read.content);
  if (release === undefined) return createOnce(services, actor, { ...read, hash });
  try {
    return (await updateDraft(services, actor, { ...read, release, lockVersion: versionOf(typed) })).slug;
  } catch (error) {
    const stored = isOldVersion(error) ? await getDraft(services, release) : undefined;
    if (stored?.hash === hash) return stored.slug;
    throw error;
  }
}

/** New drafts that are being saved, by writer and text. */
const saving = new Map<string, Promise<string>>();

async function createOnce(services: Services, actor: Actor, { hash, ...draft }: DraftInput & { readonly hash: string }): Promise<string> {
  const name = `${actor.account} ${hash}`;
  const under = saving.get(name);
  if (under) return under;
  const saved = findTwin(services, actor, hash).then(async (twin) => twin ?? (await createDraft(services, actor, draft)).slug);
  saving.set(name, saved);
  return saved.finally(() => saving.delete(name));
}

async function findTwin(services: Services, actor: Actor, hash: string): Promise<string | undefined> {
  const { items } = await listReleases(services.database, { state: 'editing', limit: NEWEST });
  for (const { slug, author, updatedAt } of items) {
    if (author !== actor.account || updatedAt.getTime() < Date.now() - TWICE_MS) continue;
    if ((await getDraft(services, slug))?.hash === hash) return slug;
  }
  return undefined;
}

function formOf({ title = '', lead = '', body = '', fields = '' }: Form): ReleaseForm {
  return { title, lead, body, fields };
}

function versionOf({ lockVersion = '' }: Form): number {
  return /^\d{1,9}$/.test(lockVersion) ? Number(lockVersion) : 0;
}

function isOldVersion(error: unknown): boolean {
  return error instanceof Conflict && error.code === 'lock_version';
}
