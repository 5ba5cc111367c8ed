import { approveDraft, submitDraft } from '../../src/shared/publishing/approval.ts';
import { type DraftView, getDraft } from '../../src/shared/publishing/draft-view.ts';
import { createDraft, updateDraft } from '../../src/shared/publishing/drafts.ts';
import { correctRelease, type Published, publishRelease, withdrawRelease } from '../../src/shared/publishing/publish.ts';
import { ReleaseContent } from '../../src/shared/release/content.ts';
import { getRelease } from '../../src/shared/release/store.ts';
import type { InventedPublication } from './invented-releases.ts';
import type { World } from './world.ts';

/** Helper verbs of tests that live in a newsroom: what elin and jonas do all day. */
type Desk = Pick<World, 'services' | 'elin' | 'jonas'>;

/** A plain Swedish release without pictures; every text can be told from every other's by `mark`. */
export function plainContent(overrides: Partial<Record<keyof ReleaseContent, unknown>> = {}, mark = 'Bibliotek'): ReleaseContent {
  return ReleaseContent.parse({
    language: 'sv',
    title: `${mark} får nya öppettider`,
    lead: `Från måndag är ${mark} öppet även på kvällarna.`,
    body: `De nya tiderna gäller till juni. ${mark} stänger klockan 20.`,
    topics: ['naringsliv'],
    ...overrides,
  });
}

/** Writes, submits and approves; the draft can be published by its hash. */
export async function approvedDraft(desk: Desk, content: ReleaseContent): Promise<DraftView> {
  const draft = await createDraft(desk.services, desk.elin, { content });
  return approve(desk, draft.release);
}

async function approve(desk: Desk, release: string): Promise<DraftView> {
  const { hash } = await submitDraft(desk.services, desk.elin, { release });
  return approveDraft(desk.services, desk.jonas, { release, hash });
}

export async function publish(desk: Desk, content: ReleaseContent): Promise<Published> {
  const { release, hash } = await approvedDraft(desk, content);
  return publishRelease(desk.services, desk.jonas, { release, hash });
}

export type Correction = { kind: 'minor' | 'major'; note?: string; conceal?: boolean };

/** An approved correction, not yet published. */
export async function approvedCorrection(desk: Desk, release: string, content: ReleaseContent): Promise<DraftView> {
  const draft = await getDraft(desk.services, release);
  await updateDraft(desk.services, desk.elin, { release, content, lockVersion: draft?.lockVersion ?? 0 });
  return approve(desk, release);
}

export async function correct(desk: Desk, release: string, content: ReleaseContent, correction: Correction): Promise<Published> {
  const { hash } = await approvedCorrection(desk, release, content);
  return correctRelease(desk.services, desk.jonas, { release, hash, note: 'Tiden var fel.', ...correction });
}

export async function withdraw(desk: Desk, release: string, reason = 'Beslutet var inte justerat.'): Promise<Published> {
  return withdrawRelease(desk.services, desk.jonas, { release, reason });
}

/** Carries out, through the use cases, what an invented newsroom published. */
export async function publishInvented(desk: Desk, made: InventedPublication): Promise<Published> {
  const { services, elin, jonas } = desk;
  const { content, kind, slug, publishedAt } = made;
  if (kind === 'first') {
    const { release, hash } = await approvedDraft(desk, content!);
    return publishRelease(services, jonas, { release, hash, publishedAt });
  }
  const { id: release } = await getRelease(services.database, slug);
  if (kind === 'withdrawal') return withdrawRelease(services, jonas, { release, reason: made.note!, publishedAt });
  const { hash } = await approvedCorrection({ services, elin, jonas }, release, content!);
  return correctRelease(services, jonas, { release, hash, kind, note: made.note ?? '', conceal: made.conceal, publishedAt });
}
