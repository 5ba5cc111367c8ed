import { html, type Markup } from '../platform/markup.ts';
import { assetPath } from '../release/addresses.ts';
import type { ReleaseImage } from '../release/content.ts';
import type { AssetView } from '../release/view.ts';
import type { LetterContext } from './letter-context.ts';
import { LETTER_WIDTH } from './letter-style.ts';

/** Enough for the letter's width on a screen of double density, and not more for those who pay by the megabyte. */
const PICTURE_WIDTH = 960;

/** The leading picture as it stands in the letter. Never one that was not published: its address is among the newsroom's own assets. */
export type LetterPicture = { readonly address: string; readonly height: number | undefined; readonly alt: string };

export function leadingPicture({ view, at }: LetterContext): (LetterPicture & { readonly image: ReleaseImage }) | undefined {
  const image = view.content.images[0];
  const asset = image && view.assets.get(image.asset);
  if (!image || !asset) return undefined;
  const size = sizeFor(asset);
  const { width, height } = size ?? asset;
  return {
    image,
    address: at(assetPath(asset.hash, size ?? image.name)),
    height: width && height ? Math.round((height * LETTER_WIDTH) / width) : undefined,
    alt: image.decorative ? '' : image.alt,
  };
}

/** Mail programs know JPEG and PNG; the smallest that is wide enough, else the widest. */
function sizeFor(asset: AssetView): AssetView['variants'][number] | undefined {
  const usable = asset.variants.filter(({ format }) => format === 'jpeg' || format === 'png').sort((one, other) => one.width - other.width);
  return usable.find(({ width }) => width >= PICTURE_WIDTH) ?? usable.at(-1);
}

/** The picture with caption, credit and licence. With pictures off, its words stand in its place. */
export function renderPicture(context: LetterContext): Markup | undefined {
  const picture = leadingPicture(context);
  if (!picture) return undefined;
  const { caption, terms } = captionOf(context, picture.image);
  const height = picture.height !== undefined && html` height="${picture.height}"`;
  return html`<div class="picture">
<img src="${picture.address}" alt="${picture.alt}"${context.own} width="${LETTER_WIDTH}"${height}>
<p class="caption">${caption && html`<span${context.own}>${caption}</span><br>`}${terms}</p>
</div>
`;
}

/** What stands below a picture: its caption, and on what terms it may be used. */
export function captionOf({ publisher, words }: LetterContext, image: ReleaseImage): { caption: string; terms: string } {
  const licence = publisher.newsroom.licences[image.licence]?.name;
  const terms = [image.credit && `${words.photo}: ${image.credit}`, licence && `${words.licence}: ${licence}`].filter(Boolean).join(' · ');
  return { caption: image.caption ?? '', terms };
}
