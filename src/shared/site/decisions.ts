import { html, type Markup } from '../platform/markup.ts';
import { releaseFilePath } from '../release/addresses.ts';
import type { Decisions } from '../release/content.ts';
import { formatAmount, formatLocalDate } from '../release/dates.ts';
import { sumOf } from '../release/parts.ts';
import type { PageContext } from './page-context.ts';
import { unbroken } from './time.ts';

/** What was decided, as a table a screen reader can walk: one row header per project, the sum last. */
export function renderDecisions({ view, language, words, own }: PageContext): Markup | undefined {
  const { decisions } = view.content;
  if (!decisions) return undefined;
  const { items } = decisions;
  const sum = sumOf(decisions);
  const hasAmounts = sum !== undefined;
  return html`<section>
<h2>${words.decisions}</h2>
<table class="decisions">
<caption>${words.decidedBy(decisions.by, unbroken(formatLocalDate(decisions.date, language)))}</caption>
<thead><tr><th scope="col">${words.project}</th>${hasAmounts && html`<th scope="col" class="amount">${words.amount}</th>`}</tr></thead>
<tbody${own}>
${items.map((item) => row(item, hasAmounts, language))}</tbody>
${hasAmounts && html`<tfoot><tr><th scope="row">${words.sum}</th><td class="amount">${formatAmount(sum, language)}</td></tr></tfoot>\n`}</table>
<p class="file" data-silent><a class="target" href="${releaseFilePath(view.slug, 'decisions.csv')}" download="${view.slug}.csv">${words.decisionsFile}</a></p>
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
