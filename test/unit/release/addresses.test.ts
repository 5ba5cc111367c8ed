import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePublicPath } from '../../../src/producers/http/serving/public-path.ts';
import {
  absolute,
  assetPath,
  feedPath,
  frontPath,
  listPagePath,
  monthPath,
  publicFile,
  readAssetPath,
  releasePath,
  sitemapPath,
  variantName,
} from '../../../src/shared/release/addresses.ts';
import { sampleNewsroom } from '../../support/newsroom.ts';

const HASH = 'ab'.repeat(32);

describe('addresses', () => {
  it('of pages and lists', () => {
    expect(releasePath('klart')).toBe('/releases/klart/');
    expect(listPagePath('topic:naringsliv', 3)).toBe('/topics/naringsliv/page/3/');
    expect([monthPath('2026-11'), monthPath('2026-11', 2)]).toEqual(['/archive/2026/11/', '/archive/2026/11/page/2/']);
    expect([listPagePath('all', 4), listPagePath('language:en', 1)]).toEqual(['/page/4/', '/en/page/1/']);
    expect([sitemapPath(), sitemapPath(2)]).toEqual(['/sitemap.xml', '/sitemap-2.xml']);
  });

  it('of feeds: all, a language, a topic', () => {
    expect([feedPath('all', 'rss'), feedPath('language:sv', 'atom'), feedPath('topic:vard', 'json')]).toEqual([
      '/rss.xml',
      '/sv/atom.xml',
      '/topics/vard/feed.json',
    ]);
    expect(() => feedPath('nothing', 'rss')).toThrow('no list');
  });

  it('of front pages: / is the newsroom’s first language', () => {
    const newsroom = sampleNewsroom();
    expect(['sv', 'en', 'fi'].map((language) => frontPath(language, newsroom))).toEqual(['/', '/en/', '/']);
  });

  it('become files of their own', () => {
    expect(['/', '/releases/klart/', '/rss.xml', '/en/feed.json'].map(publicFile)).toEqual([
      'index.html',
      'releases/klart/index.html',
      'rss.xml',
      'en/feed.json',
    ]);
    expect(absolute('https://press.alvmark.example/', '/rss.xml')).toBe('https://press.alvmark.example/rss.xml');
  });

  it('of stored files lead back to them', () => {
    const variant = { width: 480, height: 320, format: 'jpeg', path: variantName(HASH, 480, 'jpeg'), bytes: 1 } as const;
    expect(readAssetPath(assetPath(HASH, variant))).toEqual({ hash: HASH, file: `${HASH}-480.jpg`, name: `${HASH.slice(0, 12)}-480.jpg` });
    for (const [name, called] of [
      ['Beslut § 84 å?.pdf', 'Beslut § 84 å?.pdf'],
      ['100 % klart.pdf', '100 - klart.pdf'],
      ['Beslut 84/26.pdf', 'Beslut 84-26.pdf'],
      ['..\\..\\x.pdf', '--..-x.pdf'],
      ['.plan.pdf', '-plan.pdf'],
    ])
      expect(readAssetPath(parsePublicPath(assetPath(HASH, name!))!)).toEqual({ hash: HASH, file: HASH, name: called });
  });

  it('of stored files can be asked for, whatever people call them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        const path = parsePublicPath(assetPath(HASH, name));
        expect(path && readAssetPath(path)).toMatchObject({ hash: HASH, file: HASH });
      }),
    );
  });

  it.each(['/assets/', `/assets/${HASH}`, `/assets/${HASH}/`, `/assets/${HASH}/../x`, `/assets/${HASH}-480.svg`, `/assets/..%2f..%2fetc`])(
    '%s names no stored file',
    (path) => expect(readAssetPath(path)).toBeUndefined(),
  );
});
