import { namesOfAccounts } from '../../shared/accounts/accounts.ts';
import { listAudit } from '../../shared/accounts/audit.ts';
import type { Markup } from '../../shared/platform/markup.ts';
import { type DraftView, getDraft } from '../../shared/publishing/draft-view.ts';
import { loadStatus } from '../../shared/publishing/status.ts';
import type { Services } from '../../shared/services.ts';
import { loadDraftChanges } from './changes-panel.ts';
import type { DeskContext, Visitor } from './context.ts';
import { nextStep } from './next-step.ts';
import { loadPreview } from './preview-bytes.ts';
import { isFramed, type Part, type PreviewView } from './previews.ts';
import type { ReleasePage } from './release.ts';

/** A screen of the audit; older lines come page by page. */
const AUDIT_LINES = 25;

export type PageWish = {
  readonly visitor: Visitor;
  readonly release: string;
  readonly part: Part;
  readonly auditBefore: number | undefined;
  readonly message: Markup | undefined;
};

/** Reads everything a release's page shows. Throws NotFound. */
export async function loadReleasePage(services: Services, context: DeskContext, wish: PageWish): Promise<ReleasePage> {
  const status = await loadStatus(services, wish.release);
  const [draft, names, lines] = await Promise.all([
    getDraft(services, status.release),
    loadNames(services),
    listAudit(services.database, { release: status.release, limit: AUDIT_LINES + 1, before: wish.auditBefore }),
  ]);
  const shown = lines.slice(0, AUDIT_LINES);
  const older = lines.length > AUDIT_LINES ? `/desk/releases/${status.slug}?show=${wish.part}&before=${shown.at(-1)!.id}#audit` : undefined;
  return {
    status,
    draft,
    names,
    next: nextStep({ actor: wish.visitor.actor, newsroom: context.publisher.newsroom, draft, status }),
    changes: await loadDraftChanges(services, draft, context.publisher.newsroom),
    preview: await previewView(services, { slug: status.slug, part: wish.part, draft, published: status.revision !== null }),
    audit: { lines: shown, older, names },
    message: wish.message,
  };
}

/** Names of accounts by id; an organisation has tens of them. */
export async function loadNames(services: Services): Promise<Map<string, string>> {
  return namesOfAccounts(services.database);
}

type PreviewWish = { readonly slug: string; readonly part: Part; readonly draft: DraftView | undefined; readonly published: boolean };

async function previewView(services: Services, wish: PreviewWish): Promise<PreviewView> {
  const { slug, part, draft, published } = wish;
  // What stands in a frame is fetched by the frame.
  const text = isFramed(part) ? undefined : (await loadPreview(services, slug, part)).body;
  return { slug, part, shows: draft === undefined ? 'published' : published ? 'correction' : 'draft', text };
}
