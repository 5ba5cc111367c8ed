import { html, type Markup } from '../platform/markup.ts';
import type { Publisher } from '../release/view.ts';
import { iconsOf } from './icon.ts';
import { stylesheetOf } from './stylesheet.ts';

export type DocumentInput = {
  /** Language of the interface around the content; content in another language carries its own `lang`. */
  readonly lang: string;
  /** The whole text of <title>. */
  readonly title: string;
  readonly publisher: Publisher;
  /** Metadata after title and stylesheet. */
  readonly head?: Markup;
  /** Everything inside <body>, the skip link first. */
  readonly body: Markup;
  /** Addresses of further stylesheets, after the newsroom's own. */
  readonly stylesheets?: readonly string[];
  readonly bodyClass?: string;
  /** A status other than 200 that the file itself has to remember. */
  readonly status?: 410;
  /** Until when the page is true as it is, for one that changes with the clock (release/who-answers.ts). */
  readonly until?: Date | undefined;
  /** Addresses of our own scripts: pages work without them. */
  readonly scripts?: readonly string[];
};

/** The shell of every page of newsroom and desk: no inline style or script, nothing from another host, so that the CSP can forbid both. */
export function renderDocument(input: DocumentInput): string {
  const { favicon, drawing, touch } = iconsOf(input.publisher.newsroom);
  const sheets = [stylesheetOf(input.publisher.newsroom).path, ...(input.stylesheets ?? [])];
  return `${html`<!DOCTYPE html>
<html lang="${input.lang}"${input.status && html` data-status="${input.status}"`}${input.until && html` data-until="${input.until.toISOString()}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${input.title}</title>
${sheets.map((path) => html`<link rel="stylesheet" href="${path}">\n`)}<link rel="icon" sizes="32x32" href="${favicon.path}">
<link rel="icon" type="image/svg+xml" href="${drawing.path}">
<link rel="apple-touch-icon" href="${touch.path}">
<meta name="color-scheme" content="light dark">
${(input.scripts ?? []).map((path) => html`<script type="module" src="${path}"></script>\n`)}${input.head}</head>
<body${input.bodyClass && html` class="${input.bodyClass}"`}>
${input.body}
</body>
</html>`}
`;
}

/** The first thing in every body: past header and menus to the content (WCAG 2.4.1). `target` is the id of <main>. */
export function skipLink(text: string, target: string): Markup {
  return html`<a class="skip target" href="#${target}">${text}</a>`;
}

/** What a page says of itself to whoever serves it. */
export type PageMarks = { readonly status: 200 | 410; readonly until: Date | undefined };

const MARKS = /^<!DOCTYPE html>\n<html lang="[\w-]+"(?: data-status="(410)")?(?: data-until="([^"]{24})")?>/;

/** The longest beginning that MARKS describes. */
const MARKED_BYTES = 120;

/**
 * The HTTP status a written page asks for, and until when it is true. Text and marks lie in one file, so that both change in one rename: a
 * withdrawn release is never its old text with 410, nor the notice with 200. Only the first bytes are read; no release's text stands there.
 */
export function pageMarks(page: Uint8Array): PageMarks {
  const [, status, until] =
    MARKS.exec(Buffer.from(page.buffer, page.byteOffset, Math.min(page.length, MARKED_BYTES)).toString('latin1')) ?? [];
  return { status: status ? 410 : 200, until: until === undefined ? undefined : new Date(until) };
}
