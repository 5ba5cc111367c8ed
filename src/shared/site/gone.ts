import { html } from '../platform/markup.ts';
import { frontPath } from '../release/addresses.ts';
import { formatMoment } from '../release/dates.ts';
import { onDuty } from '../release/parts.ts';
import type { Publisher, WithdrawnView } from '../release/view.ts';
import { changesAt } from '../release/who-answers.ts';
import { renderPublicPage } from './frame.ts';
import { noIndex } from './head.ts';
import { renderPressContacts } from './people.ts';
import { renderTime } from './time.ts';
import { wordsOf } from './words.ts';

/**
 * What stands at the address of a withdrawn release (HTTP 410): that it was withdrawn, when, why, and whom to ask. Neither title nor text,
 * and no address either, because an address is made from the title (promise 9).
 */
export function renderGonePage(view: WithdrawnView, publisher: Publisher, at: Date = view.publishedAt): string {
  const words = wordsOf(view.language);
  const { newsroom } = publisher;
  const time = formatMoment(view.publishedAt, view.language, newsroom.timezone);
  const duty = onDuty(newsroom, at);
  return renderPublicPage({
    language: view.language,
    title: words.gone,
    publisher,
    status: 410,
    until: changesAt(view, publisher, at),
    head: noIndex(),
    main: html`<div class="prose">
<h1>${words.gone}</h1>
<p class="dateline small">${renderTime(view.publishedAt, words.goneOn(time))}</p>
${view.reason && html`<p class="lead">${view.reason}</p>\n`}<p><a class="target" href="${frontPath(view.language, newsroom)}">${words.toFront}</a></p>
<div class="side">
${renderPressContacts(duty, newsroom, view.language)}</div>
</div>
`,
  });
}
