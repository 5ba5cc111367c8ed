import { html, type Markup } from '../platform/markup.ts';
import { absolute, assetPath, releasePath } from '../release/addresses.ts';
import { formatBytes, formatDate } from '../release/dates.ts';
import { fileKind } from '../release/files/file-types.ts';
import type { BankImage, BankPage } from '../release/files/image-bank.ts';
import { langAttribute } from '../release/lang-attribute.ts';
import { imagesPath } from '../release/reader-addresses.ts';
import type { Publisher } from '../release/view.ts';
import { renderPicture, renderTerms } from './figure.ts';
import { renderPublicPage } from './frame.ts';
import { renderHead } from './head.ts';
import { imageGallery } from './structured-images.ts';
import { renderTime } from './time.ts';
import { spokenIn, wordsOf } from './words.ts';
import { pageWords } from './words-pages.ts';

// style/pages.css: two columns of the wide page from 40rem on, one below.
const COLUMN = '(min-width: 60rem) 486px, (min-width: 44rem) calc(50vw - 2.5rem), calc(100vw - 2.5rem)';

export type ImagesPageInput = {
  readonly publisher: Publisher;
  readonly language: string;
  readonly bank: BankPage;
  readonly before: string | undefined;
};

/** The image bank: every picture of a public release with what a newspaper has to print beside it, in every size we keep. */
export function renderImagesPage({ publisher, language, bank, before }: ImagesPageInput): string {
  const { newsroom } = publisher;
  const words = pageWords(language);
  const path = imagesPath(language, newsroom, before);
  const alternates = newsroom.languages.map((other) => ({ language: other, path: imagesPath(other, newsroom, before) }));
  return renderPublicPage({
    language,
    title: words.images,
    publisher,
    current: 'images',
    inLanguages: new Map(alternates.map((other) => [other.language, other.path])),
    address: absolute(publisher.baseUrl, path),
    head: renderHead({
      publisher,
      path,
      title: words.images,
      description: `${newsroom.name}. ${words.imagesLead}`,
      language,
      alternates,
      structured: imageGallery(publisher, bank.images, { language, trail: [{ name: words.images, path }] }),
    }),
    main: html`<h1>${words.images}</h1>
<p class="intro">${words.imagesLead}</p>
${
  bank.images.length === 0
    ? html`<p>${words.noImages}</p>\n`
    : html`<ul class="bank">
${bank.images.map((image, index) => renderBankImage(image, { publisher, language, leading: before === undefined && index < 2 }))}</ul>
`
}${pager({ publisher, language, bank, before })}`,
  });
}

type Around = { readonly publisher: Publisher; readonly language: string; readonly leading: boolean };

function renderBankImage({ image, asset, release }: BankImage, { publisher, language, leading }: Around): Markup {
  const spoken = spokenIn(language);
  const words = pageWords(language);
  const own = release.language !== language && langAttribute(release.language);
  const date = formatDate(release.publishedAt, language, publisher.newsroom.timezone);
  return html`<li>
<figure>
<div${own}>${renderPicture({ image, asset, leading }, COLUMN)}</div>
<figcaption>
${image.caption && html`<p class="caption"${own}>${image.caption}</p>\n`}<p>${renderTerms(image, publisher.newsroom, spoken)}</p>
<p>${words.imageFrom} <a href="${releasePath(release.slug)}"${own}>${release.title}</a>, ${renderTime(release.publishedAt, date)}</p>
${renderSizes({ image, asset }, language)}</figcaption>
</figure>
</li>
`;
}

/** The picture as kept, and its sizes, the largest first. */
function renderSizes({ image, asset }: Pick<BankImage, 'image' | 'asset'>, language: string): Markup {
  const words = pageWords(language);
  const which = html`<span class="hidden">${words.sizeOf(image.name)}</span>`;
  const original = html`<li><a class="target" href="${assetPath(asset.hash, image.name)}" download>${words.original}: ${fileKind(asset.mediaType)}${
    asset.width && asset.height && `, ${words.pixels(asset.width, asset.height)}`
  }, ${formatBytes(asset.bytes, language)}${which}</a></li>\n`;
  const sizes = asset.variants
    .toSorted((one, other) => other.width - one.width || ORDER.indexOf(one.format) - ORDER.indexOf(other.format))
    .map(
      (size) =>
        html`<li><a class="target" href="${assetPath(asset.hash, size)}" download>${fileKind(`image/${size.format}`)}, ${words.pixels(size.width, size.height)}, ${formatBytes(size.bytes, language)}${which}</a></li>\n`,
    );
  return html`<details>
<summary class="target">${words.sizes}<span class="hidden">${words.sizeOf(image.name)}</span></summary>
<ul class="plain">
${original}${sizes}</ul>
</details>
`;
}

/** What everybody can open comes first. */
const ORDER = ['jpeg', 'png', 'webp', 'avif'];

function pager({ publisher, language, bank, before }: ImagesPageInput): Markup | undefined {
  if (before === undefined && bank.next === undefined) return undefined;
  const words = pageWords(language);
  const { newsroom } = publisher;
  return html`<nav class="pager" aria-label="${wordsOf(language).pages}">${before !== undefined && html`<a class="target" href="${imagesPath(language, newsroom)}">← ${words.newestImages}</a>`}${
    bank.next && html`<a class="target" href="${imagesPath(language, newsroom, bank.next)}" rel="next">${words.olderImages} →</a>`
  }</nav>
`;
}
