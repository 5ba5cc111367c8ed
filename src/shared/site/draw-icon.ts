import sharp from 'sharp';
import { html } from '../platform/markup.ts';
import { signShape } from './card/sign.ts';
import type { Drawn } from './drawing.ts';
import type { Icon } from './icon.ts';

/** The sign's own units: a side of 32. */
const SIDE = 32;
const CORNER = 6;
/** Two thirds of the side, and so within the middle circle of four fifths that every mask leaves (W3C Web Application Manifest, safe zone). */
const LETTER_SIZE = 20;

/** The icon's file. */
export async function drawIcon(icon: Icon): Promise<Drawn> {
  switch (icon.format) {
    case 'svg':
      return { body: Buffer.from(shapes(icon)), type: 'image/svg+xml; charset=utf-8' };
    case 'png':
      return { body: await paint(icon, icon.sides[0]!), type: 'image/png' };
    case 'ico':
      return {
        body: packIco(await Promise.all(icon.sides.map(async (side) => ({ side, png: await paint(icon, side) })))),
        type: 'image/x-icon',
      };
  }
}

function shapes({ sign, shape }: Icon, side?: number): string {
  const drawn = signShape(
    sign,
    { left: 0, top: 0, width: SIDE, height: SIDE },
    { size: LETTER_SIZE, corner: shape === 'rounded' ? CORNER : 0 },
  );
  const size = side !== undefined && html` width="${side}" height="${side}"`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIDE} ${SIDE}"${size}>\n${drawn}</svg>\n`.toString();
}

async function paint(icon: Icon, side: number): Promise<Buffer> {
  const drawn = sharp(Buffer.from(shapes(icon, side)));
  return (icon.shape === 'square' ? drawn.flatten({ background: icon.sign.ground }) : drawn).png({ compressionLevel: 9 }).toBuffer();
}

/** An ICO that holds PNGs, as every browser since 2007 reads it: a header of 6 bytes, 16 for each picture, then the pictures. */
function packIco(pictures: readonly { readonly side: number; readonly png: Buffer }[]): Buffer {
  const header = Buffer.alloc(6 + 16 * pictures.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.length;
  for (const [index, { side, png }] of pictures.entries()) {
    const at = 6 + 16 * index;
    header.writeUInt8(side, at);
    header.writeUInt8(side, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([header, ...pictures.map(({ png }) => png)]);
}
