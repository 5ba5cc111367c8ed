import { type MailingStatus, onlyDigestsWait } from '../delivery/equation.ts';
import type { Channel, ReceiptRow, ReceiptState } from '../schema/tables.ts';
import type { ChannelWorkers } from './workers.ts';

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

/** What the lines of a release's channels are made of. */
export type ChannelRows = {
  readonly receipts: readonly ReceiptRow[];
  readonly workers: ReadonlyMap<string, ChannelWorkers>;
  readonly letters: readonly MailingStatus[];
};

const NOBODY: ChannelWorkers = { running: 0, lastSeen: null };

/** What a channel's receipts and workers come to; undefined while the channel owes the release nothing and never did. */
export function channelStatus(channel: Channel, rows: ChannelRows): ChannelStatus | undefined {
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
export function waitsForDigests({ channel, revision }: { channel: Channel; revision: number }, { letters }: ChannelRows): boolean {
  return channel === 'email' && letters.some((run) => run.n === revision && onlyDigestsWait(run));
}

function remark(receipt: ReceiptRow, worker: ChannelWorkers, rows: ChannelRows): string {
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
