import { type Actor, demandRole } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { Conflict, InvalidInput } from '../platform/failure.ts';
import type { DraftRow, ReleaseRow } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { changeDraft, demandHash } from './approval.ts';
import { type DraftView, draftView, getDraftRow, lockRelease } from './draft-view.ts';

export type ScheduleInput = {
  readonly release: string;
  readonly hash: string;
  readonly publishAt?: Date | undefined;
  readonly publishLatest?: Date | undefined;
};

/**
 * Sets the time at which an approved draft becomes public by itself; a missed one gets a new time this way.
 * Throws Conflict unless the hash is approved, InvalidInput for a time that has passed.
 */
export async function scheduleDraft(services: Services, actor: Actor, input: ScheduleInput): Promise<DraftView> {
  demandRole(actor, ['author', 'approver'], 'schedule releases');
  const { newsroom } = await services.newsroom();
  return services.database.transaction().execute(async (tx) => {
    const release = await lockRelease(tx, input.release);
    const draft = await getDraftRow(tx, release);
    demandHash(release, draft, input.hash);
    refuseUnapproved(release, draft);
    const publishAt = input.publishAt ?? draft.publish_at;
    const publishLatest = input.publishLatest ?? (input.publishAt ? null : draft.publish_latest);
    refuseTimes(release, publishAt, publishLatest);
    await recordAudit(tx, {
      account: actor.account,
      action: 'draft.scheduled',
      release: release.id,
      detail: { at: publishAt!.toISOString() },
    });
    return changeDraft(tx, { release, newsroom, set: { state: 'scheduled', publish_at: publishAt, publish_latest: publishLatest } });
  });
}

/** Takes the time away; the approval stays. */
export async function unscheduleDraft(services: Services, actor: Actor, input: { release: string }): Promise<DraftView> {
  demandRole(actor, ['author', 'approver'], 'unschedule releases');
  const { newsroom } = await services.newsroom();
  return services.database.transaction().execute(async (tx) => {
    const release = await lockRelease(tx, input.release);
    const draft = await getDraftRow(tx, release);
    if (draft.state !== 'scheduled' && draft.state !== 'missed') return draftView(draft, release.slug, newsroom);
    await recordAudit(tx, { account: actor.account, action: 'draft.unscheduled', release: release.id });
    return changeDraft(tx, { release, newsroom, set: { state: 'approved', publish_at: null, publish_latest: null } });
  });
}

function refuseUnapproved(release: ReleaseRow, draft: DraftRow): void {
  if (release.newest_n !== null) {
    throw new Conflict(
      'already_public',
      `${release.slug} is public; a correction is published by hand`,
      `./depesch release correct ${release.slug}`,
      { release: release.id },
    );
  }
  if (draft.approved_hash === draft.hash) return;
  throw new Conflict('not_approved', `${release.slug} is not approved`, `Approve it first: ./depesch release approve ${release.slug}`, {
    state: draft.state,
  });
}

function refuseTimes(release: ReleaseRow, publishAt: Date | null, publishLatest: Date | null): void {
  const refuse = (field: string, message: string, remedy: string) => {
    throw new InvalidInput([{ at: release.slug, field, message, remedy, severity: 'error' }]);
  };
  if (!publishAt) refuse('publishAt', 'is missing.', 'Give the time, such as 2026-11-19 09:30, or publish by hand.');
  else if (publishAt.getTime() <= Date.now()) refuse('publishAt', 'has passed.', 'Give a time to come, or publish by hand.');
  if (publishAt && publishLatest && publishLatest <= publishAt)
    refuse('publishLatest', 'is not after publishAt.', 'Give a later time, or leave it out.');
}
