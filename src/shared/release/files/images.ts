import sharp, { type Sharp } from 'sharp';
import { sha256Hex } from '../../platform/canonical.ts';
import type { AssetVariant } from '../../schema/tables.ts';
import { variantName } from '../addresses.ts';
import { LOGO_HEIGHT } from '../newsroom/newsroom.ts';

/** Widths of the sizes made at upload: a telephone, a column of text on a sharp screen, the whole window. */
const IMAGE_WIDTHS = [480, 960, 1600] as const;
/** Largest cameras make 60 million pixels; beyond this a picture only costs memory. */
const PIXELS_MOST = 100_000_000;
/** JPEG can hold no longer side than 65,535; nobody shows one. */
const SIDE_MOST = 60_000;
/** WebP and AVIF can hold no longer side; a size that would have one is left out. */
const SIZE_SIDE_MOST = 16_383;
/** Good enough to print from, at a third of quality 100. */
const KEPT_QUALITY = 92;

const READABLE = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif'];

// One picture is in work at a time, by one thread: a large one takes half a gigabyte, and this process answers readers meanwhile.
sharp.concurrency(1);
// What was uploaded once is not read again soon: no memory is kept for it.
sharp.cache(false);

export type PreparedImage = {
  readonly hash: string;
  readonly data: Buffer;
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly width: number;
  readonly height: number;
  readonly sizes: readonly (AssetVariant & { readonly data: Buffer })[];
};

/** Why a picture was not taken: what is wrong and what to do. */
export class UnreadableImage extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/**
 * The picture as we keep it: turned upright, in sRGB, every bit of metadata gone (place, camera, thumbnails of what was cropped away), and,
 * unless `sizes` is false, its sizes in AVIF, WebP and JPEG (PNG when it is transparent). Its type is read from its bytes, never from its name.
 * Throws UnreadableImage.
 */
export async function prepareImage(data: Buffer, options: { sizes: boolean }): Promise<PreparedImage> {
  const turn = last.then(() => prepare(data, options));
  last = turn.catch(() => undefined);
  return turn;
}

/** Ends when the picture before has its sizes. */
let last: Promise<unknown> = Promise.resolve();

async function prepare(data: Buffer, options: { sizes: boolean }): Promise<PreparedImage> {
  const { hasAlpha, drawn } = await inspectImage(data);
  const upright = sharp(data, { limitInputPixels: PIXELS_MOST, failOn: 'error' }).autoOrient();
  // Diagrams and screens keep every pixel; photos stay JPEG.
  const coded = drawn ? upright.png({ compressionLevel: 9 }) : upright.jpeg({ quality: KEPT_QUALITY });
  const { data: kept, info } = await coded.toBuffer({ resolveWithObject: true }).catch(unreadable);
  const hash = sha256Hex(kept);
  const sizes: (AssetVariant & { data: Buffer })[] = [];
  if (options.sizes) {
    for (const width of widthsFor(info)) {
      for (const format of ['avif', 'webp', hasAlpha ? 'png' : 'jpeg'] as const) sizes.push(await makeSize(kept, { hash, width, format }));
    }
  }
  return { hash, data: kept, mediaType: drawn ? 'image/png' : 'image/jpeg', width: info.width, height: info.height, sizes };
}

/** A logo is kept so many times as large as the header shows it: sharp on every screen. */
const LOGO_SHARPNESS = 4;
/** Wider than this it would push the newsroom's name off a telephone's screen. */
const LOGO_WIDTH_MOST = 220;

/**
 * A logo as PNG, small enough for every page. A drawing (SVG) is painted here and never sent, so nothing in it can run or load anything;
 * letters in it must be outlines, because a server need not have its fonts. Throws UnreadableImage.
 */
export async function drawLogo(data: Buffer): Promise<{ data: Buffer; width: number }> {
  const drawing = isDrawing(data);
  if (!drawing) await inspectImage(data);
  const size = { width: LOGO_WIDTH_MOST * LOGO_SHARPNESS, height: LOGO_HEIGHT * LOGO_SHARPNESS, fit: 'inside' } as const;
  const { data: drawn, info } = await sharp(data, { limitInputPixels: PIXELS_MOST })
    .autoOrient()
    .resize({ ...size, withoutEnlargement: !drawing })
    .png({ compressionLevel: 9 })
    .toBuffer({ resolveWithObject: true })
    .catch(unreadable);
  return { data: drawn, width: Math.max(1, Math.min(LOGO_WIDTH_MOST, Math.round((info.width * LOGO_HEIGHT) / info.height))) };
}

