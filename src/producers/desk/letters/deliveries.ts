import type { MailingStatus } from '../../../shared/delivery/equation.ts';
import type { DeliveryLine } from '../../../shared/delivery/history.ts';
import { html, type Markup } from '../../../shared/platform/markup.ts';
import type { ReleaseStatus } from '../../../shared/publishing/status.ts';
import type { DeliveryState } from '../../../shared/schema/tables.ts';
import { type DeskContext, isAdmin } from '../context.ts';
import { queryOf, renderPaging, renderTabs } from '../lists.ts';
import { csrfField, renderDesk } from '../shell.ts';
import { formatCount } from '../words.ts';
import { BAR_ORDER } from './equation-bar.ts';
import { renderAnswer, renderState, renderTries } from './line.ts';
import { lettersPath, renderRun } from './panel.ts';

export type DeliveriesPage = {
  readonly status: Pick<ReleaseStatus, 'slug' | 'title' | 'language' | 'letters'>;
  /** The run that is shown; undefined when no letters ever left. */
  readonly run: MailingStatus | undefined;
  readonly state: DeliveryState | undefined;
  readonly rows: readonly DeliveryLine[];
  /** Place of the last row, when there are more. */
  readonly next: number | undefined;
  readonly first: boolean;
  /** Whether this person may decide about unknown letters. */
  readonly decides: boolean;
  readonly message: Markup | undefined;
};

/** A run of letters: its equation, then every letter with its state, when, and what the server said. Never an address. */
export function renderDeliveries(context: DeskContext, page: DeliveriesPage): string {
  const { words, visitor } = context;
  const { status, run } = page;
  const title = status.title ?? status.slug;
  return renderDesk(context, {
    title: `${words.letters.pageTitle}: ${title}`,
    main: html`<p><a class="target back" href="/desk/releases/${status.slug}"><span aria-hidden="true">←</span> <span lang="${status.language}">${title}</span></a></p>
${page.message}
<h1>${words.letters.pageTitle}</h1>
${
  run === undefined
    ? html`<p>${words.letters.noRun}</p>`
    : html`${runTabs(context, page, run)}
<section class="run-alone" aria-labelledby="run">
<h2 id="run">${words.letters.of(run.n)}</h2>
${renderRun(context, run, status.slug)}</section>
${decide(context, page, run)}<section aria-labelledby="list">
<h2 id="list">${words.letters.all}</h2>
<p class="small">${isAdmin(visitor) ? words.letters.noteAdmin : words.letters.note}</p>
${stateTabs(context, page, run)}
${page.rows.length === 0 ? html`<p>${words.letters.none}</p>` : table(context, page)}
${renderPaging(context, {
  label: words.letters.all,
  newest: page.first ? undefined : address(page, { run: run.n, state: page.state }),
  older: page.next === undefined ? undefined : address(page, { run: run.n, state: page.state, after: page.next }),
  words: words.letters.older,
})}
</section>`
}`,
  });
}

function address({ status }: DeliveriesPage, query: Record<string, string | number | undefined>): string {
  return `${lettersPath(status.slug)}${queryOf(query)}`;
}

/** Corrections and withdrawals have runs of their own. */
function runTabs({ words }: DeskContext, page: DeliveriesPage, run: MailingStatus): Markup | undefined {
  if (page.status.letters.length < 2) return undefined;
  const tabs = page.status.letters.map(({ n }) => ({ text: words.letters.of(n), path: address(page, { run: n }), chosen: n === run.n }));
  return renderTabs(words.letters.runs, tabs);
}

function stateTabs({ words, language }: DeskContext, page: DeliveriesPage, run: MailingStatus): Markup {
  const shown = BAR_ORDER.filter((state) => run.counts[state] > 0 || state === page.state);
  const tab = (state: DeliveryState | undefined) => ({
    text: state
      ? `${words.letters.counts[state]} (${formatCount(run.counts[state], language)})`
      : `${words.letters.every} (${formatCount(run.audience, language)})`,
    path: address(page, { run: run.n, state }),
    chosen: state === page.state,
  });
  return renderTabs(words.letters.filter, [undefined, ...shown].map(tab));
}

/** Unknown letters are never sent again by themselves: a person weighs a second copy against none. */
function decide({ words, language }: DeskContext, page: DeliveriesPage, run: MailingStatus): Markup | undefined {
  if (run.counts.unknown === 0) return undefined;
  const here = lettersPath(page.status.slug);
  return html`<section class="next" aria-labelledby="unknown">
<h2 id="unknown">${words.letters.unknownTitle(formatCount(run.counts.unknown, language), run.counts.unknown)}</h2>
<p>${words.letters.unknownText}</p>
${
  page.decides &&
  html`<div class="buttons">
<a class="button other" href="${here}/resend">${words.letters.resend}</a>
<a class="button other" href="${here}/settle">${words.letters.settle}</a>
</div>
`
}</section>
`;
}

function table(context: DeskContext, page: DeliveriesPage): Markup {
  const { columns } = context.words.letters;
  return html`<table class="records letter-rows">
<thead>
<tr><th scope="col">${columns.letter}</th><th scope="col">${columns.state}</th><th scope="col">${columns.answer}</th><th scope="col">${columns.tries}</th></tr>
</thead>
<tbody>
${page.rows.map((line) => row(context, line))}</tbody>
</table>`;
}

function row(context: DeskContext, line: DeliveryLine): Markup {
  const { words, language, visitor } = context;
  // People count places from one.
  const place = formatCount(line.seq + 1, language);
  return html`<tr>
<th scope="row"><span>${words.letters.place(place)}</span><span class="small">${line.domain}</span></th>
<td>${renderState(context, line, `row-${line.seq}`)}</td>
<td>${renderAnswer(context, line)}</td>
<td>${renderTries(context, line)}${isAdmin(visitor) && line.domain && personButton(context, line.subscriber, words.letters.personOf(place))}</td>
</tr>
`;
}

/** Looking somebody up is recorded, so it is a button and not a link. */
function personButton(context: DeskContext, subscriber: string, label: string): Markup {
  return html`<form method="post" action="/desk/people">${csrfField(context)}<input type="hidden" name="subscriber" value="${subscriber}"><button class="plain" aria-label="${label}">${context.words.letters.person}</button></form>`;
}
