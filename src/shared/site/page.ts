import { html, type Markup, raw } from '../platform/markup.ts';
import { absolute, releasePath } from '../release/addresses.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { changesAt } from '../release/who-answers.ts';
import { renderBeginning } from './beginning.ts';
import { renderDecisions } from './decisions.ts';
import { renderAttachments, renderBoilerplate, renderHistory, renderRelated, renderTopics, renderTranslations } from './ending.ts';
import { renderEvent } from './event.ts';
import { renderFigure } from './figure.ts';
import { renderPublicPage } from './frame.ts';
import { type PageContext, pageContext } from './page-context.ts';
import { renderPeople } from './people.ts';
import { renderReleaseHead } from './release-head.ts';
import { pageScript } from './script.ts';
import { renderProof, renderShare } from './share.ts';

/**
 * The page of one public revision, in the reading order of screens.md section 5. A function of view, publisher and the moment it is read at
 * alone; as published when none is given, which is what html writes, the archive keeps and the desk previews.
 */
export function renderReleasePage(view: RevisionView, publisher: Publisher, at: Date = view.publishedAt): string {
  const { content } = view;
  const path = releasePath(view.slug);
  const context = pageContext(view, publisher, at);
  return renderPublicPage({
    language: content.language,
    title: content.title,
    publisher,
    head: renderReleaseHead(view, publisher, at),
    inLanguages: new Map(view.translations.map((link) => [link.language, releasePath(link.slug)])),
    address: absolute(publisher.baseUrl, path),
    until: changesAt(view, publisher, at),
    scripts: [pageScript.path],
    main: html`<article class="release" lang="${context.language}" data-language="${content.language}">
${renderBeginning(context)}<div class="text">
${text(context)}</div>
<div class="side">
${side(context)}</div>
<div class="end">
${ending(context)}</div>
</article>
`,
  });
}

function text(context: PageContext): Markup {
  const { view, own } = context;
  const { content } = view;
  const invitation = content.type === 'invitation';
  return html`${figure(context, 0)}${invitation && renderEvent(context)}<div class="body"${own}>
${raw(view.rendered.body)}</div>
${renderDecisions(context)}${!invitation && renderEvent(context)}${content.facts.map(
  (fact, index) => html`<aside class="facts"${own} aria-labelledby="${`fakta-${index + 1}`}">
<h2 id="${`fakta-${index + 1}`}">${fact.title}</h2>
${raw(view.rendered.facts[index] ?? '')}</aside>
`,
)}${moreImages(context)}`;
}

function figure(context: PageContext, index: number): Markup | undefined {
  const { view, publisher } = context;
  const image = view.content.images[index];
  const asset = image && view.assets.get(image.asset);
  return asset && renderFigure({ ...context, image, asset, newsroom: publisher.newsroom, leading: index === 0 });
}

function moreImages(context: PageContext): Markup | undefined {
  const rest = context.view.content.images.slice(1);
  if (rest.length === 0) return undefined;
  return html`<section>
<h2>${context.words.moreImages}</h2>
${rest.map((_, index) => figure(context, index + 1))}</section>
`;
}

function side(context: PageContext): Markup {
  const { view, publisher, words } = context;
  return html`${renderPeople(context)}${renderAttachments(view, context)}${renderTopics(view, publisher, words)}`;
}

function ending(context: PageContext): Markup {
  const { view, publisher, words } = context;
  return html`${renderHistory(context)}${renderTranslations(view, words)}${renderRelated(view, publisher, context)}${renderBoilerplate(view, publisher, context)}${renderShare(context)}${renderProof(context)}`;
}
