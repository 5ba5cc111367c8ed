import type { BounceLine } from '../../../shared/delivery/bounce-list.ts';
import { html, type Markup } from '../../../shared/platform/markup.ts';
import type { DeskContext } from '../context.ts';
import { mark } from '../marks.ts';
import { renderShortTime } from '../time.ts';

/** Bounces as a table that becomes a list on a phone; each leads to the mail itself. */
export function renderBounceTable(context: DeskContext, lines: readonly BounceLine[]): Markup {
  const { columns } = context.words.bounces;
  return html`<table class="records">
<thead>
<tr><th scope="col">${columns.bounce}</th><th scope="col">${columns.verdict}</th><th scope="col">${columns.said}</th><th scope="col">${columns.letter}</th></tr>
</thead>
<tbody>
${lines.map((line) => row(context, line))}</tbody>
</table>`;
}

function row(context: DeskContext, line: BounceLine): Markup {
  const { letters } = context.words;
  return html`<tr>
<th scope="row"><a class="target" href="/desk/bounces/${line.id}">${context.words.bounces.one(String(line.id))}</a><span class="small">${renderShortTime(context, line.receivedAt)}</span></th>
<td>${verdictOf(context, line)}</td>
<td>${saidBy(line)}</td>
<td>${line.slug !== null && html`<a href="/desk/releases/${line.slug}/letters?run=${line.n}">${line.slug}</a>${(line.n ?? 1) > 1 && html`<span class="small">${letters.of(line.n!)}</span>`}`}</td>
</tr>
`;
}

/** What it was judged to be, or that somebody has to. */
export function verdictOf({ words }: DeskContext, line: BounceLine): Markup {
  if (line.verdict !== null) return html`${words.bounces.verdicts[line.verdict]}`;
  return line.state === 'unparsed' ? mark('missed', words.bounces.states.unparsed) : html`${words.bounces.states[line.state]}`;
}

/** The server's own words, in its language; of one nobody could read, why. */
export function saidBy({ code, detail }: BounceLine): Markup | undefined {
  const text = String(detail.why ?? detail.reply ?? '');
  if (text === '') return code ? html`<span lang="en">${code}</span>` : undefined;
  const told = html`${code && !text.includes(code) && `${code} `}${text}`;
  return detail.why ? html`<span lang="en">${told}</span>` : html`<q lang="en">${told}</q>`;
}
