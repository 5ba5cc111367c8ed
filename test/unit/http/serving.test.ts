import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isNotModified } from '../../../src/producers/http/serving/conditional.ts';
import { chooseEncoding } from '../../../src/producers/http/serving/encodings.ts';
import { FileCache } from '../../../src/producers/http/serving/file-cache.ts';
import { mediaTypeOf } from '../../../src/producers/http/serving/media-types.ts';
import { originForm, parsePublicPath, queryOf } from '../../../src/producers/http/serving/public-path.ts';

describe('a public path', () => {
  it('is decoded once and keeps what readers may ask for', () => {
    expect(parsePublicPath('/')).toBe('/');
    expect(parsePublicPath('/releases/bron/?from=letter#top')).toBe('/releases/bron/');
    expect(parsePublicPath('/assets/abc/d%C3%B6rr%20ett.jpg')).toBe('/assets/abc/dörr ett.jpg');
    expect(parsePublicPath('/.well-known/security.txt')).toBe('/.well-known/security.txt');
    expect(queryOf('/a?b=1&c')).toBe('?b=1&c');
  });

  it('is none when it could name something else', () => {
    for (const target of [
      'releases',
      '',
      '*',
      '/..',
      '/a/../b',
      '/./a',
      '//a',
      '/a//b',
      '/.git/config',
      '/a/.aside',
      '/a/.well-known/x',
      '/a\\b',
      '/a%5cb',
      '/a%00',
      '/a%0d%0ab',
      '/%zz',
      '/%252e',
    ]) {
      expect(parsePublicPath(target), target).toBeUndefined();
    }
  });

  it('is the same however much of the address a client writes', () => {
    for (const [target, path] of [
      ['http://press.alvmark.example/a?b', '/a?b'],
      ['HTTPS://evil.example:8443/contacts', '/contacts'],
      ['http://evil.example', '/'],
      ['http://evil.example?b', '/?b'],
      ['/http://evil.example/', '/http://evil.example/'],
      ['*', '*'],
    ]) {
      expect(originForm(target!), target).toBe(path);
    }
    expect(parsePublicPath(originForm('http://evil.example//other.example/'))).toBeUndefined();
  });

  it('joined to a folder never leaves it, whatever is asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('..', '.', '/', '%2e', '%2f', '%5c', '\\', 'a', '%00', '%25', 'é', '')), (parts) => {
        const path = parsePublicPath(`/${parts.join('')}`);
        if (path !== undefined) expect(join('/srv/public', path).startsWith('/srv/public')).toBe(true);
      }),
    );
  });
});

describe('an encoding', () => {
  it('is the one the client weighs highest, brotli first among equals', () => {
    expect(chooseEncoding(undefined)).toBe('identity');
    expect(chooseEncoding('')).toBe('identity');
    expect(chooseEncoding('gzip, deflate, br, zstd')).toBe('br');
    expect(chooseEncoding('gzip, deflate')).toBe('gzip');
    expect(chooseEncoding('x-gzip')).toBe('gzip');
    expect(chooseEncoding('br;q=0.5, gzip;q=0.9')).toBe('gzip');
    expect(chooseEncoding('*')).toBe('br');
    expect(chooseEncoding('br;q=0, *;q=0.1')).toBe('gzip');
    expect(chooseEncoding('gzip;q=0.1, identity')).toBe('identity');
    expect(chooseEncoding('identity;q=0, gzip;q=0.2')).toBe('gzip');
    expect(chooseEncoding('zstd')).toBe('identity');
    expect(chooseEncoding('gzip;q=nonsense')).toBe('identity');
    expect(chooseEncoding('*;q=0')).toBe('identity');
  });
});

describe('304', () => {
  const validators = { etag: '"a"', lastModified: new Date('2026-11-19T08:30:00.700Z') };
  const answer = (ifNoneMatch?: string, ifModifiedSince?: string) => isNotModified({ ifNoneMatch, ifModifiedSince }, validators);

  it('is decided by If-None-Match alone when it is there', () => {
    expect(answer('"a"')).toBe(true);
    expect(answer('W/"a"')).toBe(true);
    expect(answer('"b", "a"')).toBe(true);
    expect(answer('*')).toBe(true);
    expect(answer('"b"', 'Thu, 19 Nov 2099 08:30:00 GMT')).toBe(false);
    expect(answer('a')).toBe(false);
  });

  it('else by If-Modified-Since in whole seconds, as HTTP dates are', () => {
    expect(answer(undefined, 'Thu, 19 Nov 2026 08:30:00 GMT')).toBe(true);
    expect(answer(undefined, 'Thu, 19 Nov 2026 08:29:59 GMT')).toBe(false);
    expect(answer(undefined, 'never')).toBe(false);
    expect(answer()).toBe(false);
  });
});

describe('a media type', () => {
  it('never lets a browser run what it does not know', () => {
    expect(mediaTypeOf('/a/index.html').type).toBe('text/html; charset=utf-8');
    expect(mediaTypeOf('/topics/x/rss.xml').type).toBe('application/rss+xml; charset=utf-8');
    expect(mediaTypeOf('/a/file.weird')).toEqual({ type: 'application/octet-stream', compressible: false });
    expect(mediaTypeOf('/a/noend').type).toBe('application/octet-stream');
  });
});

describe('the cache of files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'depesch-cache-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, `${name}.new`), text);
    renameSync(join(folder, `${name}.new`), join(folder, name));
    return join(folder, name);
  };

  it('gives the bytes of now, and the same object while nothing changes', async () => {
    const cache = new FileCache(1_000_000);
    const path = put('a', 'one');
    const first = await cache.read(path);
    expect(await cache.read(path)).toBe(first);
    put('a', 'two');
    expect((await cache.read(path))?.body.toString()).toBe('two');
    rmSync(path);
    expect(await cache.read(path)).toBeUndefined();
    expect(cache.bytes).toBe(0);
  });

  it('is no way to folders, to files that are links, or through files', async () => {
    const cache = new FileCache(1_000_000);
    const path = put('b', 'text');
    symlinkSync('/etc/hostname', join(folder, 'link'));
    for (const name of [folder, join(folder, 'link'), join(path, 'index.html'), join(folder, 'x'.repeat(300)), join(folder, 'missing')]) {
      expect(await cache.read(name), name).toBeUndefined();
    }
  });

  it('holds no more than its limit, compressed forms included, and drops what was not asked for longest', async () => {
    const cache = new FileCache(10_000);
    const paths = ['p', 'q', 'r'].map((name) => put(name, name.repeat(4_000)));
    const [p, q] = [await cache.read(paths[0]!), await cache.read(paths[1]!)];
    await cache.read(paths[0]!);
    await cache.read(paths[2]!);
    expect(cache.bytes).toBe(8_000);
    expect(await cache.read(paths[0]!)).toBe(p);
    expect(await cache.read(paths[1]!)).not.toBe(q);
    const before = cache.bytes;
    const brotli = await (await cache.read(paths[1]!))!.encoded('br');
    expect(cache.bytes).toBe(before + brotli.length);
    expect(await (await cache.read(paths[1]!))!.encoded('br')).toBe(brotli);
  });
});
