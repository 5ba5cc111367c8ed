import { html, type Markup } from '../../../shared/platform/markup.ts';
import { SUPPRESSION_REASONS, type SuppressionReason } from '../../../shared/schema/tables.ts';
import type { SuppressionLine } from '../../../shared/subscribers/suppression-list.ts';
import type { DeskContext } from '../context.ts';
import { capital, queryOf, renderFacts, renderPaging, renderTabs } from '../lists.ts';
import { addressField, renderAsking, textField } from '../question.ts';
import { csrfField, renderDesk } from '../shell.ts';
import { renderShortTime } from '../time.ts';
import { evidenceRows, evidenceText, shortHash } from './evidence.ts';
import { liftText } from './questions.ts';

export type SuppressionsPage = {
  readonly items: readonly SuppressionLine[];
  readonly reason: SuppressionReason | undefined;
  readonly next: string | undefined;
  readonly first: boolean;
  /** What was typed into the form, when it could not be used. */
  readonly typed: Readonly<Record<string, string>>;
  readonly message: Markup | undefined;
};

/** Addresses that get nothing more, newest first, each with why; below, a form to add one. */
export function renderSuppressions(context: DeskContext, page: SuppressionsPage): string {
  const { suppressions } = context.words;
  const { reason } = page;
  const tab = (name: SuppressionReason | undefined) => ({
    text: name ? suppressions.reasons[name] : suppressions.all,
    path: `/desk/suppressions${queryOf({ reason: name })}`,
    chosen: name === reason,
  });
  return renderDesk(context, {
    title: suppressions.title,
    main: html`${page.message}
<h1>${suppressions.title}</h1>
<p>${suppressions.lead}</p>
${renderTabs(suppressions.filter, [undefined, ...SUPPRESSION_REASONS].map(tab))}
${page.items.length === 0 ? html`<p class="empty">${reason ? suppressions.noneOfReason : suppressions.none}</p>` : table(context, page.items)}
${renderPaging(context, {
  label: suppressions.title,
  newest: page.first ? undefined : `/desk/suppressions${queryOf({ reason })}`,
  older: page.next && `/desk/suppressions${queryOf({ reason, before: page.next })}`,
})}
${addForm(context, page.typed)}`,
  });
}

function table(context: DeskContext, items: readonly SuppressionLine[]): Markup {
  const { columns, reasons } = context.words.suppressions;
  const row = (line: SuppressionLine) => html`<tr>
<th scope="row"><a class="target" href="/desk/suppressions/${line.hash}">${capital(reasons[line.reason])}</a><span class="small">${shortHash(line.hash)}</span></th>
<td>${evidenceText(context, line)}</td>
<td class="small">${renderShortTime(context, line.since)}</td>
</tr>
`;
  return html`<table class="records">
<thead>
<tr><th scope="col">${columns.reason}</th><th scope="col">${columns.evidence}</th><th scope="col">${columns.since}</th></tr>
</thead>
<tbody>
${items.map(row)}</tbody>
</table>`;
}

function addForm(context: DeskContext, typed: SuppressionsPage['typed']): Markup {
  const { people, suppressions } = context.words;
  return html`<section class="question adding" aria-labelledby="add">
<h2 id="add">${suppressions.add}</h2>
<p>${people.barText}</p>
<form method="post" action="/desk/suppressions">${csrfField(context)}
${addressField({ name: 'address', label: people.address, value: typed.address })}${textField({ name: 'note', label: people.barNote, help: people.barNoteHelp, value: typed.note, optional: true })}<div class="buttons"><button class="button grave">${people.barButton}</button></div>
</form>
</section>`;
}

/** One of them: everything that is known of why, and the question whether to lift it. */
export function renderSuppression(context: DeskContext, line: SuppressionLine, message: Markup | undefined): string {
  const { people, suppressions } = context.words;
  return renderAsking(context, {
    title: suppressions.one,
    body: html`<div class="facts-of">
${renderFacts([
  [suppressions.columns.reason, suppressions.reasons[line.reason]],
  [suppressions.columns.since, renderShortTime(context, line.since)],
  ...evidenceRows(context, line),
  [people.hash, html`<code>${line.hash}</code>`],
])}
</div>
<h2>${people.liftTitle}</h2>
${liftText(context)}`,
    action: `/desk/suppressions/${line.hash}`,
    button: people.liftButton,
    message,
    back: { path: '/desk/suppressions', text: html`${suppressions.title}` },
  });
}
