import { frontPath } from '../release/addresses.ts';
import { palettesOf } from '../release/newsroom/palette.ts';
import type { Publisher } from '../release/view.ts';
import { iconsOf, LAUNCHER_SIDE, SPLASH_SIDE } from './icon.ts';
import { wordsOf } from './words.ts';

/**
 * The newsroom among a telephone's own symbols (W3C Web Application Manifest), in a language that has a front page. It opens in the browser:
 * nothing here works without a network, and readers want their tabs, their way back and the address to pass on.
 */
export function renderManifest({ newsroom }: Publisher, language: string): string {
  const words = wordsOf(language);
  const { light } = palettesOf(newsroom);
  const { drawing, launcher, splash, maskable } = iconsOf(newsroom);
  const front = frontPath(language, newsroom);
  const png = (src: string, side: number, purpose: 'any' | 'maskable') => ({ src, sizes: `${side}x${side}`, type: 'image/png', purpose });
  const manifest = {
    id: front,
    start_url: front,
    scope: '/',
    display: 'browser',
    name: `${words.newsroom} – ${newsroom.name}`,
    short_name: newsroom.name,
    description: words.frontDescription(newsroom.name),
    lang: language,
    dir: 'ltr',
    theme_color: light.accent,
    background_color: light.paper,
    icons: [
      png(launcher.path, LAUNCHER_SIDE, 'any'),
      png(splash.path, SPLASH_SIDE, 'any'),
      png(maskable.path, SPLASH_SIDE, 'maskable'),
      { src: drawing.path, sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
    ],
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
