import { html, type Markup } from '../platform/markup.ts';
import { absolute, releasePath } from '../release/addresses.ts';
import { formatDate } from '../release/dates.ts';
import { langAttribute } from '../release/lang-attribute.ts';
import { listedTopics } from '../release/lists/feed-lists.ts';
import { topicName } from '../release/newsroom/newsroom.ts';
import { contactsPath, searchPath } from '../release/reader-addresses.ts';
import { type Found, type Hit, LONGEST_WORDS, MARK, MOST_FOUND, type SearchWish } from '../release/search/search.ts';
import type { Publisher } from '../release/view.ts';
import { languageName } from '../release/words.ts';
import { renderPublicPage } from './frame.ts';
import { noIndex, renderHead } from './head.ts';
import { renderSearchForm } from './search-form.ts';
import { renderTime } from './time.ts';
import { wordsOf } from './words.ts';
import { type PageWords, pageWords } from './words-pages.ts';

/** What came of a search: nothing was asked, it was found, too much was written, or the search was stopped. */
export type SearchOutcome =
  | { readonly kind: 'unasked' }
  | { readonly kind: 'found'; readonly found: Found }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'busy' };

export type SearchPageInput = {
  readonly publisher: Publisher;
  /** Of the page around the results. */
  readonly language: string;
  readonly wish: SearchWish;
  readonly outcome: SearchOutcome;
  /** What the filters offer. */
  readonly years: readonly number[];
  readonly languages: readonly string[];
};

/** The search page: the form, and below it what was found. Works without JavaScript; what people search stays in the address they see. */
export function renderSearchPage(input: SearchPageInput): string {
  const { publisher, language, wish, outcome } = input;
  const { newsroom } = publisher;
  const words = pageWords(language);
  const path = searchPath(language, newsroom);
  const alternates = newsroom.languages.map((other) => ({ language: other, path: searchPath(other, newsroom) }));
  const title = wish.words ? `${words.search}: ${wish.words}` : words.search;
  return renderPublicPage({
    language,
    title,
    publisher,
    current: 'search',
    inLanguages: new Map(newsroom.languages.map((other) => [other, searchPath(other, newsroom, wish.words || undefined)])),
    address: absolute(publisher.baseUrl, path),
    head:
      outcome.kind === 'unasked'
        ? renderHead({ publisher, path, title: words.search, description: words.searchIn(newsroom.name), language, alternates })
        : noIndex(),
    main: html`<div class="listing">
<h1>${words.search}</h1>
<div class="main">
${renderSearchForm(publisher, language, { words: wish.words, more: filters(input, words) })}${outcomeOf(input, words)}</div>
</div>
`,
  });
}

function filters({ publisher, language, wish, years, languages }: SearchPageInput, words: PageWords): Markup {
  const { newsroom } = publisher;
  const topics = listedTopics(newsroom).map((topic) => [topic, topicName(newsroom, topic, language)] as const);
  return html`<fieldset>
<legend>${words.filters}</legend>
${select({ name: 'topic', label: words.topic, none: words.everyTopic, options: topics, chosen: wish.topic })}${select({
  name: 'year',
  label: words.year,
  none: words.everyYear,
  options: years.map((year) => [String(year), String(year)] as const),
  chosen: wish.year === undefined ? undefined : String(wish.year),
})}${languages.length > 1 && select({ name: 'language', label: words.language, none: words.everyLanguage, options: languages.map((tag) => [tag, languageName(tag)] as const), chosen: wish.language })}</fieldset>
`;
}

type Select = {
  readonly name: string;
  readonly label: string;
  readonly none: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly chosen: string | undefined;
};

function select({ name, label, none, options, chosen }: Select): Markup {
  return html`<label>${label} <select name="${name}">
<option value="">${none}</option>
${options.map(([value, text]) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>\n`)}</select></label>
`;
}

function outcomeOf(input: SearchPageInput, words: PageWords): Markup {
  const { outcome } = input;
  switch (outcome.kind) {
    case 'unasked':
      return help(words);
    case 'too-long':
      return html`<p class="notice">${words.tooLong(LONGEST_WORDS)}</p>\n`;
    case 'busy':
      return html`<h2>${words.searchBusy}</h2>\n<p>${words.searchBusyText}</p>\n`;
    case 'found':
      return outcome.found.hits.length === 0 ? nothing(input, outcome.found, words) : results(input, outcome.found, words);
  }
}

function help(words: PageWords): Markup {
  return html`<p>${words.searchLead}</p>
