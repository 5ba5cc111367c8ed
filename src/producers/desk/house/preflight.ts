import { zoneLine } from '../../../shared/mail/dns-record.ts';
import type { Finding } from '../../../shared/mail/preflight/finding.ts';
import { html, type Markup } from '../../../shared/platform/markup.ts';
import type { DeskContext } from '../context.ts';
import { type MarkName, mark } from '../marks.ts';
import { renderDesk } from '../shell.ts';

const MARKS: Readonly<Record<Finding['state'], MarkName>> = { right: 'done', wrong: 'failed', unknown: 'editing' };

/** What DNS says of the sender's domain; `late` when it did not answer in time. Findings are told as the command tells them. */
export function renderPreflight(context: DeskContext, findings: readonly Finding[] | 'late'): string {
  const { house } = context.words;
  const body = findings === 'late' ? html`<p><strong>${house.preflightLate}</strong></p>` : list(context, findings);
  return renderDesk(context, {
    title: house.preflightTitle,
    main: html`<p><a class="target back" href="/desk/house"><span aria-hidden="true">←</span> ${house.title}</a></p>
<h1>${house.preflightTitle}</h1>
${body}`,
  });
}

function list({ words }: DeskContext, findings: readonly Finding[]): Markup {
  const { house } = words;
  const well = findings.every(({ state }) => state !== 'wrong');
  return html`<p><strong>${well ? house.preflightWell : house.preflightBad}</strong></p>
<ul class="waiting">
${findings.map(
  ({ about, state, says, todo, record }) => html`<li>${mark(MARKS[state], `${about}: ${house.findings[state]}`)}
<p lang="en">${says}.</p>
${todo && html`<p lang="en">${todo}</p>\n`}${record && html`<p class="small">${house.record}</p>\n<pre class="source" tabindex="0" role="region" aria-label="${about}">${zoneLine(record)}</pre>\n`}</li>
`,
)}</ul>`;
}
