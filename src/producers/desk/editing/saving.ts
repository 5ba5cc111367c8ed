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
/** Within this time, another text with the same headline comes from a page that the browser's back button brought up again. */
const BACK_MS = 60 * 60_000;
/** The newest drafts among which it would be. */
const NEWEST = 5;
const SAME_TITLE = 'same_title';

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

/** The draft that has to be looked at before this text can be saved: somebody changed it in the meantime, or it has the same headline. */
export function draftInTheWay(error: unknown, release: string | undefined): string | undefined {
  if (isOldVersion(error)) return release;
  return error instanceof Conflict && error.code === SAME_TITLE ? String(error.fields.slug) : undefined;
}

function isOldVersion(error: unknown): boolean {
  return error instanceof Conflict && error.code === 'lock_version';
}

/** New drafts that are being saved, by writer and text. */
const saving = new Map<string, Promise<string>>();

async function createOnce(services: Services, actor: Actor, { hash, ...draft }: DraftInput & { readonly hash: string }): Promise<string> {
  const name = `${actor.account} ${hash}`;
  const under = saving.get(name);
  if (under) return under;
  const saved = findTwin(services, actor, { title: draft.content.title, hash }).then(
    async (twin) => twin ?? (await createDraft(services, actor, draft)).slug,
  );
  saving.set(name, saved);
  return saved.finally(() => saving.delete(name));
}

type Twin = { readonly title: string; readonly hash: string };

/** The draft that holds this text already. Throws Conflict when a draft of the same person has its headline and another text. */
async function findTwin(services: Services, actor: Actor, { title, hash }: Twin): Promise<string | undefined> {
  const { items } = await listReleases(services.database, { state: 'editing', limit: NEWEST });
  const own = items.filter(({ author, updatedAt }) => author === actor.account && updatedAt.getTime() > Date.now() - BACK_MS);
  for (const { slug, updatedAt } of own) {
    if (updatedAt.getTime() > Date.now() - TWICE_MS && (await getDraft(services, slug))?.hash === hash) return slug;
  }
  const same = own.find((draft) => draft.title === title);
  if (same === undefined) return undefined;
  const { slug } = same;
  throw new Conflict(SAME_TITLE, `the draft ${slug} has this headline`, 'Change that one, or choose another headline.', { slug });
}
