import { html, raw } from '../../platform/markup.ts';
import type { Sign } from '../icon.ts';
import { type Face, type Family, faceOf } from './face.ts';
import { fitText, LEADING, shorten } from './lines.ts';
import { signShape } from './sign.ts';
import { CARD } from './size.ts';

/** What a card says and shows; nothing else decides its shapes. */
export type CardText = {
  readonly title: string;
  readonly organisation: string;
  /** Kind and date, as the page's dateline. */
  readonly dateline: string;
  readonly typeface: Family;
  readonly colours: Readonly<Record<'paper' | 'ink' | 'quiet' | 'accent', string>>;
  /** Stands in the picture's place on cards of no release. */
  readonly sign?: Sign;
};

/** Room that pictures take; `logo` is the width of what stands before the organisation's name. */
export type CardRoom = { readonly picture: boolean; readonly logo: number };

/** The lead picture stands at the right, from the top to the bottom. */
export const PICTURE = { left: 744, top: 0, width: CARD.width - 744, height: CARD.height } as const;
/** Where a logo may stand. */
export const LOGO = { left: 72, top: 64, width: 320, height: 64 } as const;

const MARGIN = 72;
const BAND = 14;
const TITLE_SIZES = [76, 68, 60, 54, 48, 43, 39] as const;
const TITLE_BOX = { top: 168, bottom: 520 } as const;
const NAME_SIZE = 30;
const DATE_SIZE = 27;
const DATE_BASELINE = 574;
const SIGN_SIZE = 300;

export type Line = { readonly text: string; readonly x: number; readonly baseline: number; readonly size: number; readonly width: number };
export type Layout = { readonly organisation: Line; readonly title: readonly Line[]; readonly dateline: Line };

/** Where each line of a card stands. Every text fits: long titles are set smaller, then cut. */
export function layOut(text: CardText, room: CardRoom): Layout {
  const width = (room.picture || text.sign ? PICTURE.left : CARD.width) - 2 * MARGIN;
  const serif = faceOf(text.typeface, 600);
  const name = faceOf('sans', 600);
  const plain = faceOf('sans', 400);
  const organisation = name.drawable(text.organisation);
  const box = { width, height: TITLE_BOX.bottom - TITLE_BOX.top };
  const title = keepTogether(inItsLetters(text.title, serif)) || organisation;
  const fitted = fitText(title, TITLE_SIZES, box, (size) => (line) => serif.width(line, size));
  const nameLeft = MARGIN + (room.logo === 0 ? 0 : room.logo + 20);
  return {
    organisation: oneLine(organisation, name, { x: nameLeft, baseline: 107, size: NAME_SIZE, width: width - (nameLeft - MARGIN) }),
    title: fitted.lines.map((line, index) => ({
      text: line,
      x: MARGIN,
      baseline: TITLE_BOX.top + fitted.size * (0.8 + index * LEADING),
      size: fitted.size,
      width: serif.width(line, fitted.size),
    })),
    dateline: oneLine(plain.drawable(text.dateline), plain, { x: MARGIN, baseline: DATE_BASELINE, size: DATE_SIZE, width }),
  };
}

/** The card's texts and colours as SVG; pictures are laid over it. */
export function renderLayout(text: CardText, layout: Layout): string {
  const { colours } = text;
  const shape = (face: Face, colour: string, line: Line) =>
    html`<path fill="${colour}" d="${raw(face.outline(line.text, { x: line.x, y: line.baseline, size: line.size }))}"/>\n`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${CARD.width}" height="${CARD.height}">
<rect width="${CARD.width}" height="${CARD.height}" fill="${colours.paper}"/>
<rect width="${CARD.width}" height="${BAND}" fill="${colours.accent}"/>
${text.sign && signShape(text.sign, PICTURE, { size: SIGN_SIZE })}${shape(faceOf('sans', 600), colours.accent, layout.organisation)}${layout.title.map(
  (line) => shape(faceOf(text.typeface, 600), colours.ink, line),
)}${shape(faceOf('sans', 400), colours.quiet, layout.dateline)}</svg>`.toString();
}

/** The text as the face draws it; nothing when it lacks most of its letters, for the rest would say something else: the 3 of an Arabic title. */
function inItsLetters(text: string, face: Face): string {
  const drawable = face.drawable(text);
  const letters = (some: string) => some.match(/\p{L}/gu)?.length ?? 0;
  return letters(drawable) * 2 >= letters(text) ? drawable : '';
}

function oneLine(text: string, face: Face, at: { x: number; baseline: number; size: number; width: number }): Line {
  const measure = (line: string) => face.width(line, at.size);
  const fits = measure(text) <= at.width ? text : shorten(text, at.width, measure);
  return { text: fits, x: at.x, baseline: at.baseline, size: at.size, width: measure(fits) };
}

/** A number's groups stay on one line, and so does what follows a dash. */
function keepTogether(text: string): string {
  return text.replace(/(?<=\d) (?=\d{3}(?!\d))/g, '\u00a0').replace(/ (?=[–—])/g, '\u00a0');
}
