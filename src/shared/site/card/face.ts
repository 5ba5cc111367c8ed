import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import opentype, { type Font, type Glyph } from 'opentype.js';
import { assertNever } from '../../platform/failure.ts';

/*
 * Letters as outlines. A bare server has no fonts, and another server has others: cards are drawn with faces that come along as packages
 * (IBM Plex, SIL Open Font License 1.1), so that the same card has the same shapes everywhere.
 */

export type Family = 'serif' | 'sans';
type Weight = 400 | 600;

export type Face = {
  /** The text with nothing in it that this face cannot draw. */
  drawable(text: string): string;
  /** Width of a drawable text at a size, kerning included. */
  width(text: string, size: number): number;
  /** SVG path data of a drawable text whose baseline begins at (x, y). */
  outline(text: string, at: { readonly x: number; readonly y: number; readonly size: number }): string;
};

// Packaged in parts by script: Sámi and the languages of our neighbours are in the second.
const SCRIPTS = ['latin', 'latin-ext'] as const;
/** Hundredths of a pixel: finer than any eye, and the same digits on every machine. */
const DIGITS = 2;
/** What stands in for characters that have a plain sister: hyphens and narrow spaces. */
const SISTERS: Readonly<Record<string, string>> = { '\u2011': '-', '\u2010': '-', '\u202f': '\u00a0', '\u2009': '\u00a0' };

const opened = new Map<string, Face>();
const require = createRequire(import.meta.url);

/** A face, read at the first wish (20 ms). */
export function faceOf(family: Family, weight: Weight): Face {
  const name = `ibm-plex-${family}`;
  const known = opened.get(`${name}-${weight}`);
  if (known) return known;
  const fonts = SCRIPTS.map((script) => openFont(require.resolve(`@fontsource/${name}/files/${name}-${script}-${weight}-normal.woff`)));
  const face = makeFace(fonts);
  opened.set(`${name}-${weight}`, face);
  return face;
}

function openFont(path: string): Font {
  const bytes = readFileSync(path);
  return opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** A glyph with the font it comes from: kerning is known only between glyphs of one font. */
type Drawn = { readonly font: Font; readonly glyph: Glyph };

function makeFace(fonts: readonly Font[]): Face {
  const glyphs = new Map<string, Drawn | undefined>();

  function find(character: string): Drawn | undefined {
    if (!glyphs.has(character)) {
      const font = fonts.find((one) => one.charToGlyphIndex(character) !== 0);
      glyphs.set(character, font && { font, glyph: font.charToGlyph(character) });
    }
    return glyphs.get(character);
  }

  /** Each glyph with its place on the line. */
  function* place(text: string, size: number): Generator<{ glyph: Glyph; x: number; end: number }> {
    let x = 0;
    let before: Drawn | undefined;
    for (const character of text) {
      const drawn = find(character);
      if (!drawn) continue;
      const scale = size / drawn.font.unitsPerEm;
      if (before?.font === drawn.font) x += drawn.font.getKerningValue(before.glyph, drawn.glyph) * scale;
      const end = x + (drawn.glyph.advanceWidth ?? 0) * scale;
      yield { glyph: drawn.glyph, x, end };
      x = end;
      before = drawn;
    }
  }

  return {
    drawable(text) {
      const known = [...text.normalize('NFC')].map((character) =>
        find(character) ? character : (SISTERS[character] ?? baseOf(character)),
      );
      return known
        .filter((character) => /\s/.test(character) || find(character))
        .join('')
        .replace(/[^\S\u00a0]+/g, ' ')
        .trim();
    },
    width(text, size) {
      let width = 0;
      for (const { end } of place(text, size)) width = end;
      return width;
    },
    outline(text, { x, y, size }) {
      return [...place(text, size)].map((at) => pathData(at.glyph, { x: x + at.x, y, size })).join('');
    },
  };
}

/** The library's own way of writing paths loses corners and runs numbers into each other. */
function pathData(glyph: Glyph, { x, y, size }: { x: number; y: number; size: number }): string {
  const point = (...numbers: number[]) => numbers.map((number) => Number(number.toFixed(DIGITS))).join(' ');
  return glyph
    .getPath(x, y, size)
    .commands.map((to) => {
      switch (to.type) {
        case 'M':
        case 'L':
          return `${to.type}${point(to.x, to.y)}`;
        case 'Q':
          return `Q${point(to.x1, to.y1, to.x, to.y)}`;
        case 'C':
          return `C${point(to.x1, to.y1, to.x2, to.y2, to.x, to.y)}`;
        case 'Z':
          return 'Z';
        default:
          return assertNever(to);
      }
    })
    .join('');
}

/** A letter without the mark our face does not have: better than no letter. */
function baseOf(character: string): string {
  return [...character.normalize('NFD')][0]!;
}
