/** How wide a text is. */
export type Measure = (text: string) => number;

export type Box = { readonly width: number; readonly height: number };
export type Fitted = { readonly size: number; readonly lines: readonly string[] };

/** Distance of baselines, as a share of the size. */
export const LEADING = 1.16;
const ELLIPSIS = '…';

/**
 * The text in the largest of the sizes (largest first) at which it fits the box; cut with an ellipsis when it is too long for the smallest.
 * Lines are about equally long, as a typesetter would break a heading.
 */
export function fitText(text: string, sizes: readonly number[], box: Box, measureAt: (size: number) => Measure): Fitted {
  for (const size of sizes) {
    const measure = measureAt(size);
    const lines = breakLines(text, box.width, measure);
    // A heading with a word broken in two waits for a smaller size.
    if (lines.length <= mostLines(size, box) && !hasBrokenWord(text, lines))
      return { size, lines: balance(text, lines.length, box.width, measure) };
  }
  const size = sizes.at(-1)!;
  const measure = measureAt(size);
  return { size, lines: cut(breakLines(text, box.width, measure), mostLines(size, box), box.width, measure) };
}

function mostLines(size: number, box: Box): number {
  return Math.max(1, Math.floor((box.height - size) / (size * LEADING)) + 1);
}

/** Lines no wider than `width`, broken between words, and inside a word only when it is wider than a whole line. */
export function breakLines(text: string, width: number, measure: Measure): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (measure(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = breakWord(word, width, measure);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1)!;
  }
  return line === '' ? lines : [...lines, line];
}

function breakWord(word: string, width: number, measure: Measure): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && measure(`${piece}${character}-`) > width) {
      pieces.push(/[-–/]$/.test(piece) ? piece : `${piece}-`);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}

function hasBrokenWord(text: string, lines: readonly string[]): boolean {
  return lines.join(' ') !== text;
}

/** The narrowest lines that are as few. */
function balance(text: string, count: number, width: number, measure: Measure): string[] {
  let [least, most] = [width / 2, width];
  while (most - least > 4) {
    const middle = (least + most) / 2;
    const lines = breakLines(text, middle, measure);
    if (lines.length <= count && !hasBrokenWord(text, lines)) most = middle;
    else least = middle;
  }
  return breakLines(text, most, measure);
}

function cut(lines: readonly string[], most: number, width: number, measure: Measure): string[] {
  if (lines.length <= most) return [...lines];
  const kept = lines.slice(0, most);
  return [...kept.slice(0, -1), shorten(kept.at(-1)!, width, measure)];
}

/** The text with an ellipsis in the place of its last words, or letters when it is one word. */
export function shorten(text: string, width: number, measure: Measure): string {
  let kept = text;
  do {
    const space = kept.lastIndexOf(' ');
    const fits = measure(`${kept}${ELLIPSIS}`) <= width;
    if (fits) break;
    kept = space > 0 ? kept.slice(0, space) : [...kept].slice(0, -1).join('');
  } while (kept !== '');
  return `${kept.replace(/[\s.,:;–-]+$/u, '')}${ELLIPSIS}`;
}