function isDrawing(data: Buffer): boolean {
  return /<svg[\s>]/i.test(data.subarray(0, 1_000).toString('latin1'));
}

/** As telephones keep their photos (ISO/IEC 23008-12): whole and sound, but its coding is not free, and no browser shows it. */
function isHeic(data: Buffer): boolean {
  return /^ftyp(hei[cxms]|hev[cxms])/.test(data.subarray(4, 12).toString('latin1'));
}

/** Says whether these bytes are a picture we can take. Throws UnreadableImage when not. */
async function inspectImage(data: Buffer): Promise<{ width: number; height: number; hasAlpha: boolean; drawn: boolean }> {
  if (isDrawing(data)) {
    throw new UnreadableImage('is a drawing (SVG), which can carry scripts.', 'Export it as JPEG or PNG.');
  }
  if (isHeic(data)) throw new UnreadableImage('is of a kind we cannot take (HEIC).', 'Export it as JPEG or PNG.');
  const found = await sharp(data, { limitInputPixels: PIXELS_MOST }).metadata().catch(unreadable);
  if (!READABLE.includes(found.format)) {
    throw new UnreadableImage(`is of a kind we cannot take (${found.format}).`, 'Export it as JPEG or PNG.');
  }
  if ((found.format === 'gif' || found.format === 'webp') && (found.pages ?? 1) > 1) {
    throw new UnreadableImage('moves.', 'Save one picture of it as JPEG or PNG, or publish it as a film beside the release.');
  }
  if (Math.max(found.width, found.height) > SIDE_MOST) {
    throw new UnreadableImage(`is ${found.width} × ${found.height} pixels.`, `Cut it: no side may have more than ${SIDE_MOST} pixels.`);
  }
  if (found.width * found.height > PIXELS_MOST) {
    throw new UnreadableImage(`is ${found.width} × ${found.height} pixels.`, 'Scale it down to at most 100 million pixels.');
  }
  const drawn = found.hasAlpha || found.format === 'png' || found.format === 'gif';
  return { width: found.width, height: found.height, hasAlpha: found.hasAlpha, drawn };
}

/** The standard widths up to the picture's own, which joins them when it is clearly larger than the last. */
function widthsFor({ width, height }: { width: number; height: number }): number[] {
  const standard: number[] = IMAGE_WIDTHS.filter((one) => one <= width);
  const widest = standard.at(-1) ?? 0;
  const widths = widest < IMAGE_WIDTHS[2] && width > widest * 1.2 ? [...standard, width] : standard;
  return widths.filter((one) => (height * one) / width <= SIZE_SIDE_MOST);
}

async function makeSize(
  kept: Buffer,
  size: { hash: string; width: number; format: AssetVariant['format'] },
): Promise<AssetVariant & { data: Buffer }> {
  const { data, info } = await encode(sharp(kept).resize({ width: size.width }), size.format).toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, format: size.format, path: variantName(size.hash, width, size.format), bytes: data.length, data };
}

function encode(picture: Sharp, format: AssetVariant['format']): Sharp {
  switch (format) {
    case 'avif':
      // Effort 1: 0.25 s of CPU for a large photo. The default, 4, takes 6 s and saves one byte in a hundred.
      return picture.avif({ quality: 55, effort: 1 });
    case 'webp':
      return picture.webp({ quality: 78, effort: 3 });
    case 'jpeg':
      return picture.jpeg({ quality: 80, mozjpeg: true });
    case 'png':
      return picture.png({ compressionLevel: 9 });
  }
}

function unreadable(error: unknown): never {
  const text = error instanceof Error ? error.message : String(error);
  if (/pixel limit/i.test(text)) throw new UnreadableImage('has more than 100 million pixels.', 'Scale it down.');
  if (/unsupported image format|empty/i.test(text)) throw new UnreadableImage('is not a picture.', 'Use a JPEG, PNG or WebP file.');
  throw new UnreadableImage('is damaged and cannot be read.', 'Open it in a picture program and save it again as JPEG.');
}
