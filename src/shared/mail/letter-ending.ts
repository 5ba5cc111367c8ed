import { html, type Markup, raw } from '../platform/markup.ts';
import { assetPath, releasePath } from '../release/addresses.ts';
import { formatBytes, formatDate } from '../release/dates.ts';
import { fileKind } from '../release/files/file-types.ts';
import { langAttribute } from '../release/lang-attribute.ts';
import { renderMarkdown } from '../release/markdown/markdown.ts';
import { registrationOf } from '../release/parts.ts';
import type { LetterContext } from './letter-context.ts';

export function renderAttachments({ view, words, language, own, at }: LetterContext): Markup | undefined {
  const files = view.content.attachments;
  if (files.length === 0) return undefined;
  const item = (file: (typeof files)[number]) =>
    html`<li><a href="${at(assetPath(file.asset, file.name))}"${own}>${file.title}</a> <span class="quiet">(${fileKind(file.mediaType)}, ${formatBytes(file.bytes, language)})</span></li>\n`;
  return html`<h2>${words.attachments}</h2>\n<ul class="links">\n${files.map(item)}</ul>\n`;
}

export function renderTranslations({ view, words, at }: LetterContext): Markup | undefined {
  if (view.translations.length === 0) return undefined;
  const item = ({ slug, language, title }: (typeof view.translations)[number]) =>
    html`<li${langAttribute(language)}><a href="${at(releasePath(slug))}" hreflang="${language}">${title}</a></li>\n`;
  return html`<h2>${words.translations}</h2>\n<ul class="links">\n${view.translations.map(item)}</ul>\n`;
}

export function renderRelated({ view, words, language, timezone, at }: LetterContext): Markup | undefined {
  if (view.related.length === 0) return undefined;
  const item = (link: (typeof view.related)[number]) => {
    const other = link.language !== language && html` lang="${link.language}" hreflang="${link.language}"`;
    return html`<li><a href="${at(releasePath(link.slug))}"${other}>${link.title}</a> <span class="quiet">${formatDate(link.publishedAt, language, timezone)}</span></li>\n`;
  };
  return html`<h2>${words.related}</h2>\n<ul class="links">\n${view.related.map(item)}</ul>\n`;
}

export function renderBoilerplate(context: LetterContext): Markup {
  const { view, publisher, words, own } = context;
  const { boilerplate, address, organisation } = view.content;
  const number = registrationOf(view);
  return html`${(boilerplate || address) && html`<h2>${words.about(organisation ?? publisher.newsroom.name)}</h2>\n`}${
    boilerplate && html`<div${own}>${raw(ownLinks(context, renderMarkdown(boilerplate)))}</div>\n`
  }${address && html`<p>${address}</p>\n`}${number && html`<p class="quiet">${words.registration} ${number}</p>\n`}`;
}

/** Links within the newsroom get their whole address; a letter lies nowhere on the web. */
export function ownLinks({ at }: LetterContext, markup: string): string {
  return markup.replace(/ href="(\/(?!\/)[^"]*)"/g, (_, path: string) => ` href="${at(path)}"`);
}
