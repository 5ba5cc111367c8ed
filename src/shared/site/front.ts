import { html, type Markup } from '../platform/markup.ts';
import { archivePath, frontPath, pathIn, topicPath, topicsPath } from '../release/addresses.ts';
import type { ReleaseSummary } from '../release/lists/lists.ts';
import { topicName } from '../release/newsroom/newsroom.ts';
import { contactsPath } from '../release/reader-addresses.ts';
import type { Publisher } from '../release/view.ts';
import { type Entry, renderEntries } from './entries.ts';
import { feedsOf } from './feeds.ts';
import { renderPublicPage } from './frame.ts';
import { renderHead } from './head.ts';
import { renderPressContacts } from './people.ts';
import { renderSearchForm } from './search-form.ts';
import { structuredFront } from './structured-site.ts';
import { type Words, wordsOf } from './words.ts';
import { pageWords } from './words-pages.ts';

/** Releases on a front page: enough for some weeks of a busy newsroom, well under 100 kB. */
const FRONT_ITEMS = 15;
/** As many as fill it when each is there in two languages. */
export const FRONT_READS = 2 * FRONT_ITEMS;

/** The newsroom in one language: its newest releases, the topics, whom to ask. */
export function renderFrontPage(items: readonly ReleaseSummary[], publisher: Publisher, language: string): string {
  const words = wordsOf(language);
  const { newsroom } = publisher;
  const older = html`<nav class="pager" aria-label="${words.pages}"><a class="target" href="${pathIn(language, newsroom, archivePath())}">${words.olderReleases}</a></nav>
`;
  const shown = inOneLanguage(items, language).slice(0, FRONT_ITEMS);
  const path = frontPath(language, newsroom);
  const paths = newsroom.languages.map((other) => ({ language: other, path: frontPath(other, newsroom) }));
  return renderPublicPage({
    language,
    title: '',
    publisher,
    current: 'news',
    inLanguages: new Map(paths.map((other) => [other.language, other.path])),
    head: renderHead({
      publisher,
      path,
      title: `${words.newsroom} – ${newsroom.name}`,
      description: words.frontDescription(newsroom.name),
      language,
      alternates: paths,
      feeds: feedsOf(language, publisher),
      structured: structuredFront(publisher, language, shown),
    }),
    main: html`<div class="listing">
<h1>${words.latest}</h1>
<div class="main">
${renderEntries({ items: shown, publisher, language, front: true })}${items.length > 0 && older}</div>
<div class="side">
${renderSearchForm(publisher, language)}${topics(publisher, language, words)}${renderPressContacts([], newsroom, language)}<p><a class="target" href="${contactsPath(language, newsroom)}">${pageWords(language).whoAnswers}</a></p>
</div>
</div>
`,
  });
}

/** Each release once: in the page's language when it is there, with links to its other languages; it keeps the place of the one that is shown. */
function inOneLanguage(items: readonly ReleaseSummary[], language: string): Entry[] {
  const families = Map.groupBy(items, ({ family }) => family);
  const shown = new Map([...families].map(([family, all]) => [family, all.find((item) => item.language === language) ?? all.at(-1)!]));
  return items
    .filter((item) => shown.get(item.family) === item)
    .map((item) => ({ ...item, also: families.get(item.family)!.filter((other) => other !== item) }));
}

function topics({ newsroom }: Publisher, language: string, words: Words): Markup | undefined {
  const listed = Object.keys(newsroom.topics).filter((topic) => !newsroom.topics[topic]!.unlisted);
  if (listed.length === 0) return undefined;
  return html`<nav aria-labelledby="amnen">
<h2 id="amnen"><a href="${pathIn(language, newsroom, topicsPath())}">${words.topics}</a></h2>
<ul>
${listed.map((topic) => html`<li><a class="target" href="${pathIn(language, newsroom, topicPath(topic))}">${topicName(newsroom, topic, language)}</a></li>\n`)}</ul>
</nav>
`;
}
