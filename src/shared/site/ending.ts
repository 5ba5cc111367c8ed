import { html, type Markup, raw } from '../platform/markup.ts';
import { assetPath, changesPath, feedPath, pathIn, releasePath, subscribePath, topicPath } from '../release/addresses.ts';
import { mayShowChanges } from '../release/changes/changes.ts';
import { formatBytes, formatDate, formatMoment } from '../release/dates.ts';
import { keepFigures } from '../release/figures.ts';
import { fileKind } from '../release/files/file-types.ts';
import { langAttribute } from '../release/lang-attribute.ts';
import { renderStandingText } from '../release/markdown/markdown.ts';
import { interfaceLanguage, topicName } from '../release/newsroom/newsroom.ts';
import { zoneOf } from '../release/parts.ts';
import type { Publisher, ReleaseLink, RevisionView } from '../release/view.ts';
import { languageName } from '../release/words.ts';
import type { PageContext } from './page-context.ts';
import { renderTime } from './time.ts';
import type { Spoken, Words } from './words.ts';

/*
 * What follows the text of a release: files, topics, history, neighbours, who we are. Each gives undefined when there is nothing to say.
 */

export function renderAttachments({ content }: RevisionView, { words, language, own }: Spoken): Markup | undefined {
  if (content.attachments.length === 0) return undefined;
  return html`<section>
<h2>${words.attachments}</h2>
<ul class="files">
${content.attachments.map(
  (file) =>
    html`<li><a class="target" href="${assetPath(file.asset, file.name)}"><span><span${own}>${file.title}</span> <span class="meta">(${fileKind(file.mediaType)}, ${formatBytes(file.bytes, language)})</span></span></a></li>\n`,
)}</ul>
</section>
`;
}

/** Topics the public may see, each with its page and its feed. */
export function renderTopics({ content }: RevisionView, publisher: Publisher, words: Words): Markup | undefined {
  const listed = content.topics.filter((topic) => publisher.newsroom.topics[topic]?.unlisted === false);
  if (listed.length === 0) return undefined;
  const item = (topic: string) => {
    const name = topicName(publisher.newsroom, topic, content.language);
    return html`<li><a class="target" href="${pathIn(content.language, publisher.newsroom, topicPath(topic))}">${name}</a> <a class="target feed" href="${feedPath(`topic:${topic}`, 'rss')}" aria-label="${words.feedOf(name)}">RSS</a> <a class="target feed" href="${subscribePath(interfaceLanguage(content.language), topic)}">${words.byLetter}<span class="hidden">${words.byLetterOf(name)}</span></a></li>\n`;
  };
  return html`<nav aria-labelledby="amnen">
<h2 id="amnen">${words.topicsOf}</h2>
<ul class="topics">
${listed.map(item)}</ul>
</nav>
`;
}

/** When and why the text changed. Earlier texts are not here: they have a page of their own, which shows what may be shown (promise 9). */
export function renderHistory({ view, timezone, words, language, own }: PageContext): Markup | undefined {
  if (view.history.length < 2) return undefined;
  const concealed = view.history.some((line) => line.conceal);
  const line = ({ n, kind, publishedAt, changeNote }: RevisionView['history'][number]) => {
    const what = kind === 'withdrawal' ? '' : words.kinds[kind];
    return html`<li><p><strong>${words.revision(n)}</strong>, ${what}${' '}${renderTime(publishedAt, formatMoment(publishedAt, language, timezone))}</p>${changeNote && html`<p${own}>${changeNote}</p>`}</li>\n`;
  };
  return html`<section id="andringar">
<h2>${words.history}</h2>
<ol class="history" reversed>
${view.history.toReversed().map(line)}</ol>
${concealed && html`<p>${words.concealed}</p>\n`}${
  mayShowChanges(view) && html`<p data-silent><a class="target" href="${changesPath(view.slug)}">${words.toChanges}</a></p>\n`
}</section>
`;
}

export function renderTranslations({ translations }: RevisionView, words: Words): Markup | undefined {
  if (translations.length === 0) return undefined;
  return html`<nav aria-labelledby="sprak">
<h2 id="sprak">${words.translations}</h2>
<ul class="links">
${translations.map(
  ({ slug, language, title }) =>
    html`<li${langAttribute(language)}><a class="target" href="${releasePath(slug)}" hreflang="${language}"><span>${languageName(language)}: ${title}</span></a></li>\n`,
)}</ul>
</nav>
`;
}

export function renderRelated(view: RevisionView, publisher: Publisher, { words, language }: Spoken): Markup | undefined {
  if (view.related.length === 0) return undefined;
  const item = (link: ReleaseLink) => {
    const other = link.language !== language && html` lang="${link.language}" hreflang="${link.language}"`;
    const date = formatDate(link.publishedAt, language, zoneOf(view, publisher));
    return html`<li><a class="target" href="${releasePath(link.slug)}"${other}>${link.title}</a> <span class="meta">${renderTime(link.publishedAt, date)}</span></li>\n`;
  };
  return html`<nav aria-labelledby="mer">
<h2 id="mer">${words.related}</h2>
<ul class="links">
${view.related.map(item)}</ul>
</nav>
`;
}

/** The organisation in its own words, frozen at approval, and the postal address. */
export function renderBoilerplate({ content }: RevisionView, publisher: Publisher, { words, own }: Spoken): Markup | undefined {
  const { boilerplate, address } = content;
  if (!boilerplate && !address) return undefined;
  return html`<section>
<h2>${words.about(content.organisation ?? publisher.newsroom.name)}</h2>
${boilerplate && html`<div${own}>${raw(renderStandingText(boilerplate))}</div>\n`}${address && html`<p>${keepFigures(address)}</p>\n`}</section>
`;
}
