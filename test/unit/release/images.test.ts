import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { prepareImage } from '../../../src/shared/release/files/images.ts';
import { photo } from '../../support/pictures.ts';

const plain = (width: number, height: number): Sharp => sharp({ create: { width, height, channels: 3, background: '#4a7a9c' } });
const prepare = async (data: Buffer | Promise<Buffer>) => prepareImage(await data, { sizes: true });
const widths = (sizes: readonly { width: number }[]) => [...new Set(sizes.map(({ width }) => width))];

/** Two frames, as a moving picture. */
async function moving(): Promise<Sharp> {
  const frames = await Promise.all(
    ['#ff0000', '#00ff00'].map((background) =>
      sharp({ create: { width: 50, height: 50, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(frames, { join: { animated: true } });
}

describe('whatever a camera or a print shop hands over becomes a picture every browser shows:', () => {
  it.each([
    ['CMYK', () => plain(600, 400).toColourspace('cmyk').jpeg().toBuffer(), 'image/jpeg'],
    ['16 bits a channel', () => plain(600, 400).toColourspace('rgb16').png().toBuffer(), 'image/png'],
    ['grey', () => plain(600, 400).greyscale().jpeg().toBuffer(), 'image/jpeg'],
    ['TIFF', () => plain(600, 400).tiff().toBuffer(), 'image/jpeg'],
    ['AVIF', () => plain(600, 400).avif().toBuffer(), 'image/jpeg'],
    ['WebP', () => plain(600, 400).webp().toBuffer(), 'image/jpeg'],
  ] as const)('%s', async (_what, make, mediaType) => {
    const made = await prepare(make());
    expect(made).toMatchObject({ mediaType, width: 600, height: 400 });
    const kept = await sharp(made.data).metadata();
    expect([kept.depth, kept.width]).toEqual(['uchar', 600]);
    expect(['srgb', 'b-w']).toContain(kept.space);
    expect(widths(made.sizes)).toEqual([480, 600]);
  });
});

it('no size is larger than the picture, however small it is', async () => {
  for (const [width, height] of [
    [1, 1],
    [40, 30],
    [479, 10],
  ] as const) {
    const made = await prepare(plain(width, height).png().toBuffer());
    expect([made.width, widths(made.sizes)]).toEqual([width, [width]]);
  }
});

it('a panorama and a very tall picture get the sizes that the formats can hold', async () => {
  const panorama = await prepare(plain(20_000, 400).jpeg().toBuffer());
  expect(widths(panorama.sizes)).toEqual([480, 960, 1600]);
  const tall = await prepare(plain(1_000, 20_000).jpeg().toBuffer());
  expect(tall.sizes.map(({ width, height }) => [width, height])).toEqual([
    [480, 9_600],
    [480, 9_600],
    [480, 9_600],
  ]);
});

it('place, camera and colour profile are gone from every size, and it stands upright', async () => {
  const made = await prepare(photo({ width: 600, height: 400 }));
  expect([made.width, made.height]).toEqual([600, 400]);
  for (const data of [made.data, ...made.sizes.map((size) => size.data)]) {
    const { exif, xmp, iptc, icc, orientation } = await sharp(data).metadata();
    expect([exif, xmp, iptc, icc, orientation]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  }
});

describe('what cannot be taken is refused with a way out:', () => {
  it.each([
    ['a moving GIF', async () => (await moving()).gif().toBuffer(), 'moves.', 'film'],
    ['a moving WebP', async () => (await moving()).webp().toBuffer(), 'moves.', 'film'],
    [
      'a bomb: small as a file, huge as a picture',
      () => plain(16_000, 16_000).png({ compressionLevel: 9 }).toBuffer(),
      '100 million pixels',
      'Scale it down',
    ],
    ['a side that no format holds', () => plain(70_000, 2).png().toBuffer(), '70000 × 2 pixels', 'Cut it'],
    [
      'a drawing whose beginning is a long remark',
      async () =>
        Buffer.from(`<?xml version="1.0"?><!--${'x'.repeat(2_000)}--><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>`),
      'svg',
      'JPEG or PNG',
    ],
    [
      'half a file',
      async () =>
        (
          await sharp(await photo())
            .jpeg({ quality: 100 })
            .toBuffer()
        ).subarray(0, 3_000),
      'damaged',
      'save it again',
    ],
  ] as const)('%s', async (_what, make, says, remedy) => {
    await expect(prepare(make())).rejects.toMatchObject({
      message: expect.stringContaining(says),
      remedy: expect.stringContaining(remedy),
    });
  });
});

it('a picture that is refused does not hold up the next', async () => {
  const [bad, good] = await Promise.allSettled([prepare(Promise.resolve(Buffer.from('no'))), prepare(plain(10, 10).png().toBuffer())]);
  expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled']);
});
