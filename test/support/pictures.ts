import sharp from 'sharp';

/** A photo of nothing, as a telephone takes it: lying on its side, with the place in its metadata. 1200 × 800 once it stands upright. */
export async function photo(size: { width: number; height: number } = { width: 1_200, height: 800 }): Promise<Buffer> {
  const picture = sharp({ create: { width: size.height, height: size.width, channels: 3, background: '#4a7a9c' } });
  return picture
    .composite([{ input: { create: { width: 40, height: 40, channels: 3, background: '#c03020' } }, top: 10, left: 10 }])
    .jpeg()
    .withExif({
      IFD0: { Make: 'Telefon', Copyright: 'Mira Alm', Orientation: '6' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '64/1 45/1 0/1' },
    })
    .withMetadata({ orientation: 6 })
    .toBuffer();
}

/** A transparent drawing. */
export async function drawing(width = 300, height = 200): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 4, background: { r: 0, g: 90, b: 138, alpha: 0.4 } } })
    .png()
    .toBuffer();
}
