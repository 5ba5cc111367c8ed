import { sql } from 'kysely';
import { type Actor, demandRole } from '../accounts/actor.ts';
import { recordAudit } from '../accounts/audit.ts';
import { Conflict, InvalidInput, type Problem, problemWith, wrongInput } from '../platform/failure.ts';
import { checkContent } from '../release/check.ts';
import type { ReleaseContent } from '../release/content.ts';
import { momentOf } from '../release/dates.ts';
import { contentHash } from '../release/hash.ts';
import { findTranslationRoot } from '../release/links.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import type { Tx } from '../schema/database.ts';
import type { DraftRow, ReleaseRow } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { type DraftView, draftView, findDraftRow, lockRelease } from './draft-view.ts';
import { reserveSlug } from './slug-reservation.ts';

export type DraftInput = {
  readonly content: ReleaseContent;
  /** Newsroom wall time; absent means published by hand. */
  readonly publishAt?: string | undefined;
  readonly publishLatest?: string | undefined;
};

/** Saves a new release as a draft. Throws InvalidInput, Forbidden. */
export async function createDraft(services: Services, actor: Actor, input: DraftInput): Promise<DraftView> {
  demandRole(actor, ['author'], 'write releases');
  const { newsroom } = await services.newsroom();
  refuseErrors(input.content, newsroom);
  const times = readTimes(input, newsroom);
  return services.database.transaction().execute(async (tx) => {
    const translationOf = await resolveTranslation(tx, input.content);
    const slug = await reserveSlug(tx, { content: input.content, newsroom });
    const release = await tx
      .insertInto('releases')
      .values({ slug, slug_chosen: input.content.slug !== undefined, language: input.content.language, translation_of: translationOf })
      .returningAll()
      .executeTakeFirstOrThrow();
    const draft = await insertDraft(tx, { release: release.id, content: input.content, ...times, account: actor.account });
    await recordAudit(tx, { account: actor.account, action: 'draft.created', release: release.id, detail: { hash: draft.hash } });
    return draftView(draft, slug, newsroom);
  });
}

/**
 * Replaces a draft's text; any approval is void. For a public release without a draft it opens the draft of a correction (lockVersion 0).
 * Throws Conflict `lock_version` naming both versions, InvalidInput, Forbidden, NotFound.
 */
export async function updateDraft(
  services: Services,
  actor: Actor,
  input: DraftInput & { release: string; lockVersion: number },
): Promise<DraftView> {
  demandRole(actor, ['author'], 'write releases');
  const { newsroom } = await services.newsroom();
  refuseErrors(input.content, newsroom);
  const times = readTimes(input, newsroom);
  return services.database.transaction().execute(async (tx) => {
    const release = await lockRelease(tx, input.release);
    const current = await findDraftRow(tx, release.id);
    refuseOldVersion(release, current, input.lockVersion);
    refuseOnPublic(release, input);
    const slug = release.newest_n === null ? await reserveSlug(tx, { content: input.content, newsroom, release }) : release.slug;
    const translationOf = await resolveTranslation(tx, input.content);
    await tx
      .updateTable('releases')
      .set({
        slug,
        language: input.content.language,
        slug_chosen: input.content.slug !== undefined,
        changed_at: sql`clock_timestamp()`,
        // A public release keeps what readers see until its correction is published.
        ...(release.newest_n === null ? { translation_of: translationOf } : {}),
      })
      .where('id', '=', release.id)
      .execute();
    const draft = current
      ? await replaceDraft(tx, current, { content: input.content, ...times, account: actor.account })
      : await insertDraft(tx, { release: release.id, content: input.content, ...times, account: actor.account });
    await recordAudit(tx, {
      account: actor.account,
      action: 'draft.changed',
      release: release.id,
      detail: { hash: draft.hash, lockVersion: draft.lock_version },
    });
    return draftView(draft, slug, newsroom);
  });
}

