import { canonicalJson, sha256Hex } from '../platform/canonical.ts';
import { faviconPath, iconPath, touchIconPath } from '../release/addresses.ts';
import type { Newsroom } from '../release/newsroom/newsroom.ts';
import { palettesOf } from '../release/newsroom/palette.ts';

/** The newsroom's sign: its initial on its colour. */
export type Sign = { readonly letter: string; readonly ground: string; readonly ink: string };

/** One file of the sign, drawn when it is asked for (draw.ts). */
export type Icon = {
  readonly path: string;
  readonly format: 'svg' | 'png' | 'ico';
  /** In pixels; an ICO holds several, a drawing none. */
  readonly sides: readonly number[];
  /** `square` reaches into the corners: the system that shows it cuts it to a shape of its own. */
  readonly shape: 'rounded' | 'square';
  readonly sign: Sign;
};

/** Raised when the sign is drawn in another way: its addresses hold a hash of what it shows, and browsers keep what they fetched. */
const DESIGN = 1;

/** What browsers' tabs and feed readers show, on plain and on sharp screens. */
const FAVICON_SIDES = [16, 32, 48] as const;
/** What Apple's home screens show on their sharpest screens. */
const TOUCH_SIDE = 180;
/** Android's launcher, and what is shown while it opens (W3C Web Application Manifest, as its browsers read it). */
export const LAUNCHER_SIDE = 192;
export const SPLASH_SIDE = 512;

type Icons = {
  /** For browsers' tabs. */
  readonly drawing: Icon;
  readonly favicon: Icon;
  readonly touch: Icon;
  readonly launcher: Icon;
  readonly splash: Icon;
  readonly maskable: Icon;
};

const found = new WeakMap<Newsroom, Icons>();

/** Every file of the newsroom's sign. */
export function iconsOf(newsroom: Newsroom): Icons {
  const known = found.get(newsroom);
  if (known) return known;
  const sign = signOf(newsroom);
  const hash = sha256Hex(canonicalJson({ design: DESIGN, ...sign }));
  const png = (path: string, side: number, shape: Icon['shape']): Icon => ({ path, format: 'png', sides: [side], shape, sign });
  const icons: Icons = {
    drawing: { path: iconPath(hash), format: 'svg', sides: [], shape: 'rounded', sign },
    favicon: { path: faviconPath(), format: 'ico', sides: FAVICON_SIDES, shape: 'rounded', sign },
    touch: png(touchIconPath(), TOUCH_SIDE, 'square'),
    launcher: png(iconPath(hash, '192'), LAUNCHER_SIDE, 'rounded'),
    splash: png(iconPath(hash, '512'), SPLASH_SIDE, 'rounded'),
    maskable: png(iconPath(hash, 'maskable'), SPLASH_SIDE, 'square'),
  };
  found.set(newsroom, icons);
  return icons;
}

/** The sign alone, as cards show it too. */
export function signOf(newsroom: Newsroom): Sign {
  const { light } = palettesOf(newsroom);
  // The last word tells regions and councils apart: "Region Älvmark" is Ä.
  const letter = [...(newsroom.name.split(' ').at(-1) ?? '')].at(0)?.toUpperCase() ?? '';
  return { letter, ground: light.accent, ink: light['on-accent'] };
}

/** The icon at a path, or where it is now when the path is from before the newsroom looked as it does. */
export function findIcon(path: string, newsroom: Newsroom): { readonly icon: Icon } | { readonly location: string } | undefined {
  const icons = Object.values(iconsOf(newsroom));
  const icon = icons.find((one) => one.path === path);
  if (icon) return { icon };
  const since = icons.find((one) => withoutHash(one.path) === withoutHash(path));
  return since && { location: since.path };
}

function withoutHash(path: string): string {
  return path.replace(/\.[0-9a-f]{16}\./, '..');
}
