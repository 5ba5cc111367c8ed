import { absolute, assetPath, releasePath } from '../release/addresses.ts';
import type { ReleaseImage } from '../release/content.ts';
import type { BankImage } from '../release/files/image-bank.ts';
import type { AssetView, Publisher } from '../release/view.ts';
import { type PageInput, structuredPage } from './structured-site.ts';

type Pictured = { readonly image: ReleaseImage; readonly asset: AssetView };

/** A picture of a release as other sites fetch it: the largest JPEG or PNG, which every one of them reads, with what they have to know to use it. */
export function structuredImage({ image, asset }: Pictured, slug: string, { baseUrl, newsroom }: Publisher): unknown {
  const plain = asset.variants.filter(({ format }) => format === 'jpeg' || format === 'png').at(-1);
  const { width, height } = plain ?? asset;
  const url = absolute(baseUrl, assetPath(asset.hash, plain ?? image.name));
  const licence = newsroom.licences[image.licence];
  return {
    '@type': 'ImageObject',
    url,
    contentUrl: url,
    width: width ?? undefined,
    height: height ?? undefined,
    caption: image.caption,
    description: image.alt || undefined,
    creditText: image.credit || undefined,
    copyrightNotice: image.credit || newsroom.name,
    license: licence?.url,
    usageInfo: licence?.url,
    // Licence and download stand beside the picture there.
    acquireLicensePage: licence && absolute(baseUrl, releasePath(slug)),
  };
}

/** The image bank: its pictures in the page's order. */
export function imageGallery(publisher: Publisher, images: readonly BankImage[], page: Pick<PageInput, 'language' | 'trail'>): unknown {
  const pictures = images.map((one) => structuredImage(one, one.release.slug, publisher));
  return structuredPage(publisher, { ...page, type: 'ImageGallery', more: { associatedMedia: pictures } });
}
