import { contrast, mix, readableOn } from './colours.ts';
import type { Newsroom } from './newsroom.ts';

/** The colours that page and letter share. `quiet` is for what stands beside the text, `tint` for boxes. */
export type Palette = Readonly<Record<'paper' | 'ink' | 'quiet' | 'line' | 'accent' | 'tint' | 'on-accent', string>>;

const LIGHT = { paper: '#fdfcfa', ink: '#1f1c18', quiet: '#5c564d', line: '#d8d2c8' };
const DARK = { paper: '#191715', ink: '#e8e3da', quiet: '#b3aca1', line: '#413c36' };

/** What text stands on: a newsroom's colours are held against these. */
export const PAPERS = { light: LIGHT.paper, dark: DARK.paper } as const;

type Palettes = { readonly light: Palette; readonly dark: Palette };

/** Found once: every page of a rebuild asks. */
const found = new WeakMap<Newsroom['colours'], Palettes>();

/** The newsroom's palettes for light and dark: its own accents, moved as far as reading needs. */
export function palettesOf({ colours }: Pick<Newsroom, 'colours'>): Palettes {
  const palettes = found.get(colours) ?? { light: paletteOn(LIGHT, colours.accent), dark: paletteOn(DARK, colours.accentDark) };
  found.set(colours, palettes);
  return palettes;
}

function paletteOn(base: typeof LIGHT, colour: string): Palette {
  const accent = readableOn(base.paper, colour);
  const onAccent = contrast('#ffffff', accent) >= 4.5 ? '#ffffff' : '#000000';
  return { ...base, accent, tint: mix(accent, base.paper, 0.07), 'on-accent': onAccent };
}
