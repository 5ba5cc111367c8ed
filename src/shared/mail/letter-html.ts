import { html, type Markup, raw } from '../platform/markup.ts';
import { assetPath, releasePath } from '../release/addresses.ts';
import { formatBytes, formatDate, formatMoment } from '../release/dates.ts';
import { keepFigures } from '../release/figures.ts';
import { fileKind } from '../release/file-types.ts';
import { renderMarkdown } from '../release/markdown.ts';
import { correctionOf, registrationOf } from '../release/parts.ts';
import { inLanguage } from '../release/words.ts';
import { contextOf, type LetterContext, type LetterInput } from './letter-context.ts';
import { renderLetterFrame } from './letter-frame.ts';
import { renderContacts, renderPressContacts } from './letter-people.ts';
import { renderPicture } from './letter-picture.ts';
import { renderDecisions, renderEvent } from './letter-tables.ts';

/** Mail programs cut or refuse longer letters; the text gives way, contacts and links stay. */
export const LETTER_BYTES = 100_000;

/** The letter as HTML: the page's parts in the page's order and words. */
export function renderLetterHtml(input: LetterInput): string {
  const context = contextOf(input);
  const whole = render(context, raw(ownLinks(context, input.view.rendered.body)));
  if (Buffer.byteLength(whole) <= LETTER_BYTES) return whole;
  const blocks = topBlocks(input.view.rendered.body);
  // Styles written into elements make the size hard to foresee, so it is tried; the text halves each time and a letter needs no more than a few.
  for (let count = blocks.length - 1; count > 0; count = Math.floor(count * 0.75)) {
    const rest = html`<p><a href="${context.at(releasePath(input.view.slug))}">${context.words.restOnWeb}</a>.</p>`;
    const cut = render(context, html`${raw(ownLinks(context, blocks.slice(0, count).join('')))}${rest}`);
    if (Buffer.byteLength(cut) <= LETTER_BYTES) return cut;
  }
  return render(context, html`<p><a href="${context.at(releasePath(input.view.slug))}">${context.words.restOnWeb}</a>.</p>`);
}

function render(context: LetterContext, body: Markup): string {
  const { view, publisher, language, words, subject } = context;
  const { content } = view;
  const correction = context.corrects ? correctionOf(view) : undefined;
  const event = content.event && renderEvent(context, content.event);
  return renderLetterFrame({
    publisher,
    language,
    words,
    title: subject,
    preview: correction?.changeNote ?? content.lead,
    main: html`${beginning(context)}${renderPicture(context)}${content.type === 'invitation' && event}<div class="body"${context.own}>
${body}</div>
${content.decisions && renderDecisions(context, content.decisions)}${content.type !== 'invitation' && event}${facts(context)}${renderContacts(context)}${renderPressContacts(context)}${attachments(context)}${translations(context)}${related(context)}${boilerplate(context)}`,
  });
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
  const { view, words, own } = context;
  const correction = correctionOf(view);
  if (!correction) return undefined;
  const time = formatMoment(correction.publishedAt, context.language, context.timezone);
  return box(html`<p><strong>${words.correction} ${time}</strong></p>
<p${own}>${correction.changeNote}</p>
${context.corrects && html`<p>${words.replaces}</p>\n`}
`);
}

/** A tinted box as a table, because some mail programs give padding to cells only. */
function box(content: Markup, own?: Markup): Markup {
  return html`<table role="presentation" class="box" cellspacing="0" cellpadding="0" border="0"><tr><td class="box-cell"${own}>
${content}</td></tr></table>
`;
}

function facts({ view, own }: LetterContext): Markup[] {
  return view.content.facts.map((fact, index) => box(html`<h2>${fact.title}</h2>\n${raw(view.rendered.facts[index] ?? '')}`, own));
}

function attachments({ view, words, language, own, at }: LetterContext): Markup | undefined {
  const files = view.content.attachments;
  if (files.length === 0) return undefined;
  const item = (file: (typeof files)[number]) =>
    html`<li><a href="${at(assetPath(file.asset, file.name))}"${own}>${file.title}</a> <span class="quiet">(${fileKind(file.mediaType)}, ${formatBytes(file.bytes, language)})</span></li>\n`;
  return html`<h2>${words.attachments}</h2>\n<ul class="links">\n${files.map(item)}</ul>\n`;
}

function translations({ view, words, at }: LetterContext): Markup | undefined {
  if (view.translations.length === 0) return undefined;
  const item = ({ slug, language, title }: (typeof view.translations)[number]) =>
    html`<li lang="${language}"><a href="${at(releasePath(slug))}" hreflang="${language}">${title}</a></li>\n`;
  return html`<h2>${words.translations}</h2>\n<ul class="links">\n${view.translations.map(item)}</ul>\n`;
}

function related({ view, words, language, timezone, at }: LetterContext): Markup | undefined {
  if (view.related.length === 0) return undefined;
  const item = (link: (typeof view.related)[number]) => {
    const other = link.language !== language && html` lang="${link.language}" hreflang="${link.language}"`;
    return html`<li><a href="${at(releasePath(link.slug))}"${other}>${link.title}</a> <span class="quiet">${formatDate(link.publishedAt, language, timezone)}</span></li>\n`;
  };
  return html`<h2>${words.related}</h2>\n<ul class="links">\n${view.related.map(item)}</ul>\n`;
}

function boilerplate(context: LetterContext): Markup {
  const { view, publisher, words, own } = context;
  const { boilerplate, address, organisation } = view.content;
  const number = registrationOf(view);
  return html`${(boilerplate || address) && html`<h2>${words.about(organisation ?? publisher.newsroom.name)}</h2>\n`}${
    boilerplate && html`<div${own}>${raw(ownLinks(context, renderMarkdown(boilerplate)))}</div>\n`
  }${address && html`<p>${address}</p>\n`}${number && html`<p class="quiet">${words.registration} ${number}</p>\n`}`;
}

/** Links within the newsroom get their whole address; a letter lies nowhere on the web. */
function ownLinks({ at }: LetterContext, markup: string): string {
  return markup.replace(/ href="(\/(?!\/)[^"]*)"/g, (_, path: string) => ` href="${at(path)}"`);
}

/** The paragraphs, lists, headings … of a body, each with all it holds. */
function topBlocks(body: string): string[] {
  const blocks: string[] = [];
  let depth = 0;
  let start = 0;
  for (const tag of body.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?>/g)) {
    if (tag[2] === 'br' || tag[2] === 'hr') continue;
    depth += tag[1] ? -1 : 1;
    const end = tag.index + tag[0].length;
    if (depth > 0) continue;
    blocks.push(body.slice(start, end));
    start = end;
  }
  return blocks;
}
