import { sql } from 'kysely';
import { loadEquation, type MailingStatus, onlyDigestsWait } from '../delivery/equation.ts';
import { findSending } from '../delivery/limits.ts';
import { getRelease } from '../release/store.ts';
import type { Database } from '../schema/database.ts';
import { CHANNELS, type Channel, type DraftState, type ReceiptRow, type ReceiptState, type RevisionKind } from '../schema/tables.ts';
import type { Services } from '../services.ts';
import type { ReleaseState } from './releases.ts';
import { type ChannelWorkers, loadWorkers } from './workers.ts';

/** One channel's line: its newest owed or failed receipt, else its newest done one. Times are ISO. */
export type ChannelStatus = {
  readonly channel: Channel;
  readonly revision: number;
  readonly state: ReceiptState;
  readonly since: string;
  /** From owed to done. */
  readonly tookMs: number | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly error: string | null;
  readonly worker: ChannelWorkers;
  /** The reason in a few words, empty when all is well. */
  readonly remark: string;
};

export type Overall = 'done' | 'under-way' | 'behind' | 'failed' | 'draft';

/** What to do, with which command, and where it is explained. */
export type Advice = { readonly what: string; readonly command: string; readonly details: string };

export type ReleaseStatus = {
  readonly release: string;
  readonly slug: string;
  readonly title: string | null;
  readonly language: string;
  readonly registration: string | null;
  readonly state: ReleaseState;
  readonly revision: number | null;
  readonly kind: RevisionKind | null;
  readonly hash: string | null;
  readonly publication: number | null;
  readonly publishedAt: string | null;
  readonly author: string | null;
  readonly approver: string | null;
  readonly draft: { readonly state: DraftState; readonly hash: string; readonly publishAt: string | null } | null;
  readonly channels: readonly ChannelStatus[];
  readonly letters: readonly MailingStatus[];
  readonly overall: Overall;
  readonly advice: readonly Advice[];
};

/** Everything the status is made of, as read from SQL. */
export type StatusRows = {
  readonly release: { id: string; slug: string; language: string; newest_n: number | null; newest_kind: RevisionKind | null };
  readonly revision: RevisionFacts | undefined;
  readonly draft: { state: DraftState; hash: string; publish_at: Date | null; author: string; title: string | null } | undefined;
  readonly receipts: readonly ReceiptRow[];
  readonly workers: ReadonlyMap<string, ChannelWorkers>;
  readonly letters: readonly MailingStatus[];
};
type RevisionFacts = {
  hash: string;
  publication: number;
  published_at: Date;
  author: string;
  approver: string;
  title: string | null;
  registration: string | null;
};

const NOBODY: ChannelWorkers = { running: 0, lastSeen: null };

/** Rows in, status out; reads nothing. */
export function releaseStatus(rows: StatusRows): ReleaseStatus {
  const { release, revision, draft } = rows;
  const channels = CHANNELS.flatMap((channel) => channelStatus(channel, rows) ?? []);
  const overall = release.newest_n === null ? 'draft' : overallOf(channels.filter((status) => !waitsForDigests(status, rows)));
  return {
    release: release.id,
    slug: release.slug,
    title: revision?.title ?? draft?.title ?? null,
    language: release.language,
    registration: revision?.registration ?? null,
    state: release.newest_kind === 'withdrawal' ? 'withdrawn' : release.newest_n !== null ? 'public' : (draft?.state ?? 'editing'),
    revision: release.newest_n,
    kind: release.newest_kind,
    hash: revision?.hash ?? draft?.hash ?? null,
    publication: revision?.publication ?? null,
    publishedAt: revision?.published_at.toISOString() ?? null,
    author: revision?.author ?? draft?.author ?? null,
    approver: revision?.approver ?? null,
    draft: draft ? { state: draft.state, hash: draft.hash, publishAt: draft.publish_at?.toISOString() ?? null } : null,
    channels,
    letters: rows.letters,
    overall,
    advice: [
      ...draftAdvice(draft?.state, release.slug),
      ...channels.filter((status) => !waitsForDigests(status, rows)).flatMap((status) => channelAdvice(status, release.slug)),
      ...lettersAdvice(rows.letters, release.slug),
    ],
  };
}

function channelStatus(channel: Channel, rows: StatusRows): ChannelStatus | undefined {
  const mine = rows.receipts.filter((receipt) => receipt.channel === channel).sort((a, b) => b.n - a.n);
  const owed = mine.filter((row) => row.state === 'owed');
  // Of several the oldest, but what waits for its window stands behind what is under way.
  const receipt =
    mine.find((row) => row.state === 'failed') ??
    owed.findLast((row) => !waitsForDigests({ channel, revision: row.n }, rows)) ??
    owed.at(-1) ??
    mine[0];
  if (!receipt) return undefined;
  const worker = rows.workers.get(channel) ?? NOBODY;
  return {
    channel,
    revision: receipt.n,
    state: receipt.state,
    since: (receipt.done_at ?? receipt.owed_at).toISOString(),
    tookMs: receipt.done_at ? receipt.done_at.getTime() - receipt.owed_at.getTime() : null,
    attempts: receipt.attempts,
    code: receipt.code,
    error: receipt.error,
    worker,
    remark: remark(receipt, worker, rows),
  };
}

/** The e-mail receipt of a run in which nothing is left to do before the next window of its digests. */
function waitsForDigests({ channel, revision }: { channel: Channel; revision: number }, { letters }: StatusRows): boolean {
  return channel === 'email' && letters.some((run) => run.n === revision && onlyDigestsWait(run));
}

