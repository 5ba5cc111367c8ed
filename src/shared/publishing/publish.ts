import { type Actor, CLOCK, demandRole } from '../accounts/actor.ts';
import { Conflict, wrongInput } from '../platform/failure.ts';
import { ReleaseContent } from '../release/content.ts';
import type { Tx } from '../schema/database.ts';
import type { ReleaseRow, RevisionKind } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import { findDraftRow, getDraftRow, lockRelease } from './draft-view.ts';
import { demandApproved, demandDue, isTooLate, missedConflict, refuseKind } from './may-publish.ts';
import { type NewRevision, writeRevision } from './revision.ts';
import { wakeChannels } from './wake.ts';

/** What became public. `repeated`: it already was, this request changed nothing. */
export type Published = Omit<NewRevision, 'channels' | 'urgent'>;

/** For importers and the demo alone: when it happened elsewhere. No door to the outside sets it. */
type BackDated = { readonly publishedAt?: Date | undefined };

export type PublishInput = BackDated & { readonly release: string; readonly hash: string };

/**
 * Makes an approved draft public: revision 1. One transaction, then one wake-up per channel.
 * Throws Conflict when the hash is not the approved one, when the release is public or withdrawn, scheduled, or past its publishLatest.
 */
export async function publishRelease(services: Services, actor: Actor, input: PublishInput): Promise<Published> {
  if (actor !== CLOCK) demandRole(actor, ['author', 'approver'], 'publish releases');
  return publishDraft(services, { actor, kind: 'first', changeNote: null, conceal: false, ...input });
}

export type CorrectInput = PublishInput & { readonly kind: 'minor' | 'major'; readonly note: string; readonly conceal?: boolean };

/**
 * Publishes an approved correction. `minor`: no letter. `major`: needs a public note and is mailed to those who got the wrong text.
 * `conceal` keeps every earlier text and note out of history, diff, letters, feeds and API (promise 9).
 */
export async function correctRelease(services: Services, actor: Actor, input: CorrectInput): Promise<Published> {
  demandRole(actor, ['approver'], 'publish corrections');
  const note = input.note.trim();
  if (input.kind === 'major' && note === '') {
    throw wrongInput(
      'note',
      'is empty.',
      'Say in a sentence what was wrong and is right now; readers see it on the page and in the letter.',
    );
  }
  return publishDraft(services, { ...input, actor, changeNote: note || null, conceal: input.conceal === true });
}

/** Takes a release back in every channel, by one approver, with a public reason. A repeat gets the same answer. */
export async function withdrawRelease(
  services: Services,
  actor: Actor,
  input: BackDated & { release: string; reason: string },
): Promise<Published> {
  demandRole(actor, ['approver'], 'withdraw releases');
  const reason = input.reason.trim();
  if (reason === '') {
    throw wrongInput('reason', 'is empty.', 'Say in a sentence why; readers see it in place of the page.');
  }
  const { newsroom } = await services.newsroom();
  const published = await services.database.transaction().execute(async (tx) => {
    const release = await lockRelease(tx, input.release);
    if (release.newest_n === null) {
      throw new Conflict('not_public', `${release.slug} is not public`, 'A draft is changed or left; only a public release is withdrawn.', {
        release: release.id,
      });
    }
    if (release.newest_kind === 'withdrawal') return repeat(tx, release);
    return writeRevision(tx, {
      release,
      actor: actor.account,
      kind: 'withdrawal',
      author: actor.account,
      approver: actor.account,
      changeNote: reason,
      conceal: true,
      publishedAt: input.publishedAt,
      channels: newsroom.channels,
    });
  });
  return announce(services, published);
}

type DraftPublication = PublishInput & {
  actor: Actor;
  kind: Exclude<RevisionKind, 'withdrawal'>;
  changeNote: string | null;
  conceal: boolean;
};

async function publishDraft(services: Services, input: DraftPublication): Promise<Published> {
  const { newsroom } = await services.newsroom();
  const result = await services.database.transaction().execute(async (tx) => {
    const release = await lockRelease(tx, input.release);
    const already = await alreadyPublic(tx, release, input);
    if (already) return already;
    refuseKind(release, input.kind);
    const draft = await getDraftRow(tx, release);
    demandApproved(release, draft, input);
    if (input.actor === CLOCK) await demandDue(tx, release);
    if (await isTooLate(tx, draft)) return { missed: draft, release } as const;
    return writeRevision(tx, {
      release,
      actor: input.actor.account,
      kind: input.kind,
      author: draft.author,
      approver: draft.approver!,
      content: ReleaseContent.parse(draft.content),
      hash: draft.hash,
      changeNote: input.changeNote,
      conceal: input.conceal,
      publishedAt: input.publishedAt,
      channels: newsroom.channels,
      newsroom,
    });
  });
  if ('missed' in result) {
    throw missedConflict(result.release, result.missed);
  }
  return announce(services, result);
}

/**
 * A request that was carried out before gets the same answer: the newest revision has the hash and the kind that it names. Not when a draft
 * with that very hash waits: then the request means the draft, which says the same words once more.
 */
async function alreadyPublic(tx: Tx, release: ReleaseRow, input: DraftPublication): Promise<NewRevision | undefined> {
  if (release.newest_n === null || release.newest_kind !== input.kind) return undefined;
  if (input.kind !== 'first' && (await findDraftRow(tx, release.id))?.hash === input.hash) return undefined;
  const newest = await tx
    .selectFrom('revisions')
    .select('hash')
    .where('release', '=', release.id)
    .where('n', '=', release.newest_n)
    .executeTakeFirst();
  return newest?.hash === input.hash ? repeat(tx, release) : undefined;
}

async function repeat(tx: Tx, release: ReleaseRow): Promise<NewRevision> {
  const row = await tx
    .selectFrom('revisions')
    .select(['n', 'publication', 'published_at'])
    .where('release', '=', release.id)
    .where('n', '=', release.newest_n!)
    .executeTakeFirstOrThrow();
  return {
    release: release.id,
    slug: release.slug,
    revision: row.n,
    publication: row.publication,
    publishedAt: row.published_at,
    repeated: true,
    channels: [],
    urgent: false,
  };
}

async function announce(services: Services, published: NewRevision): Promise<Published> {
  if (!published.repeated) {
    services.log.info(
      { release: published.release, revision: published.revision, publication: published.publication },
      'release.published',
    );
    await wakeChannels(services, published);
  }
  const { channels: _channels, urgent: _urgent, ...answer } = published;
  return answer;
}
