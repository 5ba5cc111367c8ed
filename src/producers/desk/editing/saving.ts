import type { Actor } from '../../../shared/accounts/actor.ts';
import type { ReleaseForm } from '../../../shared/intake/raw-release.ts';
import { parseReleaseForm } from '../../../shared/intake/release-file.ts';
import { Conflict } from '../../../shared/platform/failure.ts';
import { getDraft } from '../../../shared/publishing/draft-view.ts';
import { createDraft, type DraftInput, updateDraft } from '../../../shared/publishing/drafts.ts';
import { listReleases } from '../../../shared/publishing/releases.ts';
import { contentHash } from '../../../shared/release/hash.ts';
import type { Services } from '../../../shared/services.ts';

/** Who presses twice means once: the same new text of the same person within this time is the same draft. */
const TWICE_MS = 60_000;
/** The newest drafts among which it would be. */
const NEWEST = 5;

export type Saving = {
  /** Undefined for a new one. */
  readonly release: string | undefined;
  readonly form: ReleaseForm;
  readonly lockVersion: number;
  /** What stands in front of the line numbers of the fields. */
  readonly name: string;
};

/** Saves through the use case and gives the slug. The second of two presses finds its text saved already and is content with it. */
export async function saveForm(services: Services, actor: Actor, { release, form, lockVersion, name }: Saving): Promise<string> {
  const { newsroom } = await services.newsroom();
  const read = parseReleaseForm(form, { name, newsroom });
  const hash = contentHash(read.content);
  if (release === undefined) return createOnce(services, actor, { ...read, hash });
  try {
    return (await updateDraft(services, actor, { ...read, release, lockVersion })).slug;
  } catch (error) {
    const stored = isOldVersion(error) ? await getDraft(services, release) : undefined;
    if (stored?.hash === hash) return stored.slug;
    throw error;
  }
}

/** Somebody else saved another text in the meantime. */
export function isOldVersion(error: unknown): boolean {
  return error instanceof Conflict && error.code === 'lock_version';
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
