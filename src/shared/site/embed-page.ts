import { html, type Markup } from '../platform/markup.ts';
import { absolute } from '../release/addresses.ts';
import type { ReleaseSummary } from '../release/lists/lists.ts';
import { interfaceLanguage } from '../release/newsroom/newsroom.ts';
import { embedListPath, embedPath } from '../release/reader-addresses.ts';
import type { Publisher } from '../release/view.ts';
import { EMBED_COUNT, type EmbedList, embedLists, frameSnippet, linksSnippet } from './embed.ts';
import { renderPublicPage } from './frame.ts';
import { renderHead } from './head.ts';
import { pageWords } from './words-pages.ts';

/** The newest releases of each of the newsroom's languages, by language. */
export type NewestByLanguage = ReadonlyMap<string, readonly ReleaseSummary[]>;

/** What an editor of another site copies to show our news there, in every language of the newsroom on one page. */
export function renderEmbedPage(newest: NewestByLanguage, publisher: Publisher): string {
  const { newsroom } = publisher;
  const [first = 'sv', ...others] = newsroom.languages;
  const words = pageWords(first);
  return renderPublicPage({
    language: first,
    title: words.embed,
    publisher,
    inLanguages: new Map(others.map((language) => [language, `${embedPath()}#${language}`])),
    address: absolute(publisher.baseUrl, embedPath()),
    head: renderHead({ publisher, path: embedPath(), title: words.embed, description: words.embedLead, language: first }),
    main: html`<div class="prose">
<h1>${words.embed}</h1>
${part(first, newest, publisher, 2)}${others.map(
  (language) => html`<section lang="${interfaceLanguage(language)}" id="${language}">
<hr>
<h2>${pageWords(language).embed}</h2>
${part(language, newest, publisher, 3)}</section>
`,
)}</div>
`,
  });
}

function part(language: string, newest: NewestByLanguage, publisher: Publisher, level: 2 | 3): Markup {
  const words = pageWords(language);
  const lists = embedLists(publisher).filter((list) => list.language === language);
  const own = lists.find(({ list }) => list === `language:${language}`)!;
  const topics = lists.filter((list) => list !== own);
  const heading = (text: string) => (level === 2 ? html`<h2>${text}</h2>\n` : html`<h3>${text}</h3>\n`);
  const items = newest.get(language) ?? [];
  const { least, most } = EMBED_COUNT;
  return html`<p class="lead">${words.embedLead}</p>
${heading(words.embedFrame)}<p>${words.embedFrameText(least, most)}</p>
${snippet(own, publisher)}${
  topics.length > 0 &&
  html`<details>
<summary class="target">${words.embedLists}</summary>
${topics.map((list) => snippet(list, publisher))}</details>
`
}${
  items.length > 0 &&
  html`${heading(words.embedLinks)}<p>${words.embedLinksText}</p>
<pre class="snippet" tabindex="0" role="region" aria-label="${words.embedLinks}"><code>${linksSnippet(own, items, publisher)}</code></pre>
`
}`;
}

function snippet(list: EmbedList, publisher: Publisher): Markup {
  return html`<p><a class="target" href="${embedListPath(list.list)}">${list.title}</a></p>
<pre class="snippet" tabindex="0" role="region" aria-label="${list.title}"><code>${frameSnippet(list, publisher)}</code></pre>
`;
}
