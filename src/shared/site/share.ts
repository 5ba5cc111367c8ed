import { html, type Markup } from '../platform/markup.ts';
import { absolute, releasePath, shortPath } from '../release/addresses.ts';
import { registrationOf } from '../release/parts.ts';
import { shortCodeOf } from '../release/short-code.ts';
import type { PageContext } from './page-context.ts';

/** Passing it on without anybody listening: the reader's own mail program, and a copied address where the browser lets the script do it. */
export function renderShare({ view, publisher, words }: PageContext): Markup {
  const address = absolute(publisher.baseUrl, releasePath(view.slug));
  // RFC 6068: a line end is %0D%0A.
  const mail = `mailto:?subject=${encodeURIComponent(view.content.title)}&body=${encodeURIComponent(`${view.content.lead}\r\n\r\n${address}`)}`;
  return html`<p class="share" data-address="${address}" data-copy="${words.copyLink}" data-copied="${words.linkCopied}"><a class="target" href="${mail}">${words.shareByMail}</a> </p>
`;
}

/**
 * What somebody needs who holds the page on paper or wants to prove it: registration number, short link, revision and the hash of its text.
 * The archive keeps the entry of this revision with that same hash; the entry's own hash cannot stand here, because the entry holds this page.
 */
export function renderProof({ view, publisher, words }: PageContext): Markup {
  const number = registrationOf(view);
  const short = absolute(publisher.baseUrl, shortPath(shortCodeOf(view.id)));
  const line = (name: string, value: Markup | string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`;
  return html`<dl class="small proof" data-silent>
${number && line(words.registration, number)}${line(words.shortLink, html`<a class="target" href="${shortPath(shortCodeOf(view.id))}">${short.replace(/^https?:\/\//, '')}</a>`)}${line(
  words.proof,
  html`${words.proofOf(view.n)} <code>${view.hash}</code>`,
)}</dl>
`;
}
