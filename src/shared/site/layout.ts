import { html, type Markup } from '../platform/markup.ts';
import type { Publisher } from '../release/view.ts';
import { iconOf } from './icon.ts';
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
};

/** The shell of every page of newsroom and desk: no inline style, no script, nothing from another host, so that the CSP can forbid all three. */
export function renderDocument(input: DocumentInput): string {
  const sheets = [stylesheetOf(input.publisher.newsroom).path, ...(input.stylesheets ?? [])];
  return `${html`<!DOCTYPE html>
<html lang="${input.lang}"${input.status && html` data-status="${input.status}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${input.title}</title>
${sheets.map((path) => html`<link rel="stylesheet" href="${path}">\n`)}<link rel="icon" type="image/svg+xml" href="${iconOf(input.publisher.newsroom).path}">
<meta name="color-scheme" content="light dark">
${input.head}</head>
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

/**
 * The HTTP status a written page asks for. Text and status lie in one file, so that both change in one rename: a withdrawn release is
 * never its old text with 410, nor the notice with 200. Only the first bytes are read; no release's text stands there.
 */
export function statusOfPage(page: Uint8Array): 200 | 410 {
  const start = new TextDecoder().decode(page.subarray(0, 100));
  return /^<!DOCTYPE html>\n<html lang="[\w-]+" data-status="410">/.test(start) ? 410 : 200;
}
