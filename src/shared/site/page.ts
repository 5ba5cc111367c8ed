import { html, type Markup, raw } from '../platform/markup.ts';
import { absolute, releasePath } from '../release/addresses.ts';
import { formatMoment } from '../release/dates.ts';
import { keepFigures } from '../release/figures.ts';
import { correctionOf, pressContactsOf, zoneOf } from '../release/parts.ts';
import type { Publisher, RevisionView } from '../release/view.ts';
import { inLanguage } from '../release/words.ts';
import { renderDecisions } from './decisions.ts';
import {
  renderAttachments,
  renderBoilerplate,
  renderHistory,
  renderRegistration,
  renderRelated,
  renderTopics,
  renderTranslations,
} from './ending.ts';
import { renderEvent } from './event.ts';
import { renderFigure } from './figure.ts';
import { renderPublicPage } from './frame.ts';
import { renderContacts, renderPressContacts, renderPressOffice } from './people.ts';
import { renderReleaseHead } from './release-head.ts';
import { type Spoken, spokenIn } from './words.ts';

type Context = Spoken & { readonly view: RevisionView; readonly publisher: Publisher; readonly timezone: string };

/**
 * The page of one public revision, in the reading order of screens.md section 5. A function of view and publisher alone,
 * so that html, preview and archive give the same bytes.
 */
export function renderReleasePage(view: RevisionView, publisher: Publisher): string {
  const { content } = view;
  const path = releasePath(view.slug);
  const context: Context = { ...spokenIn(content.language), view, publisher, timezone: zoneOf(view, publisher) };
  return renderPublicPage({
    language: content.language,
    title: content.title,
    publisher,
    head: renderReleaseHead(view, publisher),
    inLanguages: new Map(view.translations.map((link) => [link.language, releasePath(link.slug)])),
    address: absolute(publisher.baseUrl, path),
    main: html`<article class="release" lang="${context.language}">
${beginning(context)}<div class="text">
${text(context)}</div>
<div class="side">
${side(context)}</div>
<div class="end">
${ending(context)}</div>
</article>
`,
  });
}

function beginning(context: Context): Markup {
  const { view, words, own } = context;
  const { content } = view;
  return html`<header class="beginning">
${correction(context)}<p class="dateline">${words.types[content.type]}\u00a0· ${moment(context, view.firstPublishedAt)}${
    view.n > 1 && html`\u00a0· ${words.updated} ${moment(context, view.publishedAt)}`
  }</p>
<h1${own}>${keepFigures(content.title)}</h1>
<p class="lead"${own}>${content.lead}</p>
${tools(context)}</header>
`;
}

function moment({ language, timezone }: Context, time: Date): Markup {
  return html`<time datetime="${time.toISOString()}">${formatMoment(time, language, timezone)}</time>`;
}

function correction(context: Context): Markup | undefined {
  const newest = correctionOf(context.view);
  if (!newest) return undefined;
  const { words, own } = context;
  const note = own ? html`<span${own}>${newest.changeNote}</span>` : newest.changeNote;
  return html`<aside class="notice">
<p><strong>${words.correction} ${moment(context, newest.publishedAt)}</strong></p>
<p>${note} <a href="#andringar">${words.toHistory}</a></p>
</aside>
`;
}

function tools({ view, words }: Context): Markup {
  const languages = view.translations.map(
    ({ slug, language }) =>
      html` <a class="target" href="${releasePath(slug)}" hreflang="${language}" lang="${language}">${inLanguage(language)}</a>`,
  );
  return html`<p class="tools"><a class="target" href="#presskontakt"><span>${words.pressContact} <span aria-hidden="true">↓</span></span></a>${languages}</p>
`;
}

function text(context: Context): Markup {
  const { view, words, own } = context;
  const { content } = view;
  const invitation = content.type === 'invitation';
  return html`${figure(context, 0)}${invitation && event(context, words.timeAndPlace)}<div class="body"${own}>
${raw(view.rendered.body)}</div>
${content.decisions && renderDecisions(content.decisions, context)}${!invitation && event(context, words.programme)}${content.facts.map(
  (fact, index) => html`<aside class="facts"${own}>
<h2>${fact.title}</h2>
${raw(view.rendered.facts[index] ?? '')}</aside>
`,
)}${moreImages(context)}`;
}

function event(context: Context, heading: string): Markup | undefined {
  const { event } = context.view.content;
  return event && renderEvent({ ...context, event, heading });
}

function figure(context: Context, index: number): Markup | undefined {
  const { view, publisher } = context;
  const image = view.content.images[index];
  const asset = image && view.assets.get(image.asset);
  return asset && renderFigure({ ...context, image, asset, newsroom: publisher.newsroom, leading: index === 0 });
}

function moreImages(context: Context): Markup | undefined {
  const rest = context.view.content.images.slice(1);
  if (rest.length === 0) return undefined;
  return html`<section>
<h2>${context.words.moreImages}</h2>
${rest.map((_, index) => figure(context, index + 1))}</section>
`;
}

function side({ view, publisher, ...spoken }: Context): Markup {
  const { words } = spoken;
  const { contacts } = view.content;
  const press = pressContactsOf(view, publisher);
  return html`${contacts.length > 0 && renderContacts(contacts, words)}${
    press.length > 0 ? renderPressContacts(press, words) : renderPressOffice(publisher.newsroom, words)
  }${renderAttachments(view, spoken)}${renderTopics(view, publisher, words)}`;
}

function ending({ view, publisher, ...spoken }: Context): Markup {
  const { words } = spoken;
  return html`${renderHistory(view, publisher, spoken)}${renderTranslations(view, words)}${renderRelated(view, publisher, spoken)}${renderBoilerplate(view, publisher, spoken)}${renderRegistration(view, words)}`;
}
