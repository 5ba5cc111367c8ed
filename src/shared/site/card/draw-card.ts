import sharp, { type OverlayOptions } from 'sharp';
import { assetFile } from '../../release/files/assets.ts';
import type { Card } from './card.ts';
import { LOGO, layOut, PICTURE, renderLayout } from './layout.ts';

/** Some programs show no card above this, and readers on the road pay for it. */
const BYTES_MOST = 100_000;
/** From fine to just good: the first that keeps below BYTES_MOST. */
const QUALITIES = [84, 72, 58, 40] as const;

/** The card as a JPEG of at most 100 kB. A picture that cannot be read is left out: the card still says what it is about. */
export async function drawCard(card: Card, dataDir: string): Promise<Buffer> {
  const picture = card.picture === undefined ? undefined : await coverOf(assetFile(dataDir, card.picture));
  const logo = card.logo === undefined ? undefined : await logoOf(assetFile(dataDir, card.logo));
  const layout = layOut(card.text, { picture: picture !== undefined, logo: logo?.width ?? 0 });
  const overlays: OverlayOptions[] = [];
  if (picture) overlays.push({ input: picture, left: PICTURE.left, top: PICTURE.top });
  if (logo) overlays.push({ input: logo.data, left: LOGO.left, top: LOGO.top + Math.round((LOGO.height - logo.height) / 2) });
  const drawn = sharp(Buffer.from(renderLayout(card.text, layout)))
    .composite(overlays)
    .flatten({ background: card.text.colours.paper });
  const pixels = await drawn.raw().toBuffer({ resolveWithObject: true });
  let bytes = Buffer.alloc(0);
  for (const quality of QUALITIES) {
    bytes = await sharp(pixels.data, { raw: pixels.info }).jpeg({ quality, chromaSubsampling: '4:4:4', mozjpeg: true }).toBuffer();
    if (bytes.length <= BYTES_MOST) break;
  }
  return bytes;
}

async function coverOf(file: string): Promise<Buffer | undefined> {
  const { width, height } = PICTURE;
  // What draws the eye stays in the frame.
  return sharp(file)
    .resize({ width, height, fit: 'cover', position: sharp.strategy.attention })
    .flatten({ background: '#ffffff' })
    .png({ compressionLevel: 0 })
    .toBuffer()
    .catch(() => undefined);
}

async function logoOf(file: string): Promise<{ data: Buffer; width: number; height: number } | undefined> {
  const { width, height } = LOGO;
  return sharp(file)
    .resize({ width, height, fit: 'inside' })
    .png({ compressionLevel: 0 })
    .toBuffer({ resolveWithObject: true })
    .then(({ data, info }) => ({ data, width: info.width, height: info.height }))
    .catch(() => undefined);
}
