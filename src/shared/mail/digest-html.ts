import { html, type Markup, raw } from '../platform/markup.ts';
import { releasePath } from '../release/addresses.ts';
import { keepFigures } from '../release/figures.ts';
import type { RevisionView } from '../release/view.ts';
import { correctionLines, type DigestContext, type Extent, eventLines, headOf, langOf, restOf, topicsOf } from './digest-context.ts';

/** Everything between masthead and footer: the newest releases with their leads, then titles, then the way to the rest. */
export function renderDigest(context: DigestContext, { entries, titles }: Extent): Markup {
  const { input, own, at } = context;
  const named = input.items.slice(entries, entries + titles);
  const rest = restOf(context, entries + titles);
  return html`<p class="dateline">${context.dateline}</p>
<h1>${context.heading}</h1>
${input.items.slice(0, entries).map((view) => renderEntry(context, view))}${
  named.length > 0 &&
  html`<h2>${own.also}</h2>\n<ul class="links">\n${named.map(
    (view) => html`<li${langOf(context, view)}><a href="${at(releasePath(view.slug))}">${view.content.title}</a></li>\n`,
  )}</ul>\n`
}${rest && html`<p><a class="tap" href="${rest.address}">${rest.label}</a></p>\n`}`;
}

function renderEntry(context: DigestContext, view: RevisionView): Markup {
  const { at } = context;
  const { content } = view;
  const when = eventLines(context, view);
  const lang = langOf(context, view);
  const topics = topicsOf(context, view);
  return html`<div class="entry">
<p class="dateline">${headOf(context, view)}</p>
<h2${lang}><a href="${at(releasePath(view.slug))}">${keepFigures(content.title)}</a></h2>
${correctionLines(context, view).map(({ head, note }) => html`<p><strong>${head}</strong> <span${lang}>${note}</span></p>\n`)}<p${lang}>${content.lead}</p>
${when.length > 0 && html`<p class="about">${when.map((line, index) => html`${index > 0 && raw('<br>')}${line}`)}</p>\n`}${
  topics.length > 0 &&
  html`<p class="about">${topics.map(({ name, path }, index) => html`${index > 0 && ' · '}<a class="tap" href="${at(path)}">${name}</a>`)}</p>\n`
}</div>
`;
}
