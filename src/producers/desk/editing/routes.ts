import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { demandRole } from '../../../shared/accounts/actor.ts';
import { InvalidInput, wrongInput } from '../../../shared/platform/failure.ts';
import { getAssets } from '../../../shared/release/files/assets.ts';
import type { Services } from '../../../shared/services.ts';
import type { DeskContext, Visitor } from '../context.ts';
import { refusalOf } from '../messages.ts';
import { holds } from '../next-step.ts';
import type { Form } from '../perform.ts';
import { contextOf, demandOwnForm, sendPage } from '../session.ts';
import type { VisitorOf } from '../visitors.ts';
import { type Editor, renderEditor } from './editor.ts';
import { type Arranged, addFiles, arrange } from './files.ts';
import { formOf, versionOf, wishOf } from './form.ts';
import { draftInTheWay, saveForm } from './saving.ts';
import { readText, type Text } from './text.ts';
import { acceptFiles, type Chosen, FORM_BYTES } from './uploads.ts';

type Route = { Params: { release?: string }; Body: Form | undefined };
type Request = FastifyRequest<Route>;

/** Making the sizes of some large pictures, one after the other. */
const UPLOAD_MS = 300_000;

/** Writing a new release, changing a draft, and beginning a correction of what is public: one page, with the use cases of files and API. */
export async function editingRoutes(app: FastifyInstance, services: Services, visitorOf: VisitorOf): Promise<void> {
  const filesOf = await acceptFiles(app, services);
  const show = async (request: Request, reply: FastifyReply) => {
    const visitor = visitorOf(request);
    const text = await readText(services, request.params.release);
    if (text === undefined || !holds(visitor.actor, 'author')) return reply.redirect(placeOf(text, request), 303);
    const context = await contextOf(services, request, visitor);
    return sendEditor(services, reply, { context, editor: { ...text, message: undefined } });
  };
  const keep = async (request: Request, reply: FastifyReply) => {
    const visitor = visitorOf(request);
    const context = await contextOf(services, request, visitor);
    const done = await carryOut(services, request, { context, visitor, chosen: filesOf(request) });
    if (done.kind === 'saved') return reply.redirect(`/desk/releases/${done.slug}?done=saved`, 303);
    const text = await readText(services, request.params.release);
    if (text === undefined) return reply.redirect(placeOf(undefined, request), 303);
    // What was typed is not lost, and it is still a change to the version that was read.
    const editor = { ...text, ...done.page, lockVersion: versionOf(request.body ?? {}) };
    return sendEditor(services, reply, { context, editor, status: done.status });
  };
  for (const path of ['/desk/new', '/desk/releases/:release/edit']) {
    app.get<Route>(path, show);
    app.post<Route>(path, { bodyLimit: FORM_BYTES, handlerTimeout: UPLOAD_MS }, keep);
  }
}

function placeOf(text: Text | undefined, { params }: Request): string {
  const slug = text?.release?.slug ?? params.release;
  return slug === undefined ? '/desk/' : `/desk/releases/${encodeURIComponent(slug)}`;
}

type Sent = { readonly context: DeskContext; readonly editor: Omit<Editor, 'assets'>; readonly status?: number | undefined };

async function sendEditor(services: Services, reply: FastifyReply, { context, editor, status }: Sent): Promise<FastifyReply> {
  const { images, attachments } = editor.form;
  const hashes = [...images, ...attachments].map(({ asset = '' }) => asset);
  const assets = await getAssets(services.database, hashes);
  return sendPage(reply, renderEditor(context, { ...editor, assets }), status);
}

/** The draft is saved, or the page comes back: with another order or new files, or with what has to be put right. */
type Done =
  | { readonly kind: 'saved'; readonly slug: string }
  | { readonly kind: 'back'; readonly page: Arranged & Pick<Editor, 'message' | 'newer' | 'again'>; readonly status?: number };

type Sender = { readonly context: DeskContext; readonly visitor: Visitor; readonly chosen: readonly Chosen[] };

/** Does what the pressed button says. New files are in the form, and stored, before anything else can be refused: none has to be sent twice. */
async function carryOut(services: Services, request: Request, { context, visitor, chosen }: Sender): Promise<Done> {
  const { actor } = visitor;
  const { words } = context;
  const typed = request.body ?? {};
  const wish = wishOf(typed);
  let form = formOf(typed);
  let note: Arranged['note'];
  let again = chosen.map(({ name }) => name);
  try {
    demandOwnForm(request, visitor);
    demandRole(actor, ['author'], 'write releases');
    if (wish.kind === 'add' && chosen.length === 0) throw wrongInput(wish.list, 'no file is chosen.', 'Choose one, then press the button.');
    const { problems, ...added } = await addFiles(services, actor, { form, chosen });
    ({ form, note } = added);
    again = [];
    if (problems.length > 0) throw new InvalidInput(problems);
    if (wish.kind === 'add') return { kind: 'back', page: { ...added, message: undefined } };
    if (wish.kind !== 'save') return { kind: 'back', page: { ...arrange(form, wish), message: undefined } };
    const { release } = request.params;
    const slug = await saveForm(services, actor, { release, form, lockVersion: versionOf(typed), name: words.editing.fields });
    return { kind: 'saved', slug };
  } catch (error) {
    const { status, message } = refusalOf(words, error);
    return { kind: 'back', page: { form, note, again, message, newer: draftInTheWay(error, request.params.release) }, status };
  }
}
