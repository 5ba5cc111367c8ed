import { html, type Markup } from '../platform/markup.ts';
import { releaseFilePath } from '../release/addresses.ts';
import type { ProgrammeItem } from '../release/content.ts';
import { formatClock, momentOf } from '../release/dates.ts';
import { eventHeading, eventTime } from '../release/parts.ts';
import { eventIsOver } from '../release/who-answers.ts';
import type { PageContext } from './page-context.ts';
import { renderTime } from './time.ts';
import type { Spoken } from './words.ts';

/** When and where, and the timetable below it. An invitation has it under the lead, a press release under its text, where the timetable is the news. */
export function renderEvent(context: PageContext): Markup | undefined {
  const { view, publisher, language, timezone, words, own, at } = context;
  const { event } = view.content;
  if (!event) return undefined;
  return html`<section class="event">
<h2>${eventHeading(view.content, words)}</h2>
<p class="event-title"${own}>${event.title}</p>
<dl>
<div><dt>${words.time}</dt><dd>${renderTime(momentOf(event.start, timezone), eventTime(event, language, timezone))}</dd></div>
${event.place && html`<div><dt>${words.place}</dt><dd>${event.place}</dd></div>\n`}${
  event.stream && html`<div><dt>${words.stream}</dt><dd><a href="${event.stream}">${readable(event.stream)}</a></dd></div>\n`
}</dl>
${event.programme.length > 0 && timetable(event.programme, context)}${
  !eventIsOver(view, publisher, at) &&
  html`<p class="file" data-silent><a class="target" href="${releaseFilePath(view.slug, 'event.ics')}">${words.toCalendar}</a></p>\n`
}</section>
`;
}

function timetable(items: readonly ProgrammeItem[], { language, own }: Spoken): Markup {
  const clock = (time: string) => html`<time datetime="${time}">${formatClock(time, language)}</time>`;
  const points = (item: ProgrammeItem) => item.points.length > 0 && html`<ul>${item.points.map((point) => html`<li>${point}</li>`)}</ul>`;
  return html`<ol class="timetable"${own}>
${items.map(
  (item) => html`<li><span>${clock(item.time)}${item.end && html`–${clock(item.end)}`}</span><div>${item.text}${points(item)}</div></li>\n`,
)}</ol>
`;
}

/** An address without what nobody reads: the scheme and a bare last slash. */
function readable(address: string): string {
  return address.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '');
}
