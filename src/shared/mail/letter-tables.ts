import { html, type Markup } from '../platform/markup.ts';
import type { Decisions, ProgrammeItem, ReleaseEvent } from '../release/content.ts';
import { formatAmount, formatLocalDate } from '../release/dates.ts';
import { clockOf, eventHeading, eventTime, sumOf } from '../release/parts.ts';
import type { LetterContext } from './letter-context.ts';

/** What was decided: a table of data with headers, the sum last. */
export function renderDecisions({ words, language, own }: LetterContext, decisions: Decisions): Markup {
  const { items } = decisions;
  const sum = sumOf(decisions);
  const amounts = sum !== undefined;
  const amountOf = (kronor: number | undefined) => (kronor === undefined ? '–' : formatAmount(kronor, language));
  const row = (item: Decisions['items'][number]) =>
    html`<tr><th scope="row"${own}><strong>${item.title}</strong>${
      item.recipient && html`<br><span class="quiet">${item.recipient}</span>`
    }${item.text && html`<br>${item.text}`}</th>${amounts && html`<td class="amount">${amountOf(item.amount)}</td>`}</tr>\n`;
  return html`<h2>${words.decisions}</h2>
<table class="table" cellspacing="0" cellpadding="0" border="0">
<caption>${words.decidedBy(decisions.by, formatLocalDate(decisions.date, language))}</caption>
<tr class="head"><th scope="col">${words.project}</th>${amounts && html`<th scope="col" class="amount">${words.amount}</th>`}</tr>
${items.map(row)}${amounts && html`<tr class="sum"><th scope="row">${words.sum}</th><td class="amount">${amountOf(sum)}</td></tr>\n`}</table>
`;
}

/** When, where, and the timetable. */
export function renderEvent(context: LetterContext, event: ReleaseEvent): Markup {
  const { view, words, language, own } = context;
  return html`<h2>${eventHeading(view.content, words)}</h2>
<p><strong${own}>${event.title}</strong><br>
${words.time}: ${eventTime(event, language, context.timezone)}${event.place && html`<br>\n${words.place}: <span${own}>${event.place}</span>`}${
    event.stream && html`<br>\n${words.stream}: <a href="${event.stream}">${readable(event.stream)}</a>`
  }</p>
${event.programme.length > 0 && timetable(event.programme, context)}`;
}

function timetable(items: readonly ProgrammeItem[], { language, own }: LetterContext): Markup {
  const points = (item: ProgrammeItem) => item.points.length > 0 && html`<ul>${item.points.map((point) => html`<li>${point}</li>`)}</ul>`;
  const row = (item: ProgrammeItem) =>
    html`<tr><td class="time">${clockOf(item, language)}</td><td class="what"${own}>${item.text}${points(item)}</td></tr>\n`;
  return html`<table role="presentation" class="plan" width="100%" cellspacing="0" cellpadding="0" border="0">
${items.map(row)}</table>
`;
}

/** An address without what nobody reads: the scheme and a bare last slash. */
export function readable(address: string): string {
  return address.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '');
}
