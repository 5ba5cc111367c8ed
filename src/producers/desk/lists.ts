import { html, type Markup } from '../../shared/platform/markup.ts';
import type { DeskContext } from './context.ts';

export type Tab = { readonly text: string; readonly path: string; readonly chosen: boolean };

/** Which part of a list is shown. Links, so that they work without script, keep their place in the history and can be opened side by side. */
export function renderTabs(label: string, tabs: readonly Tab[]): Markup {
  return html`<nav class="tabs" aria-label="${label}">
<ul>
${tabs.map((tab) => html`<li><a class="target" href="${tab.path}"${tab.chosen && html` aria-current="page"`}>${capital(tab.text)}</a></li>\n`)}</ul>
</nav>`;
}

/** A word from the middle of a sentence, standing alone. */
export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** The way to older lines and back to the first page; nothing when all stand here. */
export function renderPaging(
  { words }: DeskContext,
  paging: { label: string; newest: string | undefined; older: string | undefined; words?: { newest: string; older: string } },
): Markup | undefined {
  const { label, newest, older } = paging;
  if (newest === undefined && older === undefined) return undefined;
  const named = paging.words ?? words.list;
  return html`<nav class="paging" aria-label="${label}">
${newest && html`<a class="target" href="${newest}">${named.newest}</a>\n`}${older && html`<a class="target" rel="next" href="${older}">${named.older}</a>\n`}</nav>`;
}

/** `?state=unknown&after=17`, without what is not said. */
export function queryOf(fields: Readonly<Record<string, string | number | undefined>>): string {
  const said = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return said.length === 0 ? '' : `?${new URLSearchParams(said)}`;
}

/** One row of a list of facts, left out when there is nothing to say. */
export function renderFacts(rows: readonly (readonly [string, Markup | string | null | undefined | false])[]): Markup {
  return html`<dl class="facts-list">
${rows.map(([term, value]) => value !== undefined && value !== null && value !== false && value !== '' && html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}</dl>`;
}
