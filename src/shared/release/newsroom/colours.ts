/** A colour as red, green and blue, 0–255. */
type Colour = readonly [number, number, number];

function parseColour(hex: string): Colour {
  const digits = /^#([0-9a-f]{6})$/i.exec(hex)?.[1];
  if (!digits) throw new TypeError(`a colour is written #rrggbb, not ${hex}`);
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)) as unknown as Colour;
}

function formatColour(colour: Colour): string {
  return `#${colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio of two #rrggbb colours, 1 to 21 (WCAG 2.2). */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(parseColour(one)), luminance(parseColour(other))].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Mixes `share` (0–1) of one #rrggbb colour into another. */
export function mix(colour: string, into: string, share: number): string {
  const [from, to] = [parseColour(colour), parseColour(into)];
  return formatColour(to.map((part, index) => part + (from[index]! - part) * share) as unknown as Colour);
}

/**
 * The newsroom's colour, moved towards black or white just far enough that text in it can be read on `paper`.
 * Whatever stands in the newsroom file, links keep WCAG 1.4.3: 4.5:1, with a little to spare for tinted boxes.
 */
export function readableOn(paper: string, colour: string, ratio = 5.2): string {
  const end = luminance(parseColour(paper)) > 0.4 ? '#000000' : '#ffffff';
  for (let share = 0; share < 1; share += 0.04) {
    const moved = mix(end, colour, share);
    if (contrast(moved, paper) >= ratio) return moved;
  }
  return end;
}
