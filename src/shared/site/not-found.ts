import { html } from '../platform/markup.ts';
import { archivePath, frontPath } from '../release/addresses.ts';
import type { Publisher } from '../release/view.ts';
import { renderPublicPage } from './frame.ts';
import { noIndex } from './head.ts';
import { wordsOf } from './words.ts';

/** The page for an address that leads nowhere (HTTP 404), in the newsroom's first language. */
export function renderNotFoundPage(publisher: Publisher): string {
  const language = publisher.newsroom.languages[0]!;
  const words = wordsOf(language);
  return renderPublicPage({
    language,
    title: words.notFound,
    publisher,
    head: noIndex(),
    main: html`<div class="prose">
<h1>${words.notFound}</h1>
<p class="lead">${words.notFoundText}</p>
<p><a class="target" href="${frontPath(language, publisher.newsroom)}">${words.toFront}</a></p>
<p><a class="target" href="${archivePath()}">${words.toArchive}</a></p>
</div>
`,
  });
}
