import { html, type Markup, raw } from '../platform/markup.ts';
import { aboutPath, absolute, accessibilityPath, privacyPath } from '../release/addresses.ts';
import { keepFigures } from '../release/figures.ts';
import { renderMarkdown } from '../release/markdown/markdown.ts';
import type { Publisher } from '../release/view.ts';
import { renderPublicPage } from './frame.ts';
import { renderHead } from './head.ts';
import { aboutPage } from './structured-site.ts';
import { type Words, wordsOf } from './words.ts';

export const OWN_PAGES = ['about', 'accessibility', 'privacy'] as const;
export type OwnPage = (typeof OWN_PAGES)[number];

/** Where each of them lies. */
export function ownPagePath(page: OwnPage): string {
  switch (page) {
    case 'about':
      return aboutPath();
    case 'accessibility':
      return accessibilityPath();
    case 'privacy':
      return privacyPath();
  }
}

type Texts = Readonly<Record<string, string>>;

/**
 * A page the organisation wrote itself: who it is, its accessibility statement, what it does with personal data. One address holds every
 * language there is a text in, the newsroom's first language first.
 */
export function renderOwnPage(page: OwnPage, publisher: Publisher): string {
  const { newsroom } = publisher;
  const texts: Record<OwnPage, Texts> = {
    about: newsroom.boilerplate,
    accessibility: newsroom.accessibility.text,
    privacy: newsroom.privacy.text,
  };
  const [first = 'sv', ...others] = newsroom.languages;
  const words = wordsOf(first);
  const title = titleOf(page, publisher, words);
  const written = others.filter((language) => texts[page][language]);
  const jump = written.map(
    (language) => html`<a class="target" href="#${language}" lang="${language}">${titleOf(page, publisher, wordsOf(language))}</a> `,
  );
  return renderPublicPage({
    language: first,
    title,
    publisher,
    inLanguages: new Map(written.map((language) => [language, `${ownPagePath(page)}#${language}`])),
    address: absolute(publisher.baseUrl, ownPagePath(page)),
    head: renderHead({
      publisher,
      path: ownPagePath(page),
      title,
      description: `${title}. ${newsroom.name}.`,
      language: first,
      structured: page === 'about' ? aboutPage(publisher, { name: title, path: ownPagePath(page) }) : undefined,
    }),
    main: html`<div class="prose">
<h1>${title}</h1>
${written.length > 0 && html`<p class="tools">${jump}</p>\n`}${raw(renderMarkdown(texts[page][first] ?? ''))}${after(page, publisher, words)}${written.map(
  (language) => html`<section lang="${language}" id="${language}">
<hr>
<h2>${titleOf(page, publisher, wordsOf(language))}</h2>
${raw(renderMarkdown(texts[page][language]!, { headings: 3 }))}${after(page, publisher, wordsOf(language))}</section>
`,
)}</div>
`,
  });
}

function titleOf(page: OwnPage, { newsroom }: Publisher, words: Words): string {
  return page === 'about' ? words.about(newsroom.name) : words[page];
}

/** What must stand there whatever the organisation wrote. */
function after(page: OwnPage, { newsroom }: Publisher, words: Words): Markup | undefined {
  const mail = (address: string) => html`<a class="target" href="mailto:${address}">${address}</a>`;
  switch (page) {
    case 'about':
      return html`<p>${keepFigures(newsroom.address)}</p>\n<p>${words.pressContact}: ${mail(newsroom.pressEmail)}</p>\n<p>${words.publisher}: ${newsroom.publisher}</p>\n`;
    case 'accessibility':
      return html`<p>${words.questions}: ${mail(newsroom.pressEmail)}</p>\n`;
    case 'privacy':
      return newsroom.privacy.officer ? html`<p>${words.officer}: ${mail(newsroom.privacy.officer)}</p>\n` : undefined;
  }
}
