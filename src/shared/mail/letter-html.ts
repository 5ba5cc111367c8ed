import { html, type Markup, raw } from '../platform/markup.ts';
import { releasePath } from '../release/addresses.ts';
import { formatMoment } from '../release/dates.ts';
import { keepFigures } from '../release/figures.ts';
import { inLanguage } from '../release/words.ts';
import { renderChanges } from './letter-changes.ts';
import { contextOf, type LetterContext, type LetterInput } from './letter-context.ts';
import { ownLinks, renderAttachments, renderBoilerplate, renderRelated, renderTranslations } from './letter-ending.ts';
import { renderLetterFrame } from './letter-frame.ts';
import { fitLetter, type Part, partOf } from './letter-parts.ts';
import { renderContacts, renderPressContacts } from './letter-people.ts';
import { renderOtherPictures, renderPicture } from './letter-picture.ts';
import { renderDecisions, renderEvent } from './letter-tables.ts';

/** The letter as HTML: the page's parts in the page's order and words. */
export function renderLetterHtml(input: LetterInput): string {
  const context = contextOf(input);
  const { view, publisher, language, words, subject, corrects } = context;
  const correction = corrects ? context.corrections[0] : undefined;
  const frame = { publisher, language, words, title: subject, preview: correction?.changeNote ?? view.content.lead };
  return fitLetter(partsOf(context), {
    rest: html`<p><a href="${context.at(releasePath(view.slug))}">${words.restOnWeb}</a>.</p>\n`.toString(),
    render: (parts) => renderLetterFrame({ ...frame, main: raw(parts) }),
  });
}

function partsOf(context: LetterContext): Part[] {
  const { content } = context.view;
  const invitation = content.type === 'invitation';
  const when = content.event && renderEvent(context, content.event);
  // Of an invitation it is what people look for, and the text after it is none of it.
  const event = partOf(when && (invitation ? box(when) : when));
  return [
    partOf(beginning(context), 'keep'),
    partOf(renderPicture(context)),
    ...(invitation ? [event] : []),
    body(context),
    partOf(content.decisions && renderDecisions(context, content.decisions)),
    ...(invitation ? [] : [event]),
    ...facts(context),
    partOf(renderOtherPictures(context)),
    partOf(renderContacts(context)),
    partOf(renderPressContacts(context)),
    partOf(renderAttachments(context)),
    partOf(renderTranslations(context)),
    partOf(renderRelated(context)),
    partOf(renderBoilerplate(context)),
  ];
}

function beginning(context: LetterContext): Markup {
  const { view, words, at, own } = context;
  const { content } = view;
  const time = (moment: Date) => formatMoment(moment, context.language, context.timezone);
  return html`<p class="dateline">${words.types[content.type]} · ${time(view.firstPublishedAt)}${
    view.n > 1 && html` · ${words.updated} ${time(view.publishedAt)}`
  }</p>
${correctionBox(context)}<h1${own}>${keepFigures(content.title)}</h1>
<p class="lead"${own}>${content.lead}</p>
<p class="tools"><a href="${at(releasePath(view.slug))}">${words.onWeb}</a>${view.translations.map(
    ({ slug, language }) => html` <a href="${at(releasePath(slug))}" lang="${language}" hreflang="${language}">${inLanguage(language)}</a>`,
  )}</p>
`;
}

function correctionBox(context: LetterContext): Markup | undefined {
  const { corrections, words, own } = context;
  if (corrections.length === 0) return undefined;
  const time = (moment: Date) => formatMoment(moment, context.language, context.timezone);
  const notes = corrections.map(
    ({ publishedAt, changeNote }) => html`<p><strong>${words.correction} ${time(publishedAt)}</strong></p>
<p${own}>${changeNote}</p>
`,
  );
  return box(html`${notes}${context.corrects && html`<p>${words.replaces}</p>\n${renderChanges(context)}`}
`);
}

/** A tinted box as a table, because some mail programs give padding to cells only. */
function box(content: Markup, own?: Markup): Markup {
  return html`<table role="presentation" class="box" cellspacing="0" cellpadding="0" border="0"><tr><td class="box-cell"${own}>
${content}</td></tr></table>
`;
}

function body(context: LetterContext): Part {
  return {
    pieces: topBlocks(ownLinks(context, context.view.rendered.body)),
    around: (blocks) => html`<div class="body"${context.own}>\n${raw(blocks)}</div>\n`.toString(),
  };
}

function facts({ view, own }: LetterContext): Part[] {
  return view.content.facts.map((fact, index) => partOf(box(html`<h2>${fact.title}</h2>\n${raw(view.rendered.facts[index] ?? '')}`, own)));
}

/** The paragraphs, lists, headings … of a body, each with all it holds. */
function topBlocks(body: string): string[] {
  const blocks: string[] = [];
  let depth = 0;
  let start = 0;
  for (const tag of body.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?>/g)) {
    if (tag[2] !== 'br' && tag[2] !== 'hr') depth += tag[1] ? -1 : 1;
    const end = tag.index + tag[0].length;
    if (depth > 0 || tag[2] === 'br') continue;
    blocks.push(body.slice(start, end));
    start = end;
  }
  return [...blocks, body.slice(start)];
}
