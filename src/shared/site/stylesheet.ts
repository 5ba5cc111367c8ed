import { readFileSync } from 'node:fs';
import { sha256Hex } from '../platform/canonical.ts';
import { stylesheetPath } from '../release/addresses.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { type Palette, palettesOf } from '../release/newsroom/palette.ts';
import { embedStylesheetPath } from '../release/reader-addresses.ts';

// In the order the cascade needs: print last.
const SHEETS = ['base', 'frame', 'controls', 'release', 'lists', 'pages', 'print'].map(readSheet);
const EMBED = readSheet('embed');

function readSheet(name: string): string {
  return readFileSync(new URL(`./style/${name}.css`, import.meta.url), 'utf8');
}

function theme(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, value]) => `  --${name}: ${value};\n`)
    .join('');
}

export type Stylesheet = { readonly path: string; readonly css: string };

const made = new WeakMap<Newsroom, Stylesheet>();
const embeds = new WeakMap<Newsroom, Stylesheet>();

function colours(newsroom: Newsroom): string {
  const { light, dark } = palettesOf(newsroom);
  return `:root {\n${theme(light)}}\n@media screen and (prefers-color-scheme: dark) {\n:root {\n${theme(dark)}}\n}\n`;
}

/**
 * The newsroom's one stylesheet in its own colours. Its address holds the hash of its bytes: pages and stylesheet never disagree,
 * and browsers may keep it for ever. The desk loads it too and adds a sheet of its own.
 */
export function stylesheetOf(newsroom: Newsroom): Stylesheet {
  const known = made.get(newsroom);
  if (known) return known;
  const css = [
    colours(newsroom),
    ...SHEETS,
    // After base.css, which sets both faces.
    ...(newsroom.typeface === 'sans' ? [':root {\n  --reading: var(--interface);\n}\n'] : []),
  ].join('\n');
  const sheet = { path: stylesheetPath(sha256Hex(css)), css };
  made.set(newsroom, sheet);
  return sheet;
}

/** The few rules of the list that other sites show in a frame (embed.ts), in the newsroom's colours. */
export function embedSheetOf(newsroom: Newsroom): Stylesheet {
  const known = embeds.get(newsroom);
  if (known) return known;
  const css = `${colours(newsroom)}\n${EMBED}`;
  const sheet = { path: embedStylesheetPath(sha256Hex(css)), css };
  embeds.set(newsroom, sheet);
  return sheet;
}
