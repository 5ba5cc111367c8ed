import { html, type Markup } from '../platform/markup.ts';
import {
  aboutPath,
  accessibilityPath,
  archivePath,
  assetPath,
  feedPath,
  feedsPath,
  frontPath,
  manifestPath,
  pathIn,
  privacyPath,
  subscribePath,
  topicsPath,
} from '../release/addresses.ts';
import { keepFigures } from '../release/figures.ts';
import { interfaceLanguage, LOGO_HEIGHT, type Newsroom } from '../release/newsroom/newsroom.ts';
import { contactsPath, imagesPath, openSearchPath, searchPath } from '../release/reader-addresses.ts';
import type { Publisher } from '../release/view.ts';
import { languageName } from '../release/words.ts';
import { feedListOf } from './feeds.ts';
import { renderDocument, skipLink } from './layout.ts';
import { type Words, wordsOf } from './words.ts';
import { pageWords } from './words-pages.ts';

/** The id of <main> on every page; people link to it, so it is the same in all languages. */
const MAIN = 'innehall';

export type PublicPage = {
  /** Language of the content; header and footer follow in the nearest interface language. */
  readonly language: string;
  /** Stands before the newsroom's name in <title>; empty on the front page. */
  readonly title: string;
  readonly publisher: Publisher;
  readonly head?: Markup;
  readonly main: Markup;
  readonly current?: 'news' | 'topics' | 'images' | 'contacts' | 'archive' | 'subscribe' | 'search';
  /** The list whose feeds belong to this page, when it is not the one of its language. */
  readonly feeds?: string;
  /** Addresses of this very page in other languages; the front page stands in for a missing one. */
  readonly inLanguages?: ReadonlyMap<string, string>;
  /** Printed below the text; left out where the address would repeat what was taken back. */
  readonly address?: string;
  readonly status?: 410;
  readonly until?: Date | undefined;
  readonly scripts?: readonly string[];
};

/** A page of the public site: the document shell with header, main and footer. */
export function renderPublicPage(page: PublicPage): string {
  const words = wordsOf(page.language);
  const name = page.publisher.newsroom.name;
  return renderDocument({
    lang: interfaceLanguage(page.language),
    title: page.title ? `${page.title} – ${name}` : `${words.newsroom} – ${name}`,
    publisher: page.publisher,
    head: html`<link rel="search" type="application/opensearchdescription+xml" title="${name}" href="${openSearchPath()}">
<link rel="manifest" href="${manifestPath(page.language, page.publisher.newsroom)}">
${page.head}`,
    status: page.status,
    until: page.until,
    scripts: page.scripts,
    body: html`${skipLink(words.skip, MAIN)}
${header(page, words)}
<main id="${MAIN}">
${page.main}
${page.address && html`<p class="only-print small">${page.address}</p>\n`}</main>
${footer(page, words)}`,
  });
}

function header(page: PublicPage, words: Words): Markup {
  const { newsroom } = page.publisher;
  const named = pageWords(page.language);
  const front = frontPath(page.language, newsroom);
  const item = (key: PublicPage['current'], href: string, text: string) =>
    html`<li><a class="target" href="${href}"${key === page.current && html` aria-current="page"`}>${text}</a></li>\n`;
  return html`<header class="site-header">
<p class="site-name"><a class="target" href="${front}">${logo(newsroom)}<span>${newsroom.name} <span class="site-part">${words.newsroom}</span></span></a></p>
<nav aria-label="${words.menu}">
<ul>
${item('news', front, words.news)}${item('topics', pathIn(page.language, newsroom, topicsPath()), words.topics)}${item('images', imagesPath(page.language, newsroom), named.images)}${item('contacts', contactsPath(page.language, newsroom), named.contacts)}${item('subscribe', subscribePath(interfaceLanguage(page.language)), words.subscribe)}${item('search', searchPath(page.language, newsroom), named.search)}${otherLanguages(page)}</ul>
</nav>
</header>`;
}

/** The name stands beside it, so it says nothing of its own. */
function logo({ logo, logoDark, logoWidth }: Newsroom): Markup | undefined {
  if (!logo) return undefined;
  const width = logoWidth && html` width="${logoWidth}"`;
  const image = html`<img src="${assetPath(logo, 'logo')}" alt=""${width} height="${LOGO_HEIGHT}">`;
  return logoDark
    ? html`<picture><source media="screen and (prefers-color-scheme: dark)" srcset="${assetPath(logoDark, 'logo')}">${image}</picture>`
    : image;
}

function otherLanguages(page: PublicPage): Markup[] {
  const { newsroom } = page.publisher;
  return newsroom.languages
    .filter((language) => language !== page.language)
    .map((language) => {
      const href = page.inLanguages?.get(language) ?? frontPath(language, newsroom);
      return html`<li><a class="target" href="${href}" hreflang="${language}" lang="${language}">${languageName(language)}</a></li>\n`;
    });
}

function footer(page: PublicPage, words: Words): Markup {
  const { newsroom } = page.publisher;
  const list = page.feeds ?? feedListOf(page.language, page.publisher);
  const link = (href: string, text: string) => html`<li><a class="target" href="${href}">${text}</a></li>\n`;
  // One address holds every language the organisation wrote such a page in, each with its own anchor (own-pages.ts).
  const own = (path: string, texts: Readonly<Record<string, string>>, text: string) =>
    link(page.language !== newsroom.languages[0] && texts[page.language] ? `${path}#${page.language}` : path, text);
  return html`<footer class="site-footer">
<div>
<p><strong>${newsroom.name}</strong><br>${keepFigures(newsroom.address)}<br><a class="target" href="mailto:${newsroom.pressEmail}">${newsroom.pressEmail}</a></p>
<p>${words.publisher}: ${newsroom.publisher}</p>
</div>
<nav aria-label="${words.siteLinks}">
<ul>
${link(subscribePath(interfaceLanguage(page.language)), words.subscribe)}${link(pathIn(page.language, newsroom, archivePath()), words.archive)}${own(aboutPath(), newsroom.boilerplate, words.aboutUs)}${own(accessibilityPath(), newsroom.accessibility.text, words.accessibility)}${own(privacyPath(), newsroom.privacy.text, words.privacy)}</ul>
<p class="feeds"><a class="target" href="${feedsPath(page.language, newsroom)}">${words.feeds}</a> <a class="target" href="${feedPath(list, 'rss')}">RSS</a> <a class="target" href="${feedPath(list, 'atom')}">Atom</a> <a class="target" href="${feedPath(list, 'json')}">JSON Feed</a></p>
</nav>
</footer>`;
}
