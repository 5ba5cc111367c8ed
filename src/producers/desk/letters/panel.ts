import { type MailingStatus, onlyDigestsWait } from '../../../shared/delivery/equation.ts';
import { html, type Markup } from '../../../shared/platform/markup.ts';
import type { ReleaseStatus } from '../../../shared/publishing/status.ts';
import type { DeskContext } from '../context.ts';
import { isOpen } from '../next-step.ts';
import { personOf } from '../reasons.ts';
import { timeText } from '../time.ts';
import { formatCount } from '../words.ts';
import { BAR_ORDER, renderBar, renderSwatch } from './equation-bar.ts';

/** Where the letters of a release are told one by one. */
export function lettersPath(slug: string): string {
  return `/desk/releases/${slug}/letters`;
}

/** The letters of every revision, newest run first, each with its equation. */
export function renderLetters(context: DeskContext, { slug, letters }: Pick<ReleaseStatus, 'slug' | 'letters'>): Markup {
  const { words } = context;
  const runs = letters.toReversed().map((run) => {
    const id = `run-${run.n}`;
    return html`<section class="run" aria-labelledby="${id}-title">
<h3 id="${id}-title">${letters.length > 1 ? words.letters.of(run.n) : words.letters.title}</h3>
${renderRun(context, run, slug)}</section>
`;
  });
  return html`${runs}${letters.length > 0 && html`<p><a class="target" href="${lettersPath(slug)}">${words.letters.all}</a></p>\n`}`;
}

/** One run: how it stands, the equation as a bar and in words, and why letters are where they are. */
export function renderRun(context: DeskContext, run: MailingStatus, slug: string): Markup {
  const { words, language } = context;
  const count = (number: number) => formatCount(number, language);
  const facts = [words.letters.percent(count(run.percent))];
  if (run.state === 'running' && run.ratePerSecond >= 1) facts.push(words.letters.rate(count(Math.round(run.ratePerSecond))));
  if (run.secondsLeft !== null) facts.push(words.letters.left(words.seconds(run.secondsLeft)));
  if (run.waiting) facts.push(words.letters.digestsWait(count(run.waiting.count), timeText(context, new Date(run.waiting.dueAt))));
  const id = `run-${run.n}`;
  return html`<p><strong>${stateOf(context, run)}</strong>${(isPaused(run) || run.state === 'stopped') && run.reason && reasonOf(context, run.reason)}</p>
${
  run.frozenAt !== null &&
  html`${renderBar(run.counts, { id, sentence: sentenceOf(context, run) })}
<p class="small">${facts.join(' · ')}</p>
${limits(context, run)}${equation(context, run, id)}
${unknown(context, run, slug)}${reasons(context, run)}`
}`;
}

/** Why it is slow, when the newsroom file is the reason. */
function limits(context: DeskContext, run: MailingStatus): Markup[] {
  const { limit } = context.words.letters;
  return run.limits.map(({ kind, domain, rate, letters, until, setting }) => {
    const told = limit.waits(formatCount(letters, context.language), timeText(context, new Date(until)));
    return html`<p class="small">${limit.of[kind](rate, domain ?? '')}: ${told} <code>${setting}</code></p>\n`;
  });
}

/** Reasons that the program gives are kept in its language, which administrators search for; the plain one is in the desk's. */
function reasonOf({ words }: DeskContext, reason: string): Markup {
  const person = personOf(reason);
  return person === undefined
    ? html` <span class="small" lang="en">${reason}</span>`
    : html` <span class="small">${words.list.by(person)}</span>`;
}

/** Only a person may decide about letters that may have arrived. */
function unknown({ words }: DeskContext, run: MailingStatus, slug: string): Markup | undefined {
  if (run.counts.unknown === 0) return undefined;
  return html`<p><a class="target" href="${lettersPath(slug)}?run=${run.n}&amp;state=unknown">${words.letters.decide}</a></p>\n`;
}

/** A pause that came after the last letter holds nothing back. */
function isPaused(run: MailingStatus): boolean {
  return run.state === 'paused' && isOpen(run);
}

function stateOf({ words }: DeskContext, run: MailingStatus): string {
  if (isPaused(run)) return words.letters.paused;
  if (run.state === 'stopped') return words.letters.stopped;
  if (run.frozenAt === null) return words.letters.waiting;
  if (onlyDigestsWait(run)) return words.letters.onlyDigests;
  return isOpen(run) ? words.letters.running : words.letters.ended;
}

/** What the bar shows, for those who do not see it. */
function sentenceOf({ words, language }: DeskContext, run: MailingStatus): string {
  const parts = BAR_ORDER.filter((state) => run.counts[state] > 0).map(
    (state) => `${formatCount(run.counts[state], language)} ${words.letters.counts[state]}`,
  );
  return `${parts.join(' + ')} = ${formatCount(run.audience, language)} ${words.letters.audience}`;
}

/** accepted + … + claimed = audience, each with its pattern, its count and what it means. States with nothing in them stay away, except the accepted. */
function equation({ words, language }: DeskContext, run: MailingStatus, id: string): Markup {
  const shown = BAR_ORDER.filter((state) => run.counts[state] > 0 || state === 'accepted');
  const sum = run.sumIsRight ? words.letters.right : words.letters.wrong;
  return html`<table class="equation">
<tbody>
${shown.map(
  (
    state,
  ) => html`<tr><th scope="row">${renderSwatch(state, `${id}-${state}`)} ${words.letters.counts[state]}</th><td class="number">${formatCount(run.counts[state], language)}</td><td class="small">${words.letters.meanings[state]}</td></tr>
`,
)}<tr class="sum"><th scope="row">${words.letters.audience}</th><td class="number">${formatCount(run.audience, language)}</td><td class="small">${sum}</td></tr>
</tbody>
</table>`;
}

/** The server's own words are kept in its language: administrators search for them. */
function reasons({ words, language }: DeskContext, run: MailingStatus): Markup | undefined {
  if (run.reasons.length === 0) return undefined;
  return html`<details>
<summary class="target">${words.letters.reasons}</summary>
<ul class="reasons">
${run.reasons.map(
  (
    reason,
  ) => html`<li><strong>${formatCount(reason.count, language)} ${words.letters.counts[reason.state]}</strong>${reason.domain && html` · ${reason.domain}`}${reason.reply ? html`: <q lang="en">${reason.reply}</q>` : reason.code && html`: ${reason.code}`}</li>
`,
)}</ul>
</details>`;
}
