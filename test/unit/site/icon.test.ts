import sharp from 'sharp';
import { expect, test } from 'vitest';
import { html } from '../../../src/shared/platform/markup.ts';
import type { Newsroom } from '../../../src/shared/release/newsroom/newsroom.ts';
import { draw } from '../../../src/shared/site/draw.ts';
import { findIcon, type Icon, iconsOf } from '../../../src/shared/site/icon.ts';
import { renderDocument } from '../../../src/shared/site/layout.ts';
import { renderManifest } from '../../../src/shared/site/manifest.ts';
import { renderTopicsPage } from '../../../src/shared/site/topic.ts';
import { samplePublisher } from '../../support/views.ts';

const publisher = samplePublisher();
const { newsroom } = publisher;
const icons = iconsOf(newsroom);
const bytesOf = async (icon: Icon) => (await draw({ icon }, '/nowhere')).body;
const other = (overrides: Partial<Newsroom>) => samplePublisher(overrides).newsroom;

async function cornerOf(png: Buffer): Promise<number[]> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return [...data.subarray(0, info.channels)];
}

test('the sign is drawn in every size it is named with, the same bytes each time', async () => {
  for (const icon of [icons.touch, icons.launcher, icons.splash, icons.maskable]) {
    const png = await bytesOf(icon);
    const { width, height, format } = await sharp(png).metadata();
    expect([format, width, height]).toEqual(['png', icon.sides[0], icon.sides[0]]);
    expect((await bytesOf(icon)).equals(png)).toBe(true);
  }
  expect((await bytesOf(icons.drawing)).toString()).toMatch(/^<svg [^>]*viewBox="0 0 32 32">.*<path fill="#ffffff" d="M/s);
});

test('what a system cuts to its own shape reaches into the corners, the rest is rounded', async () => {
  const ground = Buffer.from(icons.touch.sign.ground.slice(1), 'hex');
  for (const icon of [icons.touch, icons.maskable]) expect(await cornerOf(await bytesOf(icon))).toEqual([...ground, 255]);
  expect((await cornerOf(await bytesOf(icons.launcher)))[3]).toBe(0);
});

test('the favicon is an ICO that holds the sign in three sizes, each whole', async () => {
  const ico = await bytesOf(icons.favicon);
  expect([ico.readUInt16LE(0), ico.readUInt16LE(2)]).toEqual([0, 1]);
  const count = ico.readUInt16LE(4);
  const sides = [];
  for (let at = 6; at < 6 + 16 * count; at += 16) {
    const [bytes, offset] = [ico.readUInt32LE(at + 8), ico.readUInt32LE(at + 12)];
    const { width, height } = await sharp(ico.subarray(offset, offset + bytes)).metadata();
    expect([width, height]).toEqual([ico.readUInt8(at), ico.readUInt8(at + 1)]);
    sides.push(width);
  }
  expect(sides).toEqual([16, 32, 48]);
});

test('an icon’s address changes with the letter and the colour, and an old one leads to the one of today', () => {
  const renamed = other({ name: 'Region Bergslunda' });
  expect(iconsOf(other({})).splash.path).toBe(icons.splash.path);
  for (const changed of [renamed, other({ colours: { accent: '#aa0000', accentDark: '#ff8888' } })])
    expect(iconsOf(changed).splash.path).not.toBe(icons.splash.path);
  expect(findIcon(icons.splash.path, newsroom)).toEqual({ icon: icons.splash });
  expect(findIcon(icons.splash.path, renamed)).toEqual({ location: iconsOf(renamed).splash.path });
  expect(findIcon(icons.drawing.path, renamed)).toEqual({ location: iconsOf(renamed).drawing.path });
  expect(findIcon('/icon-1024.0123456789abcdef.png', newsroom)).toBeUndefined();
  expect(findIcon('/favicon.png', newsroom)).toBeUndefined();
});

test('a letter that the face lacks leaves the colour alone', async () => {
  const { drawing, touch } = iconsOf(other({ name: '東京' }));
  expect((await bytesOf(drawing)).toString()).toContain(' d=""');
  expect((await sharp(await bytesOf(touch)).stats()).channels.every(({ min, max }) => min === max)).toBe(true);
});

test('each language has a manifest that opens its front page in the browser, with every icon at the size it says', () => {
  for (const [language, front] of [
    ['sv', '/'],
    ['en', '/en/'],
  ] as const) {
    const manifest = JSON.parse(renderManifest(publisher, language));
    expect(manifest).toMatchObject({
      lang: language,
      start_url: front,
      id: front,
      scope: '/',
      display: 'browser',
      short_name: newsroom.name,
    });
    expect(manifest.name).toBe(language === 'sv' ? 'Nyhetsrum – Region Älvmark' : 'Newsroom – Region Älvmark');
    expect(manifest.theme_color).toMatch(/^#[0-9a-f]{6}$/);
    for (const { src, sizes, type } of manifest.icons) {
      const named = findIcon(src, newsroom);
      const icon = named && 'icon' in named ? named.icon : undefined;
      expect([type, sizes]).toEqual(
        icon?.format === 'svg' ? ['image/svg+xml', 'any'] : ['image/png', `${icon?.sides[0]}x${icon?.sides[0]}`],
      );
    }
    expect(manifest.icons.map((icon: { purpose: string }) => icon.purpose)).toContain('maskable');
  }
});

test('every page names the icons, the public ones the manifest of their language', () => {
  const plain = renderDocument({ lang: 'sv', title: 'T', publisher, body: html`<p>` });
  expect(plain).toContain('<link rel="icon" sizes="32x32" href="/favicon.ico">');
  expect(plain).toContain(`<link rel="icon" type="image/svg+xml" href="${icons.drawing.path}">`);
  expect(plain).toContain('<link rel="apple-touch-icon" href="/apple-touch-icon.png">');
  expect(plain).not.toContain('rel="manifest"');
  expect(renderTopicsPage(publisher)).toContain('<link rel="manifest" href="/site.webmanifest">');
});
