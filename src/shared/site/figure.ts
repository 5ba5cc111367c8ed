import { html, type Markup } from '../platform/markup.ts';
import { assetPath } from '../release/addresses.ts';
import type { ReleaseImage } from '../release/content.ts';
import { formatBytes } from '../release/dates.ts';
import { fileKind } from '../release/files/file-types.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import type { AssetView } from '../release/view.ts';
import type { Spoken } from './words.ts';

// The text column of style/base.css (34rem at 18 px) and the page's padding; sizes= knows no stylesheet.
const COLUMN = '(min-width: 42rem) 612px, calc(100vw - 2.5rem)';

export type FigureInput = Spoken & {
  readonly image: ReleaseImage;
  readonly asset: AssetView;
  readonly newsroom: Newsroom;
  /** The picture that leads the page is fetched at once, the others when they come into sight. */
  readonly leading: boolean;
};

/** A picture with what journalists need beside it: caption, credit, licence, the file itself. */
export function renderFigure(input: FigureInput): Markup {
  const { image, newsroom, own } = input;
  return html`<figure>
${renderPicture(input, COLUMN)}
<figcaption>
${image.caption && html`<p class="caption"${own}>${image.caption}</p>\n`}<p>${renderTerms(image, newsroom, input)}</p>
<p>${downloadLink(input)}</p>
</figcaption>
</figure>
`;
}

/** Whose picture it is and what one may do with it. Licences have their names in the newsroom's first language. */
export function renderTerms(
  { credit, licence: name }: ReleaseImage,
  { licences, languages }: Newsroom,
  { words, language }: Spoken,
): Markup {
  const licence = licences[name];
  const lang = languages[0] !== language && html` lang="${languages[0]}"`;
  const terms =
    licence &&
    (licence.url
      ? html`<a href="${licence.url}"${lang}>${licence.name}</a>`
      : lang
        ? html`<span${lang}>${licence.name}</span>`
        : html`${licence.name}`);
  return html`${credit && html`${words.photo}: ${credit}`}${credit && terms && ' · '}${terms && html`${words.licence}: ${terms}`}`;
}

function downloadLink({ image, asset, language, words }: FigureInput): Markup {
  return html`<a class="target" href="${assetPath(asset.hash, image.name)}" download>${words.download} (${fileKind(asset.mediaType)}, ${formatBytes(asset.bytes, language)})</a>`;
}

/** The image in every format and size we keep; the browser takes the smallest that is sharp in `sizes`. */
export function renderPicture({ image, asset, leading }: Pick<FigureInput, 'image' | 'asset' | 'leading'>, sizes: string): Markup {
  const of = (format: string) => asset.variants.filter((variant) => variant.format === format);
  const srcset = (format: string) =>
    of(format)
      .map((variant) => `${assetPath(asset.hash, variant)} ${variant.width}w`)
      .join(', ');
  const plain = [...of('jpeg'), ...of('png')];
  const largest = plain.at(-1);
  const source = (format: string) =>
    of(format).length > 0 && html`<source type="image/${format}" srcset="${srcset(format)}" sizes="${sizes}">\n`;
  const size = largest ?? asset;
  return html`<picture>
${source('avif')}${source('webp')}<img src="${largest ? assetPath(asset.hash, largest) : assetPath(asset.hash, image.name)}"${
    plain.length > 1 && html` srcset="${[srcset('jpeg'), srcset('png')].filter(Boolean).join(', ')}" sizes="${sizes}"`
  } alt="${image.decorative ? '' : image.alt}"${size.width && html` width="${size.width}" height="${size.height}"`} ${leading ? html`fetchpriority="high"` : html`loading="lazy"`} decoding="async">
</picture>`;
}
