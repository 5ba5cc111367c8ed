import { html, type Markup } from '../../shared/platform/markup.ts';
import type { DeskContext } from './context.ts';

/** What can be looked at before it goes out: the page and the letter as they look, the rest as the text they are. */
export const PARTS = ['page', 'letter', 'text', 'rss', 'atom', 'json', 'ninjs'] as const;
export type Part = (typeof PARTS)[number];

/** Parts that are documents of their own, shown in a frame with exactly the bytes that go out. */
const FRAMED: readonly Part[] = ['page', 'letter'];

export type PreviewView = {
  readonly slug: string;
  readonly part: Part;
  /** A correction gets its note when it is published. */
  readonly shows: 'draft' | 'correction' | 'published';
  /** The part's text, for those not framed. */
  readonly text: string | undefined;
};

export function isPart(text: string | undefined): text is Part {
  return (PARTS as readonly string[]).includes(text ?? '');
}

export function isFramed(part: Part): boolean {
  return FRAMED.includes(part);
}

/** The address of a part's exact bytes. */
function partPath(slug: string, part: Part): string {
  return `/desk/releases/${slug}/preview/${part}`;
}

/** Tabs as links, so that they work without script, keep their place in the history and can be opened side by side. */
export function renderPreviews(context: DeskContext, view: PreviewView): Markup {
  const { preview } = context.words;
  return html`<section class="previews" aria-labelledby="preview">
<h2 id="preview">${preview.title}</h2>
<p class="small">${preview.shows[view.shows]}</p>
<nav class="tabs" aria-label="${preview.title}">
<ul>
${PARTS.map((part) => html`<li><a class="target" href="/desk/releases/${view.slug}?show=${part}#preview"${part === view.part && html` aria-current="page"`}>${preview.parts[part]}</a></li>\n`)}</ul>
</nav>
${shown(context, view)}
<p><a class="target" href="${partPath(view.slug, view.part)}" target="_blank" rel="noopener">${preview.alone}</a></p>
</section>`;
}

function shown({ words }: DeskContext, view: PreviewView): Markup {
  const name = words.preview.parts[view.part];
  if (view.text !== undefined)
    return html`<pre class="source" tabindex="0" role="region" aria-label="${words.preview.frame(name)}">${view.text}</pre>`;
  // allow-same-origin lets the frame show pictures that only editors may see yet; without allow-scripts nothing in it can run.
  return html`<iframe class="framed ${view.part}" src="${partPath(view.slug, view.part)}" title="${words.preview.frame(name)}" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>`;
}
