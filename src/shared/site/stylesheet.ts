import { readFileSync } from 'node:fs';
import { sha256Hex } from '../platform/canonical.ts';
import { stylesheetPath } from '../release/addresses.ts';
import type { Newsroom } from '../release/newsroom.ts';
import { type Palette, palettesOf } from '../release/palette.ts';

// In the order the cascade needs: print last.
const SHEETS = ['base', 'frame', 'controls', 'release', 'lists', 'print'].map((name) =>
  readFileSync(new URL(`./style/${name}.css`, import.meta.url), 'utf8'),
);

function theme(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, value]) => `  --${name}: ${value};\n`)
    .join('');
}

export type Stylesheet = { readonly path: string; readonly css: string };

const made = new WeakMap<Newsroom, Stylesheet>();

/**
 * The newsroom's one stylesheet in its own colours. Its address holds the hash of its bytes: pages and stylesheet never disagree,
 * and browsers may keep it for ever. The desk loads it too and adds a sheet of its own.
 */
export function stylesheetOf(newsroom: Newsroom): Stylesheet {
  const known = made.get(newsroom);
  if (known) return known;
  const { light, dark } = palettesOf(newsroom);
  const css = [
    `:root {\n${theme(light)}}\n@media screen and (prefers-color-scheme: dark) {\n:root {\n${theme(dark)}}\n}\n`,
    ...SHEETS,
    // After base.css, which sets both faces.
    ...(newsroom.typeface === 'sans' ? [':root {\n  --reading: var(--interface);\n}\n'] : []),
  ].join('\n');
  const sheet = { path: stylesheetPath(sha256Hex(css)), css };
  made.set(newsroom, sheet);
  return sheet;
}
