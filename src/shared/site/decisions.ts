import { html, type Markup } from '../platform/markup.ts';
import type { Decisions } from '../release/content.ts';
import { formatAmount, formatLocalDate } from '../release/dates.ts';
import type { Spoken } from './words.ts';

/** What was decided, as a table a screen reader can walk: one row header per project, the sum last. */
export function renderDecisions(decisions: Decisions, { language, words, own }: Spoken): Markup {
  const { items } = decisions;
  const hasAmounts = items.some((item) => item.amount !== undefined);
  const sum = decisions.total ?? items.reduce((total, { amount = 0 }) => total + amount, 0);
  return html`<section>
<h2>${words.decisions}</h2>
<table class="decisions">
<caption>${words.decidedBy(decisions.by, formatLocalDate(decisions.date, language))}</caption>
<thead><tr><th scope="col">${words.project}</th>${hasAmounts && html`<th scope="col" class="amount">${words.amount}</th>`}</tr></thead>
<tbody${own}>
${items.map((item) => row(item, hasAmounts, language))}</tbody>
${hasAmounts && html`<tfoot><tr><th scope="row">${words.sum}</th><td class="amount">${formatAmount(sum, language)}</td></tr></tfoot>\n`}</table>
</section>
`;
}

function row(item: Decisions['items'][number], hasAmounts: boolean, language: string): Markup {
  const amount = item.amount === undefined ? '–' : formatAmount(item.amount, language);
  return html`<tr><th scope="row"><strong>${item.title}</strong>${item.recipient && html` <span class="recipient">${item.recipient}</span>`}${
    item.text && html` <span class="about">${item.text}</span>`
  }</th>${hasAmounts && html`<td class="amount">${amount}</td>`}</tr>
`;
}
