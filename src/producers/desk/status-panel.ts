import { escapeMarkup, html, type Markup } from '../../shared/platform/markup.ts';
import type { ChannelStatus } from '../../shared/publishing/channel-status.ts';
import type { ReleaseStatus } from '../../shared/publishing/status.ts';
import type { DeskContext } from './context.ts';
import { renderLetters } from './letters/panel.ts';
import { mark } from './marks.ts';
import { csrfField } from './shell.ts';
import { timeText } from './time.ts';

/** The parts of a release's page that change while channels work. The script puts each into the element of that name. */
export type LiveParts = { readonly stand?: string; readonly summary: string; readonly channels: string; readonly letters: string };

/** Renders those parts from one reading of the status; the page and the stream of events use the same. */
export function renderLiveParts(context: DeskContext, status: ReleaseStatus): LiveParts {
  // While there is a draft, the sentence is about the draft, which people change, not workers.
  const sentence = context.words.next.stands[status.overall === 'done' ? 'public' : 'public-waiting'];
  const stand = status.draft === null && status.state === 'public' ? { stand: escapeMarkup(sentence) } : {};
  return {
    ...stand,
    summary: escapeMarkup(context.words.live[status.overall]),
    channels: renderChannels(context, status).toString(),
    letters: renderLetters(context, status).toString(),
  };
}

/** Each channel by word and shape, how long it took, and what is in its way. */
function renderChannels(context: DeskContext, status: ReleaseStatus): Markup {
  return html`<ul class="channels">
${status.channels.map((channel) => line(context, status, channel))}</ul>`;
}

function line(context: DeskContext, status: ReleaseStatus, channel: ChannelStatus): Markup {
  const { words } = context;
  const troubled = channel.state === 'failed' || (channel.state === 'owed' && channel.attempts > 0);
  return html`<li class="channel">
<span class="channel-name">${words.channels.names[channel.channel]}</span>
${mark(channel.state, words.channels.states[channel.state])}
<span class="small">${factsOf(context, channel)}</span>
${explanation(context, status, channel)}${troubled && retryForm(context, status, channel)}</li>
`;
}

function factsOf(context: DeskContext, channel: ChannelStatus): string {
  const { words } = context;
  const facts = [words.channels.revision(channel.revision)];
  if (channel.tookMs !== null) facts.push(words.channels.took(spanOf(context, channel.tookMs)));
  return facts.join(' · ');
}

function explanation(context: DeskContext, status: ReleaseStatus, channel: ChannelStatus): Markup | undefined {
  const { words } = context;
  if (channel.state === 'done') return undefined;
  const time = (iso: string) => timeText(context, new Date(iso));
  const advice = status.advice.find(({ what }) => what.startsWith(channel.channel));
  const command = advice && html` <span class="small">${words.channels.details}:</span> <code>${advice.command}</code>`;
  if (channel.error) return html`<p class="remark">${words.channels.tried(Math.max(channel.attempts, 1), channel.error)}${command}</p>`;
  if (channel.worker.running === 0) {
    return html`<p class="remark">${channel.worker.lastSeen ? words.channels.noWorker(time(channel.worker.lastSeen)) : words.channels.neverWorker}${command}</p>`;
  }
  // Letters need senders beside the channel's own worker; the use case's remark is for terminals, this is the same in the desk's language.
  if (channel.channel === 'email' && /^no delivery worker/.test(channel.remark))
    return html`<p class="remark">${words.channels.noSender}</p>`;
  return undefined;
}

function retryForm(context: DeskContext, status: ReleaseStatus, channel: ChannelStatus): Markup {
  return html`<form method="post" action="/desk/releases/${status.slug}/retry">${csrfField(context)}<button name="channel" value="${channel.channel}">${context.words.steps.retry}</button></form>
`;
}

/** `0,1 s`, `42 s`, `3 min`. */
function spanOf({ words }: DeskContext, ms: number): string {
  if (ms >= 10_000) return words.seconds(Math.round(ms / 1_000));
  return `${(ms / 1_000).toFixed(1).replace('.', words.decimal)} s`;
}
