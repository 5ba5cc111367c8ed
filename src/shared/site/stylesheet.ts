import { readFileSync } from 'node:fs';
import { sha256Hex } from '../platform/canonical.ts';
import type { Newsroom } from '../release/newsroom.ts';
import { contrast, mix, readableOn } from './colours.ts';

// In the order the cascade needs: print last.
const SHEETS = ['base', 'frame', 'release', 'lists', 'print'].map((name) =>
  readFileSync(new URL(`./style/${name}.css`, import.meta.url), 'utf8'),
);

const LIGHT = { paper: '#fdfcfa', ink: '#1f1c18', quiet: '#5c564d', line: '#d8d2c8' };
const DARK = { paper: '#191715', ink: '#e8e3da', quiet: '#b3aca1', line: '#413c36' };

function theme(base: typeof LIGHT, colour: string): string {
  const accent = readableOn(base.paper, colour);
  const onAccent = contrast('#ffffff', accent) >= 4.5 ? '#ffffff' : '#000000';
  const tint = mix(accent, base.paper, 0.07);
  const values = { ...base, accent, tint, 'on-accent': onAccent };
  return Object.entries(values)
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
  const { accent, accentDark } = newsroom.colours;
  const css = [
    `:root {\n${theme(LIGHT, accent)}}\n@media screen and (prefers-color-scheme: dark) {\n:root {\n${theme(DARK, accentDark)}}\n}\n`,
    ...SHEETS,
  ].join('\n');
  const sheet = { path: `/style.${sha256Hex(css).slice(0, 16)}.css`, css };
  made.set(newsroom, sheet);
  return sheet;
}