function remark(receipt: ReceiptRow, worker: ChannelWorkers, rows: StatusRows): string {
  if (receipt.state === 'failed') return receipt.error ?? 'failed';
  if (receipt.state === 'done') return toldOf(receipt);
  const run = receipt.channel === 'email' ? rows.letters.find((mailing) => mailing.n === receipt.n) : undefined;
  if (run?.waiting && onlyDigestsWait(run)) return `${run.waiting.count} wait for the digest of ${run.waiting.dueAt}`;
  if (worker.running === 0)
    return worker.lastSeen ? `no ${receipt.channel} worker since ${worker.lastSeen}` : `no ${receipt.channel} worker has started yet`;
  const feeds = rows.receipts.find((other) => other.channel === 'feeds' && other.n === receipt.n);
  if (receipt.channel === 'websub' && feeds && feeds.state !== 'done') return 'waits for the feeds';
  if (receipt.channel !== 'email') return receipt.error ? `tried ${receipt.attempts} times: ${receipt.error}` : 'under way';
  if (run?.state === 'paused') return `letters paused: ${run.reason ?? 'by a person'}`;
  if (run?.state === 'stopped') return 'letters stopped';
  const senders = rows.workers.get('delivery') ?? NOBODY;
  if (senders.running === 0)
    return senders.lastSeen ? `no delivery worker since ${senders.lastSeen}` : 'no delivery worker has started yet';
  const [limit] = run?.limits ?? [];
  const slow = limit ? `, slowed by ${limit.setting}: ${limit.rate}` : '';
  return `letters under way, ${senders.running} worker${senders.running === 1 ? '' : 's'}${slow}`;
}

/** How many heard of it: one number is all that these channels have to show. */
function toldOf({ channel, detail }: ReceiptRow): string {
  if (channel !== 'websub' && channel !== 'webhooks') return '';
  const told = Number(detail.told ?? 0);
  const whom = channel === 'websub' ? 'subscriber' : 'endpoint';
  const failing = detail.failing === undefined ? '' : `, ${detail.failing} tried again`;
  return `${told === 0 ? 'nobody to tell' : `${told} ${whom}${told === 1 ? '' : 's'} told`}${failing}`;
}

function overallOf(channels: readonly ChannelStatus[]): Overall {
  if (channels.some((status) => status.state === 'failed')) return 'failed';
  const owed = channels.filter((status) => status.state === 'owed');
  if (owed.length === 0) return 'done';
  return owed.some((status) => status.worker.running === 0) ? 'behind' : 'under-way';
}

function draftAdvice(state: DraftState | undefined, slug: string): Advice[] {
  if (state !== 'missed') return [];
  const details = 'docs/operations.md#missed-publication';
  return [
    { what: 'missed', command: `./depesch release schedule ${slug} --at TIME`, details },
    { what: 'or', command: `./depesch release unschedule ${slug}`, details: 'then publish it by hand' },
  ];
}

function channelAdvice(status: ChannelStatus, slug: string): Advice[] {
  if (status.state === 'failed') {
    return [
      {
        what: `${status.channel} failed`,
        command: `./depesch release retry ${slug} ${status.channel}`,
        details: 'docs/operations.md#failed-channel',
      },
    ];
  }
  if (status.state === 'owed' && status.worker.running === 0) {
    return [{ what: status.channel, command: `./depesch work ${status.channel}`, details: 'docs/operations.md#no-worker' }];
  }
  return [];
}

function lettersAdvice(letters: readonly MailingStatus[], slug: string): Advice[] {
  return letters.flatMap((run) => {
    const open = run.counts.pending + run.counts.claimed + run.counts.deferred;
    const advice: Advice[] = [];
    if (run.state === 'paused')
      advice.push({
        what: 'letters are paused',
        command: `./depesch letters resume ${slug}`,
        details: 'docs/operations.md#paused-letters',
      });
    if (run.state === 'running' && open > 0) {
      advice.push({ what: 'letters', command: `./depesch letters stop ${slug}`, details: 'page and feeds stay' });
    }
    if (run.counts.unknown > 0)
      advice.push({
        what: `${run.counts.unknown} unknown`,
        command: `./depesch letters unknown ${slug}`,
        details: 'docs/operations.md#unknown-letters',
      });
    return advice;
  });
}

/** The status of one release, by slug or id. Throws NotFound. */
export async function loadStatus(services: Services, slugOrId: string): Promise<ReleaseStatus> {
  const db = services.database;
  const release = await getRelease(db, slugOrId);
  const [revision, draft, receipts, workers, letters] = await Promise.all([
    loadRevision(db, release.id, release.newest_n),
    db
      .selectFrom('drafts')
      .select(['state', 'hash', 'publish_at', 'author', sql<string | null>`content->>'title'`.as('title')])
      .where('release', '=', release.id)
      .executeTakeFirst(),
    db.selectFrom('receipts').selectAll().where('release', '=', release.id).execute(),
    loadWorkers(db),
    findSending(services).then((sending) => loadEquation(db, release.id, sending)),
  ]);
  return releaseStatus({ release, revision, draft, receipts, workers, letters });
}

/** The newest revision; a withdrawn release is named by its last title, to editors only. */
async function loadRevision(db: Database, release: string, n: number | null): Promise<RevisionFacts | undefined> {
  if (n === null) return undefined;
  const { rows } = await sql<RevisionFacts>`
    select newest.hash, newest.publication, newest.published_at, newest.author, newest.approver,
      coalesce(newest.content, earlier.content)->>'title' as title, coalesce(newest.content, earlier.content)->>'registration' as registration
    from revisions newest left join revisions earlier on earlier.release = newest.release and earlier.n = newest.n - 1
    where newest.release = ${release} and newest.n = ${n}`.execute(db);
  return rows[0];
}
