import { absolute, assetPath } from '../release/addresses.ts';
import type { ReleaseImage } from '../release/content.ts';
import type { AssetView, Publisher, RevisionView } from '../release/view.ts';

/** A file a feed item points to. */
export type FeedFile = {
  readonly url: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly title: string;
};

export type FeedPicture = FeedFile & {
  readonly width: number | null;
  readonly height: number | null;
  /** The same picture, small. */
  readonly thumbnail: { readonly url: string; readonly width: number; readonly height: number } | undefined;
  readonly alt: string;
  readonly caption: string | undefined;
  readonly credit: string;
  /** The licence's name and, where it has one, the address of its text. */
  readonly licence: { readonly name: string; readonly url?: string | undefined } | undefined;
};

/** Every reader shows these; the newer formats are the page's. */
const MEDIA_TYPES: Partial<Record<string, string>> = { jpeg: 'image/jpeg', png: 'image/png' };

/** Readers show thumbnails beside a title. */
const THUMBNAIL_WIDTH = 480;

type PictureQuestion = {
  readonly view: RevisionView;
  readonly publisher: Publisher;
  /** Widest wanted, in pixels. */
  readonly widest?: number;
};

/** A picture in the largest size every reader shows and `widest` allows. Undefined when the view does not hold its bytes. */
export function feedPicture(image: ReleaseImage, { view, publisher, widest = Infinity }: PictureQuestion): FeedPicture | undefined {
  const asset = view.assets.get(image.asset);
  if (!asset) return undefined;
  const sizes = asset.variants.filter((variant) => variant.format in MEDIA_TYPES).sort((one, other) => other.width - one.width);
  const fitting = (width: number) => sizes.find((variant) => variant.width <= width) ?? sizes.at(-1);
  const size = fitting(widest);
  const small = fitting(THUMBNAIL_WIDTH);
  const address = (file: string | AssetView['variants'][number]) => absolute(publisher.baseUrl, assetPath(asset.hash, file));
  const licence = publisher.newsroom.licences[image.licence];
  return {
    url: address(size ?? image.name),
    mediaType: size ? MEDIA_TYPES[size.format]! : asset.mediaType,
    bytes: size?.bytes ?? asset.bytes,
    title: image.name,
    width: size ? size.width : asset.width,
    height: size ? size.height : asset.height,
    thumbnail: small && { url: address(small), width: small.width, height: small.height },
    alt: image.alt,
    caption: image.caption,
    credit: image.credit,
    licence: licence ?? (image.licence ? { name: image.licence } : undefined),
  };
}

/** The attachments of a release, in its order. */
export function feedAttachments(view: RevisionView, { baseUrl }: Publisher): FeedFile[] {
  return view.content.attachments.map((file) => ({
    url: absolute(baseUrl, assetPath(file.asset, file.name)),
    mediaType: file.mediaType,
    bytes: file.bytes,
    title: file.title,
  }));
}
