import { sql } from 'kysely';
import { namesWithRole } from '../accounts/accounts.ts';
import { type Actor, demandRole } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { Conflict, Forbidden, InvalidInput, type Problem, problemWith, wrongInput } from '../platform/failure.ts';
import { checkContent } from '../release/check.ts';
import { ReleaseContent } from '../release/content.ts';
import { getAssets } from '../release/files/assets.ts';
import { freezeContent } from '../release/freeze.ts';
import { contentHash } from '../release/hash.ts';
import { assetsOf } from '../release/store.ts';
import type { Tx } from '../schema/database.ts';
import type { DraftRow, ReleaseRow } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { type DraftView, draftView, getDraftRow, lockRelease } from './draft-view.ts';

/** Hands a draft to an approver. Boilerplate and address are frozen into it now, so that the approved hash covers them. */
export async function submitDraft(services: Services, actor: Actor, input: { release: string }): Promise<DraftView> {
  demandRole(actor, ['author'], 'submit releases');
  const { newsroom } = await services.newsroom();
  return services.database.transaction().execute(async (tx) => {
    const release = await lockRelease(tx, input.release);
    const draft = await getDraftRow(tx, release);
    if (draft.state !== 'editing') return draftView(draft, release.slug, newsroom);
    const { content, missing } = await withStoredFiles(tx, freezeContent(ReleaseContent.parse(draft.content), newsroom));
    const errors = [...checkContent(content, newsroom).filter((problem) => problem.severity === 'error'), ...missing];
    if (errors.length > 0) throw new InvalidInput(errors);
    const hash = contentHash(content);
    await recordAudit(tx, { account: actor.account, action: 'draft.submitted', release: release.id, detail: { hash } });
    return changeDraft(tx, { release, newsroom, set: { content: JSON.stringify(content), hash, state: 'submitted', rejection: null } });
  });
}

/**
 * What an attachment is, and how large, is what the store says, not the sender. Who names a file by hash may name one that nobody stored: the page
 * would lack it, and the archive could not keep the release.
 */
async function withStoredFiles(tx: Tx, content: ReleaseContent): Promise<{ content: ReleaseContent; missing: Problem[] }> {
  const stored = await getAssets(tx, assetsOf(content));
  const missing = (['images', 'attachments'] as const).flatMap((list) =>
    content[list].flatMap(({ asset, name }, index) =>
      stored.has(asset) ? [] : problemWith(`${list}[${index}]`, `"${name}" is not stored here.`, 'Add the file again.'),
    ),
  );
  const attachments = content.attachments.map((file) => {
    const { mediaType, bytes } = stored.get(file.asset) ?? file;
    return { ...file, mediaType, bytes };
  });
  return { content: { ...content, attachments }, missing };
}

/**
 * Says yes to one hash. With a time to publish at, the draft is scheduled by the same act. A repeat gets the same answer.
 * Throws Forbidden under four eyes for whoever changed the text, Conflict when the hash is not the submitted one.
 */
export async function approveDraft(services: Services, actor: Actor, input: { release: string; hash: string }): Promise<DraftView> {
  demandRole(actor, ['approver'], 'approve releases');
  const { newsroom } = await services.newsroom();
  return services.database.transaction().execute(async (tx) => {
    const release = await lockRelease(tx, input.release);
    const draft = await getDraftRow(tx, release);
    if (newsroom.approval === 'four-eyes' && draft.editors.includes(actor.account)) await refuseOwnApproval(tx, actor, release);
    demandHash(release, draft, input.hash);
    if (draft.approved_hash === input.hash) return draftView(draft, release.slug, newsroom);
    if (draft.state !== 'submitted') {
      throw new Conflict('not_submitted', `${release.slug} is not submitted`, `Submit it first: ./depesch release submit ${release.slug}`, {
        state: draft.state,
      });
    }
    await recordAudit(tx, { account: actor.account, action: 'draft.approved', release: release.id, detail: { hash: input.hash } });
    return changeDraft(tx, {
      release,
      newsroom,
      set: {
        state: draft.publish_at ? 'scheduled' : 'approved',
        approved_hash: input.hash,
        approver: actor.account,
        approved_at: sql<Date>`clock_timestamp()`,
      },
    });
  });
}

/** Sends a submitted or approved draft back to its author with a reason. */
export async function rejectDraft(services: Services, actor: Actor, input: { release: string; reason: string }): Promise<DraftView> {
  demandRole(actor, ['approver'], 'send releases back');
  const { newsroom } = await services.newsroom();
  const reason = input.reason.trim();
  if (reason === '') {
    throw wrongInput('reason', 'is empty.', 'Tell the author what to change.');
  }
  return services.database.transaction().execute(async (tx) => {
    const release = await lockRelease(tx, input.release);
    const draft = await getDraftRow(tx, release);
    if (draft.state === 'editing') {
      throw new Conflict(
        'not_submitted',
        `${release.slug} is not submitted`,
        'There is nothing to send back; the author is still writing.',
        { state: draft.state },
      );
    }
    await recordAudit(tx, { account: actor.account, action: 'draft.rejected', release: release.id, detail: { reason } });
    return changeDraft(tx, {
      release,
      newsroom,
      set: { state: 'editing', approved_hash: null, approver: null, approved_at: null, rejection: reason },
    });
  });
}

/** Throws Conflict unless the hash is the draft's. */
export function demandHash(release: ReleaseRow, draft: DraftRow, hash: string): void {
  if (draft.hash === hash) return;
  throw new Conflict(
    'hash',
    `${release.slug} has changed: its text has the hash ${draft.hash.slice(0, 12)}…, the request names ${hash.slice(0, 12)}…`,
    'Read the text again and name the hash you have read.',
    { stored: draft.hash, yours: hash },
  );
}

/** Writes into a draft whose release is locked; every change counts in its lock version. */
export async function changeDraft(
  tx: Tx,
  // biome-ignore lint/suspicious/noExplicitAny: kysely's own type of an update cannot be named without its builder.
  change: { release: ReleaseRow; newsroom: Parameters<typeof draftView>[2]; set: Record<string, any> },
): Promise<DraftView> {
  const row = await tx
    .updateTable('drafts')
    .set({ ...change.set, lock_version: sql`lock_version + 1`, updated_at: sql`clock_timestamp()` })
    .where('release', '=', change.release.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx.updateTable('releases').set({ changed_at: row.updated_at }).where('id', '=', change.release.id).execute();
  return draftView(row, change.release.slug, change.newsroom);
}

async function refuseOwnApproval(tx: Tx, actor: Actor, release: ReleaseRow): Promise<never> {
  const others = await namesWithRole(tx, 'approver', actor.account);
  throw new Forbidden(
    'own_approval',
    `${release.slug} cannot be approved by ${actor.name}, who wrote it. Others who may: ${others.join(', ') || 'nobody yet'}.`,
    'Alone? Set approval: single in newsroom.yaml.',
    { release: release.id, others },
  );
}
