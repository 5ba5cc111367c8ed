import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { biblioteket, kontorHuvudstaden, motesrummet, sjukhuset, vantrummet } from './demo-pictures/buildings.ts';
import { alvdalen, bjorkskog, koldlabbet, linjekarta, prydnad } from './demo-pictures/landscapes.ts';
import { buss41, landningsplats, perrongen } from './demo-pictures/travel.ts';

/*
 * Draws the demo's pictures anew: `node scripts/make-demo-pictures.ts [folder]`. The drawn files are committed, so nobody needs to run this
 * to use the demo. Pictures come as JPEG under 150 kB; one of them carries a camera position, which the newsroom has to remove.
 */

const FOLDER = join(import.meta.dirname, '../src/producers/demo/content/bilder');
const LARGEST_BYTES = 150_000;

const JPEGS: Record<string, () => string> = {
  alvdalen,
  biblioteket,
  bjorkskog,
  'buss-41': buss41,
  koldlabbet,
  'kontor-huvudstaden': kontorHuvudstaden,
  landningsplats,
  linjekarta,
  motesrummet,
  perrongen,
  sjukhuset,
  vantrummet,
};

/** What a telephone writes into a picture: make, and a position in a forest in the north. */
const CAMERA = {
  IFD0: { Make: 'Exempelkamera', Model: 'EK-1', Copyright: 'Mira Alm' },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '65/1 4/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '18/1 30/1 0/1' },
};
const WITH_POSITION = 'biblioteket';

async function drawJpeg(name: string, svg: string): Promise<Buffer> {
  for (let quality = 84; quality >= 50; quality -= 4) {
    const drawing = sharp(Buffer.from(svg)).flatten({ background: '#ffffff' });
    const marked = name === WITH_POSITION ? drawing.withExif(CAMERA) : drawing;
    const data = await marked.jpeg({ quality, mozjpeg: true }).toBuffer();
    if (data.length <= LARGEST_BYTES) return data;
  }
  throw new Error(`${name} does not fit into ${LARGEST_BYTES} bytes`);
}

const folder = process.argv[2] ?? FOLDER;
await mkdir(folder, { recursive: true });
for (const [name, draw] of Object.entries(JPEGS)) {
  const data = await drawJpeg(name, draw());
  await writeFile(join(folder, `${name}.jpg`), data);
  console.log(`${name}.jpg ${data.length}`);
}
const ornament = await sharp(Buffer.from(prydnad())).png({ palette: true }).toBuffer();
await writeFile(join(folder, 'prydnad.png'), ornament);
console.log(`prydnad.png ${ornament.length}`);
