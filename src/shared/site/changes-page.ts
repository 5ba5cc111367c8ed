import { html, type Markup } from '../platform/markup.ts';
import { absolute, changesPath, releasePath } from '../release/addresses.ts';
import type { RevisionChanges } from '../release/changes/changes.ts';
import type { Change, Stretch } from '../release/changes/diff.ts';
import { formatMoment } from '../release/dates.ts';
import { keepFigures } from '../release/figures.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { renderPublicPage } from './frame.ts';
import { noIndex } from './head.ts';
import { type PageContext, pageContext } from './page-context.ts';
import { renderTime } from './time.ts';

/** Contacts that the page no longer shows must not stand in its changes. */
const PEOPLE: readonly Change['place'][] = ['contacts', 'pressContacts'];

/**
 * What each revision of a release changed, newest first, as removed and added words. Search engines leave it out: what was wrong must not be
 * found as if it were news. What may not be shown never comes here (release/changes/changes.ts).
 */
export function renderChangesPage(view: RevisionView, revisions: readonly RevisionChanges[], publisher: Publisher, at: Date): string {
  const context = pageContext(view, publisher, at);
  const { words, own } = context;
  const title = words.changesOf(view.content.title);
  const back = releasePath(view.slug);
  return renderPublicPage({
    language: view.content.language,
    title,
    publisher,
    head: noIndex(),
    address: absolute(publisher.baseUrl, changesPath(view.slug)),
    main: html`<div class="prose changes">
<h1>${words.history}</h1>
<p class="lead"${own}><a href="${back}">${keepFigures(view.content.title)}</a></p>
${revisions.map((revision) => renderRevision(revision, context))}<p><a class="target" href="${back}">${words.backToRelease}</a></p>
</div>
`,
  });
}

function renderRevision({ n, changes }: RevisionChanges, context: PageContext): Markup {
  const { view, words, language, timezone, own, answering } = context;
  const line = view.history.find((entry) => entry.n === n)!;
  const shown = changes?.filter(({ place }) => !(answering.old && PEOPLE.includes(place)));
  return html`<section>
<h2>${words.revision(n)}${line.kind !== 'withdrawal' && `, ${words.kinds[line.kind]}`}</h2>
<p class="small">${renderTime(line.publishedAt, formatMoment(line.publishedAt, language, timezone))}</p>
${line.changeNote && html`<p${own}>${line.changeNote}</p>\n`}${shown === undefined && html`<p>${words.concealed}</p>\n`}${
  shown?.length === 0 && html`<p>${words.nothingVisible}</p>\n`
}${shown && renderCompared(shown, context)}</section>
`;
}

/** What differs, place by place; the desk shows corrections that wait for approval in the same way. `own` is of the text compared. */
export function renderCompared(changes: readonly Change[], { words, own }: Pick<PageContext, 'words' | 'own'>): Markup[] {
  return [...Map.groupBy(changes, ({ place }) => place)].map(
    ([place, list]) => html`<h3>${words.places[place]}</h3>
<div class="compared"${own}>
${list.map((change) => html`<p>${stretchesOf(change).map((stretch) => renderStretch(stretch, words))}</p>\n`)}</div>
`,
  );
}

/** A passage with hardly a word in common stands whole, first as it was, then as it is. */
function stretchesOf({ before, after, words }: Change): readonly Stretch[] {
  if (words) return words;
  const whole: Stretch[] = [];
  if (before !== null) whole.push({ kind: 'removed', text: before });
  if (after !== null) whole.push({ kind: 'added', text: after });
  return whole;
}

/** Most screen readers say nothing of del and ins: the words say it, and the lines through and under the text for the eye. */
function renderStretch({ kind, text }: Stretch, words: PageContext['words']): Markup {
  switch (kind) {
    case 'same':
      return html`${text}`;
    case 'removed':
      return html`<del><span class="hidden">[${words.took} </span>${text}<span class="hidden">]</span></del> `;
    case 'added':
      return html`<ins><span class="hidden">[${words.put} </span>${text}<span class="hidden">]</span></ins>`;
  }
}
