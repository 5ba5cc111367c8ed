import { html, type Markup } from '../../shared/platform/markup.ts';
import { renderDocument, skipLink } from '../../shared/site/layout.ts';
import { type DeskContext, isAdmin } from './context.ts';
import { DESK_SCRIPT, DESK_SHEET } from './files.ts';

const MAIN = 'content';

export type DeskPage = {
  readonly title: string;
  readonly main: Markup;
  /** Loads the script that keeps the page's figures fresh. Everything works without it, by loading the page again. */
  readonly live?: boolean;
};

/** A page of the desk: the newsroom's shell and stylesheet, the desk's own header. */
export function renderDesk(context: DeskContext, page: DeskPage): string {
  const { words, publisher, language } = context;
  return renderDocument({
    lang: language,
    title: `${page.title} – ${words.desk}, ${publisher.newsroom.name}`,
    publisher,
    stylesheets: [DESK_SHEET.path],
    bodyClass: 'desk',
    head: html`<meta name="robots" content="noindex, nofollow">
${page.live && html`<script src="${DESK_SCRIPT.path}" defer></script>\n`}`,
    body: html`${skipLink(words.skip, MAIN)}
${header(context)}
<main id="${MAIN}" class="desk-main" tabindex="-1">
${page.main}
</main>`,
  });
}

function header(context: DeskContext): Markup {
  const { words, publisher, visitor } = context;
  return html`<header class="desk-header">
<p class="desk-name"><a class="target" href="/desk/"><strong>${words.desk}</strong> <span>${publisher.newsroom.name}</span></a></p>
<nav aria-label="${words.desk}">
<ul>
${places(context)}<li><a class="target" href="/">${words.newsroom}</a></li>
</ul>
</nav>
<div class="desk-person">
${visitor && html`<p><span class="hidden">${words.signedInAs} </span>${visitor.actor.name}</p>\n`}${languageForm(context)}${
  visitor && html`<form method="post" action="/desk/sign-out">${csrfField(context)}<button class="plain">${words.signOut}</button></form>\n`
}</div>
</header>`;
}

/** The parts of the desk, in the order of the header: where each begins, and whether only administrators see it. */
const PLACES = [
  { name: 'releases', path: '/desk/', holds: /^\/desk\/($|\?|new$|releases\/)/, admin: false },
  { name: 'people', path: '/desk/people', holds: /^\/desk\/people\b/, admin: true },
  { name: 'suppressions', path: '/desk/suppressions', holds: /^\/desk\/suppressions\b/, admin: true },
  { name: 'bounces', path: '/desk/bounces', holds: /^\/desk\/bounces\b/, admin: true },
  { name: 'house', path: '/desk/house', holds: /^\/desk\/house\b/, admin: true },
] as const;

function places({ words, visitor, path }: DeskContext): Markup | undefined {
  if (!visitor) return undefined;
  const open = PLACES.filter((place) => !place.admin || isAdmin(visitor));
  return html`${open.map((place) => html`<li><a class="target" href="${place.path}"${place.holds.test(path) && html` aria-current="${place.path === path ? 'page' : 'true'}"`}>${words.places[place.name]}</a></li>\n`)}`;
}

/** The other language; a form, because it changes something (a cookie) and a link must not. */
function languageForm(context: DeskContext): Markup {
  const other = context.language === 'sv' ? 'en' : 'sv';
  return html`<form method="post" action="/desk/language">
<input type="hidden" name="back" value="${context.path}">
<button class="plain" name="language" value="${other}" lang="${other}">${context.words.switchLanguage}</button>
</form>
`;
}

/** What proves that a form came from a page of ours; it belongs to the session. */
export function csrfField(context: DeskContext): Markup | undefined {
  return context.visitor && html`<input type="hidden" name="csrf" value="${context.visitor.csrf}">`;
}
