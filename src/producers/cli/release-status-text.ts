import type { DeliveryReason, MailingStatus } from '../../shared/delivery/equation.ts';
import type { ChannelStatus } from '../../shared/publishing/channel-status.ts';
import type { ReleaseStatus } from '../../shared/publishing/status.ts';
import { DELIVERY_STATES, type DeliveryState } from '../../shared/schema/tables.ts';
import type { ExitStatus } from './context.ts';
import { heldLines } from './limit-text.ts';
import { clock, count, cut, moment, padLeft, shortMoment, span, table } from './text.ts';

export type StatusScene = {
  readonly now: Date;
  readonly timezone: string;
  readonly columns: number;
  /** Account id → name. */
  readonly names: ReadonlyMap<string, string>;
};

const BAR_CELLS = 26;
/** Enough of a SHA-256 to tell two texts apart by eye. */
const SHORT_HASH = 10;

/** 0 all done, 3 under way, behind or not yet public, 1 failed. */
export function statusExit(status: ReleaseStatus): ExitStatus {
  switch (status.overall) {
    case 'done':
      return 0;
    case 'failed':
      return 1;
    case 'under-way':
    case 'behind':
    case 'draft':
      return 3;
  }
}

/** Pure: the status of a release as lines of text. */
export function statusText(status: ReleaseStatus, scene: StatusScene): string {
  const parts = [headText(status, scene)];
  if (status.channels.length > 0) {
    const rows = status.channels.map((channel) => channelRow(channel, scene));
    parts.push(table([['channel', 'state', 'since', 'took', ''], ...rows]));
  }
  for (const run of status.letters) parts.push(lettersText(run, { scene, several: status.letters.length > 1 }));
  if (status.advice.length > 0) parts.push(table(status.advice.map((advice) => [advice.what, advice.command, `(${advice.details})`])));
  return parts.join('\n\n');
}

function headText(status: ReleaseStatus, scene: StatusScene): string {
  const { now, timezone, columns } = scene;
  const facts = [status.slug, status.revision === null ? 'not public' : `revision ${status.revision}`, status.language];
  if (status.registration !== null) facts.push(status.registration);
  if (status.hash !== null) facts.push(`sha256 ${status.hash.slice(0, SHORT_HASH)}…`);
  const lines = [cut(status.title ?? status.slug, columns), facts.join(', ')];
  if (status.publishedAt !== null) {
    const at = new Date(status.publishedAt);
    const verb = status.state === 'withdrawn' ? 'withdrawn' : status.kind === 'first' ? 'public' : 'corrected';
    lines.push(`${verb} since ${moment(at, timezone)} (${timezone}), ${span(now.getTime() - at.getTime())} ago`);
  }
  // A withdrawal has no text: who is behind it is who withdrew.
  const acts =
    status.state === 'withdrawn'
      ? [['withdrawn', status.approver]]
      : [
          ['written', status.author],
          ['approved', status.approver],
        ];
  const people = acts.flatMap(([what, who]) => (who ? [`${what} by ${scene.names.get(who) ?? who}`] : []));
  if (people.length > 0) lines.push(people.join(', '));
  if (status.draft !== null) {
    const { state, hash, publishAt } = status.draft;
    const waits = state === 'missed' ? 'was to be public' : 'to be public';
    const when = publishAt === null ? '' : `, ${waits} ${moment(new Date(publishAt), timezone)}`;
    lines.push(`draft ${state}${when}, sha256 ${hash.slice(0, SHORT_HASH)}…`);
  }
  return lines.join('\n');
}

function channelRow(channel: ChannelStatus, { now, timezone }: StatusScene): string[] {
  // Times inside the remark are ISO for programs; people want their own clock.
  const remark = channel.remark.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (iso) => shortMoment(new Date(iso), now, timezone));
  return [
    channel.channel,
    channel.state,
    shortMoment(new Date(channel.since), now, timezone),
    channel.tookMs === null ? '' : span(channel.tookMs),
    remark,
  ];
}

/** What each state says to somebody who meets it for the first time. */
const MEANING: Record<DeliveryState, string> = {
  accepted: 'taken by the mail server',
  deferred: 'put off by the mail server, tried again',
  rejected: 'refused for good',
  suppressed: 'left before, or bounced for good',
  cancelled: 'never sent, by a stop or a withdrawal',
  unknown: 'may or may not have been taken: a person decides',
  pending: '',
  claimed: 'being sent now',
};
/** Shown also while they are 0: their absence is what people look for. */
const ALWAYS: readonly DeliveryState[] = ['accepted', 'deferred', 'rejected', 'suppressed', 'cancelled', 'unknown', 'pending'];

function lettersText(run: MailingStatus, { scene, several }: { scene: StatusScene; several: boolean }): string {
  const title = several ? `letters of revision ${run.n}` : 'letters';
  if (run.frozenAt === null) return `${title}   the audience is not counted yet`;
  const filled = Math.round((run.percent / 100) * BAR_CELLS);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)}  ${run.percent} %`;
  const states = DELIVERY_STATES.filter((state) => ALWAYS.includes(state) || run.counts[state] > 0);
  const widest = Math.max(...states.map((state) => count(run.counts[state]).length), count(run.audience).length);
  const row = (name: string, value: number, remark: string) =>
    cut(`  ${name.padEnd(10)}  ${padLeft(count(value), widest)}   ${remark}`, scene.columns).trimEnd();
  return [
    `${title}   ${bar}${paceText(run)}`,
    ...states.map((state) =>
      row(
        state,
        run.counts[state],
        run.counts[state] === 0
          ? ''
          : (state === 'pending' ? waitingText(run, scene) : '') || reasonText(state, run, scene) || MEANING[state],
      ),
    ),
    row('audience', run.audience, run.sumIsRight ? 'the sum is right' : 'THE SUM IS WRONG: please report this'),
    ...run.limits
      .flatMap((limit) => heldLines(limit, scene))
      .map((line, index) => `  ${(index % 2 === 0 ? 'slow' : '').padEnd(10)}  ${line}`),
  ].join('\n');
}

function waitingText({ waiting }: MailingStatus, { now, timezone }: StatusScene): string {
  return waiting ? `${count(waiting.count)} wait for the digest of ${shortMoment(new Date(waiting.dueAt), now, timezone)}` : '';
}

function paceText(run: MailingStatus): string {
  if (run.state !== 'running') return `   ${run.state}${run.reason ? `: ${run.reason}` : ''}`;
  if (run.ratePerSecond === 0) return '';
  const left = run.secondsLeft === null ? '' : `, about ${span(run.secondsLeft * 1_000)} left`;
  return `   ${count(Math.round(run.ratePerSecond))} a second${left}`;
}

function reasonText(state: DeliveryState, { reasons, limits }: MailingStatus, scene: StatusScene): string {
  const told = ({ code, domain }: DeliveryReason) => code === 'limit' && limits.some((limit) => limit.domain === domain);
  return reasons
    .filter((reason) => reason.state === state && (reason.reply !== null || reason.code !== '') && !told(reason))
    .map((reason) => {
      const where = reason.domain === null ? '' : `${reason.domain}: `;
      const again = reason.dueAt === null ? '' : `; again at ${clock(new Date(reason.dueAt), scene.timezone).slice(0, 5)}`;
      return `${reason.count} ${where}${reason.reply ?? reason.code}${again}`;
    })
    .join(', ');
}
