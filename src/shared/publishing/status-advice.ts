import type { MailingStatus } from '../delivery/equation.ts';
import type { DraftState } from '../schema/tables.ts';
import type { ChannelStatus } from './channel-status.ts';

/** What to do, with which command, and where it is explained. */
export type Advice = { readonly what: string; readonly command: string; readonly details: string };

type AdviceInput = {
  readonly slug: string;
  readonly draft: DraftState | undefined;
  /** Those that do not only wait for the next window of their digests. */
  readonly channels: readonly ChannelStatus[];
  readonly letters: readonly MailingStatus[];
};

/** What somebody may do about a release now: about its draft, its channels, its letters. */
export function adviceFor({ slug, draft, channels, letters }: AdviceInput): Advice[] {
  return [...draftAdvice(draft, slug), ...channels.flatMap((status) => channelAdvice(status, slug)), ...lettersAdvice(letters, slug)];
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