function refuseErrors(content: ReleaseContent, newsroom: Newsroom): void {
  const errors = checkContent(content, newsroom, 'draft').filter((problem) => problem.severity === 'error');
  if (errors.length > 0) throw new InvalidInput(errors);
}

function readTimes(input: DraftInput, newsroom: Newsroom): { publishAt: Date | null; publishLatest: Date | null } {
  const publishAt = input.publishAt === undefined ? null : momentOf(input.publishAt, newsroom.timezone);
  const publishLatest = input.publishLatest === undefined ? null : momentOf(input.publishLatest, newsroom.timezone);
  if (publishLatest && publishAt && publishLatest <= publishAt) {
    throw wrongInput(
      'publishLatest',
      `${input.publishLatest} is not after publishAt ${input.publishAt}.`,
      'Give a later time, or leave it out: then the newsroom’s lateness decides.',
    );
  }
  return { publishAt, publishLatest };
}

async function resolveTranslation(tx: Tx, content: ReleaseContent): Promise<string | null> {
  const root = await findTranslationRoot(tx, content.translationOf);
  if (root !== undefined) return root;
  throw wrongInput(
    'translationOf',
    `"${content.translationOf}" is not a release of this newsroom.`,
    'Name the slug of the release this one translates: ./depesch release list',
  );
}

type DraftText = { content: ReleaseContent; publishAt: Date | null; publishLatest: Date | null; account: string };

async function insertDraft(tx: Tx, input: DraftText & { release: string }): Promise<DraftRow> {
  return tx
    .insertInto('drafts')
    .values({
      release: input.release,
      content: JSON.stringify(input.content),
      hash: contentHash(input.content),
      author: input.account,
      editors: [input.account],
      state: 'editing',
      publish_at: input.publishAt,
      publish_latest: input.publishLatest,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function replaceDraft(tx: Tx, current: DraftRow, input: DraftText): Promise<DraftRow> {
  return tx
    .updateTable('drafts')
    .set({
      content: JSON.stringify(input.content),
      hash: contentHash(input.content),
      editors: [...new Set([...current.editors, input.account])],
      state: 'editing',
      approved_hash: null,
      approver: null,
      approved_at: null,
      publish_at: input.publishAt,
      publish_latest: input.publishLatest,
      lock_version: current.lock_version + 1,
      updated_at: sql`clock_timestamp()`,
    })
    .where('release', '=', current.release)
    .returningAll()
    .executeTakeFirstOrThrow();
}

function refuseOldVersion(release: ReleaseRow, current: DraftRow | undefined, yours: number): void {
  const stored = current?.lock_version ?? 0;
  if (stored === yours) return;
  throw new Conflict(
    'lock_version',
    `${release.slug} is at version ${stored}, the change was made to version ${yours}`,
    'Read it again, put your change into the newer text and save that.',
    { stored, yours, release: release.id },
  );
}

function refuseOnPublic(release: ReleaseRow, input: DraftInput): void {
  if (release.newest_n === null) return;
  if (release.newest_kind === 'withdrawal') {
    throw new Conflict('withdrawn', `${release.slug} was withdrawn`, 'A withdrawn release stays withdrawn; write a new release.', {
      release: release.id,
    });
  }
  const problems: Problem[] = [];
  const fixed = (field: string, message: string, remedy: string) => problems.push(problemWith(field, message, remedy));
  if (input.content.slug !== undefined && input.content.slug !== release.slug) {
    fixed('slug', `is fixed as ${release.slug} since the first publication.`, 'Leave slug out.');
  }
  if (input.content.language !== release.language) {
    fixed(
      'language',
      `is ${release.language} since the first publication.`,
      'Make a release of its own for another language, with translationOf.',
    );
  }
  if (input.publishAt !== undefined)
    fixed('publishAt', 'cannot stand in a correction.', 'Remove it; a correction is published by hand: release correct.');
  if (problems.length > 0) throw new InvalidInput(problems);
}
