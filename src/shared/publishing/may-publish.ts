import { sql } from 'kysely';
import { type Actor, CLOCK } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { Conflict } from '../platform/failure.ts';
import { formatMoment } from '../release/dates.ts';
import type { Tx } from '../schema/database.ts';
import type { DraftRow, ReleaseRow, RevisionKind } from '../schema/tables.ts';
import { demandHash } from './approval.ts';

/* What must be true of a release and its draft before it is published. Everything here is asked while the release's row is held. */

/** Throws Conflict when a release as it stands cannot be published in that way. */
export function refuseKind(release: ReleaseRow, kind: RevisionKind): void {
  const fields = { release: release.id };
  if (release.newest_kind === 'withdrawal') {
    throw new Conflict('withdrawn', `${release.slug} was withdrawn`, 'A withdrawn release stays withdrawn; write a new release.', fields);
  }
  if (kind === 'first' && release.newest_n !== null) {
    throw new Conflict(
      'already_public',
      `${release.slug} is public`,
      `Publish the change as a correction: ./depesch release correct ${release.slug}`,
      fields,
    );
  }
  if (kind !== 'first' && release.newest_n === null) {
    throw new Conflict(
      'not_public',
      `${release.slug} is not public yet`,
      `Publish it first: ./depesch release publish ${release.slug}`,
      fields,
    );
  }
}

/** Throws Conflict unless the request names the approved text, and the time is not the clock's to keep. */
export function demandApproved(release: ReleaseRow, draft: DraftRow, request: { readonly hash: string; readonly actor: Actor }): void {
  demandHash(release, draft, request.hash);
  if (draft.approved_hash !== draft.hash) {
    throw new Conflict(
      'not_approved',
      `${release.slug} is not approved`,
      `An approver reads and approves it first: ./depesch release approve ${release.slug}`,
      { state: draft.state },
    );
  }
  if (draft.state === 'scheduled' && request.actor !== CLOCK) {
    throw new Conflict(
      'scheduled',
      `${release.slug} becomes public by itself ${timeText(draft, draft.publish_at)}`,
      `To publish it now, take the time away first: ./depesch release unschedule ${release.slug}`,
      { release: release.id },
    );
  }
}

/** The draft of a release that was late, refused: a person decides. */
export function missedConflict(release: ReleaseRow, draft: DraftRow): Conflict {
  const { slug } = release;
  return new Conflict(
    'missed',
    `${slug} was not published in time (${timeText(draft, draft.publish_latest ?? draft.publish_at)})`,
    `Decide: ./depesch release schedule ${slug} --at TIME gives it a new time; ./depesch release unschedule ${slug} takes the time away, then publish it by hand.`,
    { release: release.id },
  );
}

/** A moment on the clock that the draft's times are written in; approval has frozen it into the text. */
function timeText(draft: DraftRow, at: Date | null): string {
  if (at === null) return 'at a time not given';
  const { timezone = 'UTC' } = draft.content as { timezone?: string };
  return `${formatMoment(at, 'en', timezone)} (${timezone})`;
}

/** The clock looked at the draft before it held the release: a person may have taken the time away meanwhile, or given a later one. */
export async function demandDue(tx: Tx, release: ReleaseRow): Promise<void> {
  const row = await tx
    .selectFrom('drafts')
    .select('release')
    .where('release', '=', release.id)
    .where('state', '=', 'scheduled')
    .where('publish_at', '<=', sql<Date>`clock_timestamp()`)
    .executeTakeFirst();
  if (row) return;
  throw new Conflict('not_due', `${release.slug} is not due any more`, 'Nothing to do: its time was changed or taken away.', {
    release: release.id,
  });
}

/** Past publishLatest nothing fires by itself or by an old request: the draft is missed and a person decides. */
export async function isTooLate(tx: Tx, draft: DraftRow): Promise<boolean> {
  if (draft.state === 'missed') return true;
  const row = await tx
    .updateTable('drafts')
    .set({ state: 'missed', lock_version: sql`lock_version + 1` })
    .where('release', '=', draft.release)
    .where('publish_latest', '<', sql<Date>`clock_timestamp()`)
    .returning('release')
    .executeTakeFirst();
  if (row) await recordAudit(tx, { account: null, action: 'draft.missed', release: draft.release });
  return row !== undefined;
}
