/** Size of every picture: 3:2, large enough for the widest page. */
export const WIDTH = 1600;
export const HEIGHT = 1067;

/** One palette for all pictures, so that a page of them looks like one hand. */
export const COLOURS = {
  paper: '#f6efe4',
  snow: '#eef2f1',
  snowShade: '#cfdcdf',
  mist: '#d5e2e0',
  haze: '#a9c4c4',
  far: '#7fa5a8',
  middle: '#4e7f84',
  near: '#285c63',
  deep: '#123f48',
  night: '#0c2530',
  river: '#8fbac2',
  riverLight: '#cfe3e2',
  moss: '#7d9662',
  meadow: '#a9b878',
  leaf: '#c3cc86',
  red: '#a23b2c',
  redDark: '#7c2a21',
  ochre: '#d9a441',
  lamp: '#ffdf9b',
  wood: '#b98a5a',
  woodDark: '#8a6140',
  bark: '#f3efe6',
  barkShade: '#d9d3c6',
  ink: '#22333a',
} as const;

/** Repeatable random numbers (mulberry32): the same pictures come out of every run. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function rect(box: { x: number; y: number; w: number; h: number; r?: number; opacity?: number }, fill: string): string {
  return `<rect x="${box.x}" y="${box.y}" width="${box.w}" height="${box.h}" rx="${box.r ?? 0}" fill="${fill}" opacity="${box.opacity ?? 1}"/>`;
}

export function circle(at: { x: number; y: number; r: number; opacity?: number }, fill: string): string {
  return `<circle cx="${at.x}" cy="${at.y}" r="${at.r}" fill="${fill}" opacity="${at.opacity ?? 1}"/>`;
}

export function path(d: string, fill: string, opacity = 1): string {
  return `<path d="${d}" fill="${fill}" opacity="${opacity}"/>`;
}

export function line(d: string, stroke: string, width: number): string {
  return `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

/** A vertical gradient over the whole picture or a box; stops from top to bottom. */
export function gradient(id: string, stops: readonly string[], box = { x: 0, y: 0, w: WIDTH, h: HEIGHT }): string {
  const marks = stops.map((colour, index) => `<stop offset="${index / (stops.length - 1)}" stop-color="${colour}"/>`).join('');
  return `<defs><linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${marks}</linearGradient></defs>${rect(box, `url(#${id})`)}`;
}

/** A soft light around a point: the sun behind haze, a lamp, a window. */
export function glow(id: string, at: { x: number; y: number; r: number }, colour: string): string {
  const stops = `<stop offset="0" stop-color="${colour}" stop-opacity="0.85"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/>`;
  return `<defs><radialGradient id="${id}">${stops}</radialGradient></defs>${circle(at, `url(#${id})`)}`;
}

/** A ridge of rolling hills from the left edge to the right, filled to the bottom. */
export function ridge(shape: { seed: number; y: number; height: number; step: number }, fill: string): string {
  const random = randomFrom(shape.seed);
  const points: { x: number; y: number }[] = [];
  for (let x = -shape.step; x <= WIDTH + shape.step; x += shape.step) points.push({ x, y: shape.y - random() * shape.height });
  let d = `M${points[0]!.x},${HEIGHT} L${points[0]!.x},${points[0]!.y}`;
  for (let index = 1; index < points.length; index += 1) {
    const [from, to] = [points[index - 1]!, points[index]!];
    const half = (from.x + to.x) / 2;
    d += ` C${half},${from.y} ${half},${to.y} ${to.x},${to.y}`;
  }
  return path(`${d} L${WIDTH + shape.step},${HEIGHT} Z`, fill);
}

/** A spruce of three to five skirts, its foot at (x, y). */
export function spruce(x: number, y: number, tree: { height: number; fill: string; snow?: string }): string {
  const width = tree.height * 0.36;
  const skirts = tree.height > 120 ? 5 : 3;
  let drawn = rect({ x: x - tree.height * 0.02, y: y - tree.height * 0.1, w: tree.height * 0.04, h: tree.height * 0.1 }, COLOURS.woodDark);
  for (let skirt = 0; skirt < skirts; skirt += 1) {
    const part = (skirt + 1) / skirts;
    const foot = y - tree.height * 0.06 - tree.height * 0.72 * (1 - part);
    const top = Math.max(y - tree.height, foot - tree.height * 0.42);
    const half = (width / 2) * (0.35 + 0.65 * part);
    drawn = path(`M${x},${top} L${x + half},${foot} Q${x},${foot - half * 0.22} ${x - half},${foot} Z`, tree.fill) + drawn;
    if (tree.snow)
      drawn += path(
        `M${x},${top} L${x + half * 0.45},${top + (foot - top) * 0.5} Q${x},${top + (foot - top) * 0.36} ${x - half * 0.5},${top + (foot - top) * 0.55} Z`,
        tree.snow,
      );
  }
  return drawn;
}

/** A row of spruces of varying height along a line. */
export function forest(row: {
  seed: number;
  from: number;
  to: number;
  y: number;
  height: number;
  gap: number;
  fill: string;
  snow?: string;
}): string {
  const random = randomFrom(row.seed);
  let drawn = '';
  for (let x = row.from; x < row.to; x += row.gap * (0.55 + random() * 0.9)) {
    const height = row.height * (0.55 + random() * 0.6);
    drawn += spruce(Math.round(x), Math.round(row.y + random() * row.height * 0.08), {
      height,
      fill: row.fill,
      ...(row.snow ? { snow: row.snow } : {}),
    });
  }
  return drawn;
}

/** A birch trunk with its dark marks, from the foot up and out of the picture or to `height`. */
export function birch(x: number, y: number, trunk: { width: number; height: number; lean: number; seed: number }): string {
  const random = randomFrom(trunk.seed);
  const top = y - trunk.height;
  const shift = trunk.lean;
  const topWidth = trunk.width * 0.62;
  const outline = `M${x},${y} C${x + shift * 0.2},${y - trunk.height * 0.4} ${x + shift * 0.7},${top + trunk.height * 0.3} ${x + shift},${top} l${topWidth},0 C${x + shift * 0.7 + trunk.width},${top + trunk.height * 0.3} ${x + shift * 0.2 + trunk.width},${y - trunk.height * 0.4} ${x + trunk.width * 1.08},${y} Z`;
  const clip = `birch${trunk.seed}`;
  let marks = path(
    `M${x + trunk.width * 0.62},${y} L${x + shift + topWidth * 0.62},${top} L${x + shift + trunk.width * 2},${top} L${x + trunk.width * 2},${y} Z`,
    COLOURS.barkShade,
  );
  for (let at = 0.03; at < 1; at += 0.02 + random() * 0.05) {
    const left = x + shift * at * at + (random() < 0.5 ? 0 : trunk.width * (0.3 + random() * 0.4));
    const length = trunk.width * (0.15 + random() * 0.4);
    marks += rect({ x: left - 3, y: y - trunk.height * at, w: length, h: 3 + random() * trunk.width * 0.09, r: 2 }, COLOURS.ink);
  }
  return `<defs><clipPath id="${clip}"><path d="${outline}"/></clipPath></defs>${path(outline, COLOURS.bark)}<g clip-path="url(#${clip})">${marks}</g>`;
}

/** Small dots over an area: falling snow, stars, leaves. */
export function dots(
  field: { seed: number; count: number; box: { x: number; y: number; w: number; h: number }; size: number; opacity: number },
  fill: string,
): string {
  const random = randomFrom(field.seed);
  let drawn = '';
  for (let index = 0; index < field.count; index += 1) {
    const r = Math.round(field.size * (0.4 + random()) * 10) / 10;
    const [x, y] = [Math.round(field.box.x + random() * field.box.w), Math.round(field.box.y + random() * field.box.h)];
    drawn += circle({ x, y, r, opacity: field.opacity * (0.4 + random() * 0.6) }, fill);
  }
  return drawn;
}

/** The finished picture as an SVG document. */
export function picture(...parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${parts.join('')}</svg>`;
}