<h2>${words.howToSearch}</h2>
<dl class="search-help">
${words.searchHelp.map(([example, meaning]) => html`<div><dt>${example}</dt><dd>${meaning}</dd></div>\n`)}</dl>
`;
}

/** What may have been meant instead, as one link that keeps the filters. */
function suggestion({ publisher, language, wish }: SearchPageInput, { meant }: Found, words: PageWords): Markup | undefined {
  if (meant === undefined) return undefined;
  const href = `${searchPath(language, publisher.newsroom)}?${query({ ...wish, words: meant })}`;
  return html`<p class="meant">${words.didYouMean} <a class="target" href="${href}">${meant}</a>?</p>\n`;
}

function nothing(input: SearchPageInput, found: Found, words: PageWords): Markup {
  const { publisher, language, wish } = input;
  const { newsroom } = publisher;
  const plain = wish.words
    .split(/\s+/)
    .filter((word) => /^[\p{L}\p{M}\p{N}-]+$/u.test(word) && !word.startsWith('-') && !/^or$/i.test(word));
  const narrowed = wish.topic !== undefined || wish.year !== undefined || wish.language !== undefined;
  const link = (href: string, text: string) => html`<li><a class="target" href="${href}">${text}</a></li>\n`;
  return html`<h2>${words.nothingFound(unquoted(wish.words))}</h2>
${suggestion(input, found, words)}<p>${words.tryFewerWords}</p>
<ul class="plain">
${narrowed && wish.words !== '' && link(searchPath(language, newsroom, wish.words), words.tryWithoutFilters)}${plain.length > 1 && link(searchPath(language, newsroom, plain.join(' or ')), words.tryAnyWord)}${link(contactsPath(language, newsroom), words.askPress)}</ul>
`;
}

/** A phrase has its quotation marks in the form; the sentence about it brings marks of its own. */
function unquoted(words: string): string {
  return /^"[^"]+"$/.test(words) ? words.slice(1, -1) : words;
}

function results(input: SearchPageInput, found: Found, words: PageWords): Markup {
  const count = found.count < MOST_FOUND ? words.hits(found.count) : words.manyHits(MOST_FOUND);
  return html`<h2 id="traffar">${words.found(count, unquoted(input.wish.words))}</h2>
${suggestion(input, found, words)}<ol class="releases hits">
${found.hits.map((hit) => renderHit(hit, input))}</ol>
${pager(input, found)}`;
}

function renderHit(hit: Hit, { publisher, language }: SearchPageInput): Markup {
  const { newsroom } = publisher;
  const words = wordsOf(language);
  const other = hit.language !== language;
  const lang = other && langAttribute(hit.language);
  const topics = hit.topics
    .filter((topic) => newsroom.topics[topic]?.unlisted === false)
    .map((topic) => topicName(newsroom, topic, language));
  return html`<li>
<p class="dateline">${renderTime(hit.publishedAt, formatDate(hit.publishedAt, language, newsroom.timezone))}\u00a0· ${words.types[hit.type]}${other && html`\u00a0· <span lang="${hit.language}">${languageName(hit.language)}</span>`}</p>
<h3${lang}><a href="${releasePath(hit.slug)}"${other && html` hreflang="${hit.language}"`}>${marked(hit.title)}</a></h3>
<p${lang}>${marked(wholeLines(hit.snippet))}</p>
${topics.length > 0 && html`<p class="about">${topics.join(' · ')}</p>\n`}</li>
`;
}

/** A piece of a text, said to be one; what stood on lines of its own is set off, a line that merely went on in small letters is not. */
function wholeLines(snippet: string): string {
  const joined = snippet.trim().replace(new RegExp(`(?<![.!?:…]\\S?)\\n(?=${MARK.open}?\\p{Ll})`, 'gu'), ' ');
  const line = joined.replace(/([.!?:…]\S?)?\s*\n\s*/gu, (_, end: string | undefined) => (end === undefined ? ' · ' : `${end} `));
  const plain = line.replaceAll(MARK.open, '').replaceAll(MARK.close, '');
  return `${/^[\p{Lu}\p{N}”"“–]/u.test(plain) ? '' : '… '}${line}${/[.!?…”"]$/u.test(plain) ? '' : ' …'}`;
}

/** The found words as <mark>; everything else is text and is escaped as such. */
export function marked(text: string): Markup {
  const parts = text.split(new RegExp(`${MARK.open}([^${MARK.close}]*)${MARK.close}`));
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : html`<mark>${part}</mark>`))}`;
}

function pager(input: SearchPageInput, { page, pages, upTo }: Found): Markup | undefined {
  if (pages < 2) return undefined;
  const words = pageWords(input.language);
  const to = (number: number) => `${searchPath(input.language, input.publisher.newsroom)}?${query(input.wish, { number, upTo })}`;
  return html`<nav class="pager" aria-label="${wordsOf(input.language).pages}">${page > 1 && html`<a class="target" href="${to(page - 1)}" rel="prev">← ${words.previous}</a>`}<span class="meta">${words.pageOf(page, pages)}</span>${
    page < pages && html`<a class="target" href="${to(page + 1)}" rel="next">${words.next} →</a>`
  }</nav>
`;
}

function query({ words, topic, year, language }: SearchWish, page?: { number: number; upTo: number }): string {
  const query = new URLSearchParams({ q: words });
  if (topic !== undefined) query.set('topic', topic);
  if (year !== undefined) query.set('year', String(year));
  if (language !== undefined) query.set('language', language);
  if (page) {
    query.set('page', String(page.number));
    query.set('to', String(page.upTo));
  }
  return query.toString();
}
