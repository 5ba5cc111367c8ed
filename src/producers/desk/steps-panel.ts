import { html, type Markup } from '../../shared/platform/markup.ts';
import { releasePath } from '../../shared/release/addresses.ts';
import { formatDay, formatTime } from '../../shared/release/dates.ts';
import type { DeskContext } from './context.ts';
import { ASKS, type AskingStep, type Offer, type Stand } from './next-step.ts';
import type { ReleasePage } from './release.ts';
import { csrfField } from './shell.ts';
import type { DeskWords } from './words.ts';

/** Where the release stands, and the one clear button for what comes next; other steps are quieter. */
export function renderNext(context: DeskContext, page: ReleasePage): Markup {
  const { words } = context;
  const { next, draft } = page;
  const others = next.others.filter((step) => step !== next.main);
  return html`<section class="next" aria-labelledby="next">
<h2 id="next">${words.next.title}</h2>
${sentBack(words, draft?.rejection)}<p data-live="stand">${sentenceOf(context, page, next.stand)}</p>
${
  (next.main || others.length > 0 || page.status.state === 'public') &&
  html`<div class="buttons">
${next.main && button(context, page, next.main, true)}${page.status.state === 'public' && readLink(context, page)}${others.map((step) => button(context, page, step, false))}</div>
`
}</section>`;
}

/** What the approver wrote, in its own lines: above the steps, and above the text that is to be changed. */
export function sentBack(words: DeskWords, reason: string | null | undefined): Markup | undefined {
  if (!reason) return undefined;
  return html`<div class="notice"><p><strong>${words.release.sentBack}</strong></p><p class="as-written">${reason}</p></div>\n`;
}

function readLink({ words }: DeskContext, { status }: ReleasePage): Markup {
  return html`<a class="button other" href="${releasePath(status.slug)}">${words.release.read}</a>\n`;
}

/** A time is told by weekday, in newsroom time and in UTC: whoever schedules from elsewhere sees which is meant. */
function sentenceOf({ words, publisher, language }: DeskContext, { draft }: ReleasePage, stand: Stand): string {
  if (stand !== 'scheduled' && stand !== 'missed') return words.next.stands[stand];
  const at = draft!.publishAt!;
  const { timezone } = publisher.newsroom;
  const time = `${formatDay(at, language, timezone)} ${language === 'sv' ? 'kl.' : 'at'} ${formatTime(at, language, timezone)}`;
  return words.next[stand](`${time} (${timezone}, ${at.toISOString().slice(11, 16)} UTC)`);
}

/**
 * A step that asks first is a link to the page that asks; the others are done at once. What is approved is named by its hash, and the release by its
 * id: a draft's slug follows its headline, and somebody may change that while this page is open.
 */
function button(context: DeskContext, page: ReleasePage, step: Offer, main: boolean): Markup {
  const { words } = context;
  const kind = main ? 'main' : step === 'withdraw' || step === 'stop' ? 'grave' : 'other';
  const address = `/desk/releases/${page.status.release}/${step}`;
  if (step === 'edit') {
    const text = page.status.state === 'public' && !page.draft ? words.steps.beginCorrection : words.steps.edit;
    return html`<a class="button other" href="${address}">${text}</a>\n`;
  }
  if (ASKS.includes(step as AskingStep)) return html`<a class="button ${kind}" href="${address}">${words.steps[step]}</a>\n`;
  const hash = step === 'approve' && page.draft?.hash;
  return html`<form method="post" action="${address}">${csrfField(context)}${hash && html`<input type="hidden" name="hash" value="${hash}">`}<button class="button ${kind}">${words.steps[step]}${
    hash && html` <code>${hash.slice(0, 12)}</code>`
  }</button></form>
`;
}
