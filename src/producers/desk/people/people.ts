import { html, type Markup } from '../../../shared/platform/markup.ts';
import type { SuppressionReason } from '../../../shared/schema/tables.ts';
import type { RecentSignUps } from '../../../shared/subscribers/recent-sign-ups.ts';
import type { DeskContext } from '../context.ts';
import { addressField } from '../question.ts';
import { csrfField, renderDesk } from '../shell.ts';
import { renderShortTime } from '../time.ts';
import { formatCount } from '../words.ts';
import { shortHash } from './evidence.ts';

export type PeoplePage = {
  readonly counts: { readonly active: number; readonly unsubscribed: number; readonly suppressed: number };
  readonly signUps: RecentSignUps;
  /** What was typed, when it could not be used. */
  readonly typed: string | undefined;
  readonly message: Markup | undefined;
};

/** One field to look somebody up, how many there are, and who tried to sign up and was barred. */
export function renderPeople(context: DeskContext, page: PeoplePage): string {
  const { people } = context.words;
  return renderDesk(context, {
    title: people.title,
    main: html`${page.message}
<h1>${people.title}</h1>
<p>${people.lead}</p>
${lookUpForm(context, page.typed)}
<section aria-labelledby="counts">
<h2 id="counts">${people.countsTitle}</h2>
${figures(context, [
  [page.counts.active, people.counts.active],
  [page.counts.unsubscribed, people.counts.unsubscribed],
  [page.counts.suppressed, people.counts.suppressed],
])}
</section>
<section aria-labelledby="sign-ups">
<h2 id="sign-ups">${people.signUps}</h2>
${figures(context, [
  [page.signUps.confirmed, people.signUpCounts.confirmed],
  [page.signUps.waiting, people.signUpCounts.waiting],
  [page.signUps.barred, people.signUpCounts.barred],
])}
${barred(context, page.signUps)}</section>`,
  });
}

/** A POST: an address stands in no address line, no history and no log. */
function lookUpForm(context: DeskContext, typed: string | undefined): Markup {
  const { people } = context.words;
  return html`<form method="post" action="/desk/people" class="look-up">${csrfField(context)}
${addressField({ name: 'address', label: people.address, value: typed })}<button class="button main">${people.lookUp}</button>
</form>`;
}

function figures({ language }: DeskContext, rows: readonly [number, string][]): Markup {
  return html`<ul class="tally">
${rows.map(([count, word]) => html`<li><strong>${formatCount(count, language)}</strong> ${word}</li>\n`)}</ul>`;
}

function barred(context: DeskContext, { barredLately }: RecentSignUps): Markup | undefined {
  const { people, suppressions } = context.words;
  if (barredLately.length === 0) return undefined;
  return html`<p class="small">${people.barredNote}</p>
<table class="records">
<thead>
<tr><th scope="col">${people.barredColumns.hash}</th><th scope="col">${people.barredColumns.reason}</th><th scope="col">${people.barredColumns.time}</th></tr>
</thead>
<tbody>
${barredLately.map(
  (
    line,
  ) => html`<tr><th scope="row"><a class="target" href="/desk/suppressions/${line.hash}">${shortHash(line.hash)}</a></th><td>${suppressions.reasons[line.reason as SuppressionReason] ?? line.reason}</td><td class="small">${renderShortTime(context, line.at)}</td></tr>
`,
)}</tbody>
</table>
`;
}
