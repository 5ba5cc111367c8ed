import { sha256Hex } from '../platform/canonical.ts';
import { html } from '../platform/markup.ts';
import { iconPath } from '../release/addresses.ts';
import type { Newsroom } from '../release/newsroom.ts';
import { palettesOf } from '../release/palette.ts';

export type Icon = { readonly path: string; readonly svg: string };

const made = new WeakMap<Newsroom, Icon>();

/** The newsroom's initial on its colour, for the browser's tab. Its address holds the hash of its bytes, as the stylesheet's does. */
export function iconOf(newsroom: Newsroom): Icon {
  const known = made.get(newsroom);
  if (known) return known;
  const { light } = palettesOf(newsroom);
  // The last word tells regions and councils apart: "Region Älvmark" is Ä.
  const initial = [...(newsroom.name.split(' ').at(-1) ?? '')].at(0)?.toUpperCase() ?? '';
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="${light.accent}"/><text x="16" y="23" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="20" fill="${light['on-accent']}">${initial}</text></svg>\n`;
  const icon = { path: iconPath(sha256Hex(svg.toString())), svg: svg.toString() };
  made.set(newsroom, icon);
  return icon;
}
