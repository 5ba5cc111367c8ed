import { html, type Markup } from '../platform/markup.ts';
import { changesPath, releaseFilePath, releasePath } from '../release/addresses.ts';
import { mayShowChanges } from '../release/changes/changes.ts';
import { formatMoment, formatTime, localDay } from '../release/dates.ts';
import { keepFigures } from '../release/figures.ts';
import { correctionOf } from '../release/parts.ts';
import { eventIsOver } from '../release/who-answers.ts';
import { inLanguage } from '../release/words.ts';
import type { PageContext } from './page-context.ts';
import { renderTime } from './time.ts';

/** What a reader has to know before the text: that it was corrected, that its event has been; then date, title, lead and what one can do. */
export function renderBeginning(context: PageContext): Markup {
  const { view, words, own } = context;
  const { content } = view;
  return html`<header class="beginning">
${correction(context)}${over(context)}<p class="dateline">${words.types[content.type]}\u00a0· ${moment(context, view.firstPublishedAt)}${
    view.n > 1 && html`\u00a0· ${updated(context)}`
  }</p>
<h1${own}>${keepFigures(content.title)}</h1>
<p class="lead"${own}>${content.lead}</p>
${tools(context)}</header>
`;
}

function moment({ language, timezone }: PageContext, time: Date): Markup {
  return renderTime(time, formatMoment(time, language, timezone));
}

/** When the text became what it is: the hour alone on the day it was published, the whole date later. */
function updated(context: PageContext): Markup {
  const { view, language, timezone, words } = context;
  const { firstPublishedAt, publishedAt } = view;
  return localDay(firstPublishedAt, timezone) === localDay(publishedAt, timezone)
    ? renderTime(publishedAt, words.updatedAt(formatTime(publishedAt, language, timezone)))
    : html`${words.updated} ${moment(context, publishedAt)}`;
}

function correction(context: PageContext): Markup | undefined {
  const newest = correctionOf(context.view);
  if (!newest) return undefined;
  const { view, words, own } = context;
  const note = own ? html`<span${own}>${newest.changeNote}</span>` : newest.changeNote;
  return html`<aside class="notice" aria-labelledby="rattelse">
<p id="rattelse"><strong>${words.correction} ${moment(context, newest.publishedAt)}</strong></p>
<p>${note}${mayShowChanges(view) && html` <a href="${changesPath(view.slug)}" data-silent>${words.toChanges}</a>`}</p>
</aside>
`;
}

function over({ view, publisher, words, at }: PageContext): Markup | undefined {
  return eventIsOver(view, publisher, at)
    ? html`<aside class="notice" aria-labelledby="over">\n<p id="over"><strong>${words.eventIsOver}</strong></p>\n</aside>\n`
    : undefined;
}

/** The spans of class listen and print are filled by the page's script, in the order they are read. */
function tools({ view, words }: PageContext): Markup {
  const languages = view.translations.map(
    ({ slug, language }) =>
      html`\n<a class="target" href="${releasePath(slug)}" hreflang="${language}" lang="${language}">${inLanguage(language)}</a>`,
  );
  return html`<div class="tools" data-listen="${words.listen}" data-stop="${words.stopListening}" data-print="${words.print}">
<a class="target" href="#presskontakt"><span>${words.pressContact} <span aria-hidden="true">↓</span></span></a>
<span class="listen"></span><span class="print"></span><a class="target" href="${releaseFilePath(view.slug, 'release.txt')}">${words.asText}</a>${languages}
</div>
`;
}
