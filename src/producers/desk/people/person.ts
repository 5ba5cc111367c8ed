import type { PersonLetter } from '../../../shared/delivery/history.ts';
import { html, type Markup } from '../../../shared/platform/markup.ts';
import type { PersonStory } from '../../../shared/publishing/person.ts';
import { topicName } from '../../../shared/release/newsroom/newsroom.ts';
import { languageName } from '../../../shared/release/words.ts';
import type { SubscriberView } from '../../../shared/subscribers/store.ts';
import type { DeskContext } from '../context.ts';
import { renderAnswer, renderState, renderTries } from '../letters/line.ts';
import { renderFacts } from '../lists.ts';
import { csrfField, renderDesk } from '../shell.ts';
import { renderShortTime, timeText } from '../time.ts';
import { renderBounceTable } from './bounce-table.ts';
import { evidenceRows, shortHash } from './evidence.ts';
import type { PersonStep } from './steps.ts';

export type PersonPage = {
  readonly story: PersonStory;
  /** What can be done now. */
  readonly steps: readonly PersonStep[];
  /** Whether the newest letters are shown, and not a page of older ones. */
  readonly newest: boolean;
  readonly message: Markup | undefined;
};

/** One person: do letters reach them, what became of each, what came back, and why we may write at all. */
export function renderPerson(context: DeskContext, page: PersonPage): string {
  const { people } = context.words;
  const { story } = page;
  return renderDesk(context, {
    title: people.title,
    main: html`<p><a class="target back" href="/desk/people"><span aria-hidden="true">←</span> ${people.another}</a></p>
${page.message}
<h1 class="address">${story.address}</h1>
<p class="standing"><strong>${standingOf(context, story)}</strong></p>
<div class="columns">
<div class="work">
${letters(context, page)}
${story.bounces.length > 0 && html`<section aria-labelledby="bounces">\n<h2 id="bounces">${people.bounces}</h2>\n${renderBounceTable(context, story.bounces)}\n</section>`}
${story.subscriber && proof(context, story.subscriber)}
</div>
<div class="beside">
${buttons(context, page)}
${suppression(context, story)}
${story.subscriber && facts(context, story, story.subscriber)}
</div>
</div>`,
  });
}

/** Whether letters reach the person, in one sentence; what bars them comes first. */
function standingOf(context: DeskContext, { subscriber, suppression }: PersonStory): string {
  const { people, suppressions } = context.words;
  if (suppression) return subscriber ? people.suppressed(suppressions.reasons[suppression.reason]) : people.noneSuppressed;
  if (!subscriber) return people.none;
  if (subscriber.state === 'active' && subscriber.pausedUntil && subscriber.pausedUntil.getTime() > Date.now()) {
    return people.paused(timeText(context, subscriber.pausedUntil));
  }
  return people.standings[subscriber.state];
}

function letters(context: DeskContext, { story, newest }: PersonPage): Markup | undefined {
  const { people, letters } = context.words;
  if (!story.subscriber) return undefined;
  return html`<section aria-labelledby="letters">
<h2 id="letters">${people.letters}</h2>
${story.letters.length === 0 ? html`<p>${people.noLetters}</p>` : letterTable(context, story.letters)}
${
  (story.olderLetters !== undefined || !newest) &&
  html`<div class="paging">
${!newest && pageForm(context, story.address, { text: context.words.list.newest })}${story.olderLetters !== undefined && pageForm(context, story.address, { text: letters.older.older, before: story.olderLetters })}</div>
`
}</section>`;
}

/** Older letters by another form: the address must not stand in a link. */
function pageForm(context: DeskContext, address: string, to: { text: string; before?: number }): Markup {
  return html`<form method="post" action="/desk/people">${csrfField(context)}<input type="hidden" name="address" value="${address}">${
    to.before !== undefined && html`<input type="hidden" name="before" value="${to.before}">`
  }<button class="plain">${to.text}</button></form>
`;
}

function letterTable(context: DeskContext, lines: readonly PersonLetter[]): Markup {
  const { people, letters } = context.words;
  const row = (line: PersonLetter) => html`<tr>
<th scope="row"><a href="/desk/releases/${line.slug}">${line.title ?? line.slug}</a>${line.n > 1 && html`<span class="small">${letters.of(line.n)}</span>`}</th>
<td>${renderState(context, line, `letter-${line.publication}`)}</td>
<td>${renderAnswer(context, line)}</td>
<td>${renderTries(context, line)}</td>
</tr>
`;
  return html`<table class="records letter-rows">
<thead>
<tr><th scope="col">${people.columns.release}</th><th scope="col">${letters.columns.state}</th><th scope="col">${letters.columns.answer}</th><th scope="col">${letters.columns.tries}</th></tr>
</thead>
<tbody>
${lines.map(row)}</tbody>
</table>`;
}

/** Each asks first. The first press only opens the question. */
function buttons(context: DeskContext, { story, steps }: PersonPage): Markup | undefined {
  if (steps.length === 0) return undefined;
  return html`<div class="buttons person-steps">
${steps.map(
  (
    step,
  ) => html`<form method="post" action="/desk/people/${step}">${csrfField(context)}<input type="hidden" name="address" value="${story.address}"><button class="button ${step === 'lift' ? 'other' : 'grave'}">${context.words.people.steps[step]}</button></form>
`,
)}</div>`;
}

function suppression(context: DeskContext, { suppression: line }: PersonStory): Markup | undefined {
  const { people, suppressions } = context.words;
  if (!line) return undefined;
  return html`<section class="facts-of" aria-labelledby="suppression">
<h2 id="suppression">${people.suppression}</h2>
${renderFacts([
  [suppressions.columns.reason, suppressions.reasons[line.reason]],
  [suppressions.columns.since, renderShortTime(context, line.since)],
  ...evidenceRows(context, line),
])}
</section>`;
}

function facts(context: DeskContext, story: PersonStory, subscriber: SubscriberView): Markup {
  const { words, publisher, language } = context;
  const { people } = words;
  const topics = subscriber.subscriptions.map(({ topic, frequency }) => {
    const name = topic === '*' ? people.everything : topicName(publisher.newsroom, topic, language);
    return html`<li>${name}, ${people.frequencies[frequency as keyof typeof people.frequencies] ?? frequency}</li>`;
  });
  return html`<section class="facts-of" aria-labelledby="facts">
<h2 id="facts">${people.facts}</h2>
${renderFacts([
  [people.name, subscriber.name],
  [people.language, languageName(subscriber.language)],
  [people.topics, topics.length > 0 && html`<ul class="bare">${topics}</ul>`],
  [people.hash, shortHash(story.hash)],
])}
</section>`;
}

/** Every line of proof with the words that were shown (GDPR article 7.1), newest first. */
function proof(context: DeskContext, subscriber: SubscriberView): Markup {
  const { people } = context.words;
  return html`<section aria-labelledby="proof">
<h2 id="proof">${people.proof}</h2>
<p class="small">${people.proofNote}</p>
<ol class="events" reversed>
${subscriber.consents.toReversed().map(
  (line) => html`<li><span class="small">${renderShortTime(context, line.at)}</span> <strong>${people.events[line.event]}</strong>
${renderFacts([
  [people.basis, line.legal_basis && (people.bases[line.legal_basis] ?? line.legal_basis)],
  [people.source, line.source],
  [people.confirmedAt, line.confirmed_at && renderShortTime(context, line.confirmed_at)],
  [people.wording, line.wording && html`<q>${line.wording}</q> <span class="small">${people.version} ${line.wording_version}</span>`],
])}</li>
`,
)}</ol>
</section>`;
}
