import { sql } from 'kysely';
import { recordAudit } from '../accounts/audit.ts';
import { openMailing } from '../delivery/mailings.ts';
import type { ReleaseContent } from '../release/content.ts';
import { contentHash } from '../release/hash.ts';
import { findTranslationRoot } from '../release/links.ts';
import { listsOf } from '../release/lists/lists.ts';
import { renderContent } from '../release/markdown/markdown.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import type { Tx } from '../schema/database.ts';
import { lock } from '../schema/locks.ts';
import type { Channel, ReleaseRow, RevisionKind } from '../schema/tables.ts';
import { placeInLists } from './list-places.ts';

/** What writeRevision made: the answer for the request, and what to wake. */
export type NewRevision = {
  readonly release: string;
  readonly slug: string;
  readonly revision: number;
  readonly publication: number;
  readonly publishedAt: Date;
  readonly repeated: boolean;
  readonly channels: readonly Channel[];
  readonly urgent: boolean;
};

type Common = {
  release: ReleaseRow;
  actor: string;
  author: string;
  approver: string;
  changeNote: string | null;
  conceal: boolean;
  publishedAt?: Date | undefined;
  /** Ways that publications of this newsroom take (newsroom file). */
  channels: readonly Channel[];
};
export type RevisionInput = Common &
  ({ kind: 'withdrawal' } | { kind: Exclude<RevisionKind, 'withdrawal'>; content: ReleaseContent; hash: string; newsroom: Newsroom });

/** Writes everything that makes a revision public, inside the caller's transaction, whose release row is locked. Protocol: "one transaction". */
export async function writeRevision(tx: Tx, input: RevisionInput): Promise<NewRevision> {
  const { release } = input;
  const content = input.kind === 'withdrawal' ? null : input.content;
  // Rendering first: the publication lock is every publisher's and is held as briefly as can be.
  const rendered = content && JSON.stringify(renderContent(content));
  const n = (release.newest_n ?? 0) + 1;
  await lock(tx, 'publication');
  const publication = await nextPublication(tx);
  const { published_at } = await tx
    .insertInto('revisions')
    .values({
      release: release.id,
      n,
      kind: input.kind,
      content: content && JSON.stringify(content),
      hash: input.kind === 'withdrawal' ? withdrawalHash(input.changeNote) : input.hash,
      rendered,
      author: input.author,
      approver: input.approver,
      publication,
      published_at: input.publishedAt ?? sql`clock_timestamp()`,
      change_note: input.changeNote,
      conceal: input.conceal,
    })
    .returning('published_at')
    .executeTakeFirstOrThrow();
  await noteNewest(tx, { release, n, kind: input.kind, publication, publishedAt: published_at, ...(await correctedOrigin(tx, input)) });
  const lists =
    input.kind === 'withdrawal' ? undefined : listsOf(input.content, release.first_published_at ?? published_at, input.newsroom);
  await placeInLists(tx, { release: release.id, publication, lists, significant: input.kind !== 'minor' });
  const channels = await oweChannels(tx, { release, n, publication, letters: await wantsLetters(tx, input), of: input.channels });
  await tx.deleteFrom('drafts').where('release', '=', release.id).execute();
  await recordAudit(tx, {
    account: input.actor,
    action: auditAction(input.kind),
    release: release.id,
    detail: { revision: n, publication, note: input.changeNote },
  });
  return {
    release: release.id,
    slug: release.slug,
    revision: n,
    publication,
    publishedAt: published_at,
    repeated: false,
    channels,
    urgent: content?.urgent === true,
  };
}

/** A withdrawal has no content; its hash is that of its reason, so that the archive and the audit can name it. */
function withdrawalHash(reason: string | null): string {
  return contentHash({ withdrawal: reason } as unknown as ReleaseContent);
}

async function nextPublication(tx: Tx): Promise<number> {
  const { newest } = await tx
    .selectFrom('revisions')
    .select((row) => row.fn.max('publication').as('newest'))
    .executeTakeFirstOrThrow();
  return (newest ?? 0) + 1;
}

/** What a correction says the release translates; of a first publication it stands since the draft. */
async function correctedOrigin(tx: Tx, input: RevisionInput): Promise<{ translationOf?: string | null | undefined }> {
  if (input.kind !== 'minor' && input.kind !== 'major') return {};
  return { translationOf: await findTranslationRoot(tx, input.content.translationOf) };
}

type Newest = {
  readonly release: ReleaseRow;
  readonly n: number;
  readonly kind: RevisionKind;
  readonly publication: number;
  readonly publishedAt: Date;
  /** Undefined leaves it as it was. */
  readonly translationOf?: string | null | undefined;
};

async function noteNewest(tx: Tx, at: Newest): Promise<void> {
  await tx
    .updateTable('releases')
    .set({
      newest_n: at.n,
      newest_kind: at.kind,
      newest_publication: at.publication,
      changed_at: at.publishedAt,
      ...(at.translationOf === undefined ? {} : { translation_of: at.translationOf }),
      ...(at.kind === 'minor' ? {} : { significant_publication: at.publication }),
      ...(at.kind === 'first' ? { first_publication: at.publication, first_published_at: at.publishedAt } : {}),
    })
    .where('id', '=', at.release.id)
    .execute();
}

/** First and major revisions go out as letters unless the release says no; a withdrawal goes to whoever may have got one. */
async function wantsLetters(tx: Tx, input: RevisionInput): Promise<boolean> {
  switch (input.kind) {
    case 'minor':
      return false;
    case 'withdrawal': {
      const earlier = await tx.selectFrom('mailings').select('n').where('release', '=', input.release.id).limit(1).executeTakeFirst();
      return earlier !== undefined;
    }
    default:
      return input.content.letters;
  }
}

type Owed = { release: ReleaseRow; n: number; publication: number; letters: boolean; of: readonly Channel[] };

async function oweChannels(tx: Tx, owed: Owed): Promise<Channel[]> {
  const channels = owed.of.filter((channel) => channel !== 'email' || owed.letters);
  if (owed.letters) await openMailing(tx, { release: owed.release.id, n: owed.n });
  await tx
    .insertInto('receipts')
    .values(channels.map((channel) => ({ release: owed.release.id, n: owed.n, channel, publication: owed.publication })))
    .execute();
  return channels;
}

function auditAction(kind: RevisionKind): string {
  return kind === 'first' ? 'release.published' : kind === 'withdrawal' ? 'release.withdrawn' : 'release.corrected';
}
