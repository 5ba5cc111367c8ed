import { html, type Markup, raw } from '../../platform/markup.ts';
import type { Sign } from '../icon.ts';
import { faceOf } from './face.ts';

/** Of IBM Plex Sans, as shares of the size: a capital, and one whose ring or dots have to be balanced. */
const CAPITAL_HEIGHT = 0.698;
const MARKED_HEIGHT = 0.8;

export type SignBox = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** The newsroom's letter in the middle of a box of its colour, as SVG. A letter that the face lacks is left out: the colour alone tells it apart. */
export function signShape({ letter, ground, ink }: Sign, box: SignBox, { size, corner = 0 }: { size: number; corner?: number }): Markup {
  const face = faceOf('sans', 600);
  const drawable = face.drawable(letter);
  const height = /\p{M}/u.test(drawable.normalize('NFD')) ? MARKED_HEIGHT : CAPITAL_HEIGHT;
  const x = box.left + (box.width - face.width(drawable, size)) / 2;
  const y = box.top + (box.height + height * size) / 2;
  return html`<rect x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}"${corner > 0 && html` rx="${corner}"`} fill="${ground}"/>
<path fill="${ink}" d="${raw(face.outline(drawable, { x, y, size }))}"/>
`;
}
