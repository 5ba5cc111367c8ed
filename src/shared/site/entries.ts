import { html, type Markup } from '../platform/markup.ts';
import { assetPath, releasePath } from '../release/addresses.ts';
import { formatDate } from '../release/dates.ts';
import { keepFigures } from '../release/figures.ts';
import { langAttribute } from '../release/lang-attribute.ts';
import type { ReleaseSummary } from '../release/lists/lists.ts';
import { topicName } from '../release/newsroom/newsroom.ts';
import type { Publisher } from '../release/view.ts';
import { inLanguage, languageName } from '../release/words.ts';
import { renderTime } from './time.ts';
import { wordsOf } from './words.ts';

/** A release of a list, and itself in other languages where the list shows it once. */
export type Entry = ReleaseSummary & { readonly also?: readonly ReleaseSummary[] };

export type EntriesInput = {
  readonly items: readonly Entry[];
  readonly publisher: Publisher;
  /** Language of the page around the list. */
  readonly language: string;
  /** The front page leads with its first entry. */
  readonly front?: boolean;
  /** Level of the entries' headings: 2 below the page's h1. */
  readonly heading?: 2 | 3;
};

/** Releases as lists show them: date, title, two lines of the lead, topics, and a picture when there is one. */
export function renderEntries(input: EntriesInput): Markup {
  if (input.items.length === 0) return html`<p>${wordsOf(input.language).noReleases}</p>\n`;
  return html`<ul class="releases${input.front && ' front'}">
${input.items.map((item, index) => renderEntry(item, { ...input, large: Boolean(input.front) && index === 0 }))}</ul>
`;
}

function renderEntry(item: Entry, input: EntriesInput & { readonly large: boolean }): Markup {
  const { publisher, language } = input;
  const words = wordsOf(language);
  const other = item.language !== language;
  const lang = other && langAttribute(item.language);
  const date = formatDate(item.publishedAt, language, publisher.newsroom.timezone);
  const topics = item.topics
    .filter((topic) => publisher.newsroom.topics[topic]?.unlisted === false)
    .map((topic) => topicName(publisher.newsroom, topic, language));
  const picture = thumbnail(item, input.large);
  const also = (item.also ?? []).map(
    (one) =>
      html`\u00a0· <a href="${releasePath(one.slug)}" hreflang="${one.language}" lang="${one.language}">${inLanguage(one.language)}</a>`,
  );
  return html`<li${picture && html` class="pictured"`}>
${picture}<p class="dateline">${renderTime(item.publishedAt, date)}\u00a0· ${words.types[item.type]}${other && html`\u00a0· <span lang="${item.language}">${languageName(item.language)}</span>`}${also}</p>
${heading(item, input)}
<p class="opening"${lang}>${item.lead}</p>
${topics.length > 0 && html`<p class="about">${topics.join(' · ')}</p>\n`}</li>
`;
}

function heading(item: ReleaseSummary, { language, heading }: EntriesInput): Markup {
  const other = item.language !== language;
  const lang = other && langAttribute(item.language);
  const link = html`<a href="${releasePath(item.slug)}"${other && html` hreflang="${item.language}"`}>${keepFigures(item.title)}</a>`;
  return heading === 3 ? html`<h3${lang}>${link}</h3>` : html`<h2${lang}>${link}</h2>`;
}

/** The picture says nothing here that the title beside it does not: no alternative text, no second link. */
function thumbnail({ image }: ReleaseSummary, large: boolean): Markup | undefined {
  if (!image) return undefined;
  const of = (format: string) => image.variants.filter((variant) => variant.format === format);
  const plain = [...of('jpeg'), ...of('png')];
  const file = large ? (plain.find(({ width }) => width >= 900) ?? plain.at(-1)) : plain[0];
  if (!file) return undefined;
  const sizes = large ? '(min-width: 44rem) 684px, calc(100vw - 2.5rem)' : '(min-width: 30rem) 162px, 108px';
  const source = (format: string) =>
    of(format).length > 0 &&
    html`<source type="image/${format}" srcset="${of(format)
      .map((variant) => `${assetPath(image.hash, variant)} ${variant.width}w`)
      .join(', ')}" sizes="${sizes}">`;
  return html`<picture>${source('avif')}${source('webp')}<img src="${assetPath(image.hash, file)}" alt="" width="${file.width}" height="${file.height}"${large ? html` fetchpriority="high"` : html` loading="lazy"`} decoding="async"></picture>
`;
}
