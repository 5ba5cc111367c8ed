import { html, type Markup } from '../platform/markup.ts';
import { assetPath, releasePath } from '../release/addresses.ts';
import type { ReleaseImage } from '../release/content.ts';
import type { AssetView } from '../release/view.ts';
import type { LetterContext } from './letter-context.ts';
import { LETTER_WIDTH } from './letter-style.ts';

/** Enough for the letter's width on a screen of double density, and not more for those who pay by the megabyte. */
const PICTURE_WIDTH = 960;
/** As they stand beside their captions after the text, on a screen of double density. */
const SMALL_WIDTH = 240;
const SMALL_SHOWN = 120;
/** The others are on the page; a letter is no album. */
const SMALL_MOST = 6;

/** A picture as it stands in the letter. Never one that was not published: its address is among the newsroom's own assets. */
export type LetterPicture = {
  readonly image: ReleaseImage;
  readonly address: string;
  /** Height over width, where it is known. */
  readonly ratio: number | undefined;
  readonly alt: string;
};

export function leadingPicture(context: LetterContext): LetterPicture | undefined {
  return pictureOf(context, context.view.content.images[0], PICTURE_WIDTH);
}

/** The pictures after the first, and how many of them are left to the page. */
export function otherPictures(context: LetterContext): { readonly pictures: LetterPicture[]; readonly left: number } {
  const others = context.view.content.images.slice(1);
  const pictures = others.slice(0, SMALL_MOST).flatMap((image) => pictureOf(context, image, SMALL_WIDTH) ?? []);
  return { pictures, left: others.length - Math.min(others.length, SMALL_MOST) };
}

function pictureOf({ view, at }: LetterContext, image: ReleaseImage | undefined, wanted: number): LetterPicture | undefined {
  const asset = image && view.assets.get(image.asset);
  if (!image || !asset) return undefined;
  const size = sizeFor(asset, wanted);
  const { width, height } = size ?? asset;
  return {
    image,
    address: at(assetPath(asset.hash, size ?? image.name)),
    ratio: width && height ? height / width : undefined,
    alt: image.decorative ? '' : image.alt,
  };
}

/** Mail programs know JPEG and PNG; the smallest that is wide enough, else the widest. */
function sizeFor(asset: AssetView, wanted: number): AssetView['variants'][number] | undefined {
  const usable = asset.variants.filter(({ format }) => format === 'jpeg' || format === 'png').sort((one, other) => one.width - other.width);
  return usable.find(({ width }) => width >= wanted) ?? usable.at(-1);
}

/** The picture with caption, credit and licence. With pictures off, its words stand in its place. */
export function renderPicture(context: LetterContext): Markup | undefined {
  const picture = leadingPicture(context);
  return (
    picture &&
    html`<div class="picture">
${imageTag(context, picture, LETTER_WIDTH)}
${caption(context, picture)}</div>
`
  );
}

/** The other pictures, small, each beside its caption. */
export function renderOtherPictures(context: LetterContext): Markup | undefined {
  const { pictures, left } = otherPictures(context);
  if (pictures.length === 0) return undefined;
  const row = (
    picture: LetterPicture,
  ) => html`<tr><td class="small" width="${SMALL_SHOWN}">${imageTag(context, picture, SMALL_SHOWN)}</td><td class="beside">
${caption(context, picture)}</td></tr>
`;
  return html`<h2>${context.words.moreImages}</h2>
<table role="presentation" class="plan" width="100%" cellspacing="0" cellpadding="0" border="0">
${pictures.map(row)}</table>
${left > 0 && html`<p><a class="tap" href="${context.at(releasePath(context.view.slug))}">${context.words.picturesLeft(left)}</a></p>\n`}`;
}

function imageTag({ own }: LetterContext, { address, alt, ratio }: LetterPicture, width: number): Markup {
  return html`<img src="${address}" alt="${alt}"${own} width="${width}"${ratio !== undefined && html` height="${Math.round(ratio * width)}"`}>`;
}

function caption(context: LetterContext, picture: LetterPicture): Markup {
  const { text, terms } = captionOf(context, picture.image);
  return html`<p class="caption">${text && html`<span${context.own}>${text}</span><br>`}${terms}</p>\n`;
}

/** What stands below a picture: its caption, and on what terms it may be used. */
export function captionOf({ publisher, words }: LetterContext, image: ReleaseImage): { text: string; terms: string } {
  const licence = publisher.newsroom.licences[image.licence]?.name;
  const terms = [image.credit && `${words.photo}: ${image.credit}`, licence && `${words.licence}: ${licence}`].filter(Boolean).join(' · ');
  return { text: image.caption ?? '', terms };
}
