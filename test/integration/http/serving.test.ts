import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { openWeb, rawRequest, type Web, writeOutput } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

let world: World;
let web: Web;
let slug: string;
let path: string;
beforeAll(async () => {
  world = await openWorld();
  web = await openWeb(world);
  ({ slug } = await publish(world, plainContent()));
  path = `/releases/${slug}/`;
  await writeOutput(world);
});
afterAll(async () => {
  await web.close();
  await world.close();
});

const publicFile = (name: string) => join(world.dataDir, 'public', name);

describe('a page', () => {
  it('is the file the worker wrote, byte for byte, with its type, length and validators', async () => {
    const file = publicFile(`releases/${slug}/index.html`);
    const answer = await web.get(path);
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload.equals(readFileSync(file))).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(statSync(file).size),
      'last-modified': statSync(file).mtime.toUTCString(),
      'cache-control': expect.stringContaining('stale-while-revalidate='),
      vary: 'Accept-Encoding',
    });
    expect(answer.headers.etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('is not sent again to whoever has it: If-None-Match decides before If-Modified-Since', async () => {
    const { headers } = await web.get(path);
    const etag = headers.etag as string;
    const modified = headers['last-modified'] as string;
    const ask = async (conditions: Record<string, string>) => (await web.get(path, conditions)).statusCode;
    expect(await ask({ 'if-none-match': etag })).toBe(304);
    expect(await ask({ 'if-none-match': `"other", W/${etag}` })).toBe(304);
    expect(await ask({ 'if-none-match': '*' })).toBe(304);
    expect(await ask({ 'if-modified-since': modified })).toBe(304);
    expect(await ask({ 'if-none-match': '"other"', 'if-modified-since': modified })).toBe(200);
    expect(await ask({ 'if-modified-since': new Date(Date.parse(modified) - 1_000).toUTCString() })).toBe(200);
    expect(await ask({ 'if-modified-since': 'yesterday' })).toBe(200);
  });

  it('says with 304 what it says with 200, without a body', async () => {
    const whole = await web.get(path);
    const answer = await web.get(path, { 'if-none-match': whole.headers.etag as string });
    expect(answer.rawPayload.length).toBe(0);
    for (const name of ['etag', 'last-modified', 'cache-control', 'vary', 'content-security-policy']) {
      expect(answer.headers[name], name).toBe(whole.headers[name]);
    }
  });

  it('answers HEAD as GET, without a body', async () => {
    const whole = await web.get(path);
    const head = await web.app.inject({ method: 'HEAD', url: path });
    expect(head.statusCode).toBe(200);
    expect(head.rawPayload.length).toBe(0);
    for (const name of ['etag', 'content-type', 'content-length', 'last-modified'])
      expect(head.headers[name], name).toBe(whole.headers[name]);
  });

  it('is compressed as the client weighs it, each form with an ETag of its own', async () => {
    const plain = await web.get(path);
    const gzip = await web.get(path, { 'accept-encoding': 'gzip' });
    const brotli = await web.get(path, { 'accept-encoding': 'gzip;q=0.8, br;q=1.0' });
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(gunzipSync(gzip.rawPayload).equals(plain.rawPayload)).toBe(true);
    expect(brotliDecompressSync(brotli.rawPayload).equals(plain.rawPayload)).toBe(true);
    expect(new Set([plain, gzip, brotli].map((answer) => answer.headers.etag)).size).toBe(3);
    expect(gzip.headers['content-length']).toBe(String(gzip.rawPayload.length));
    const again = await web.get(path, { 'accept-encoding': 'br', 'if-none-match': brotli.headers.etag as string });
    expect(again.statusCode).toBe(304);
    const other = await web.get(path, { 'accept-encoding': 'br', 'if-none-match': gzip.headers.etag as string });
    expect(other.statusCode).toBe(200);
    expect((await web.get(path, { 'accept-encoding': 'br;q=0, identity' })).headers['content-encoding']).toBeUndefined();
  });

  it('is seen anew when a worker renames another file over it, also one of the same size and second', async () => {
    const file = publicFile('about/index.html');
    const before = await web.get('/about/');
    const { mtime } = statSync(file);
    const bytes = readFileSync(file);
    const changed = Buffer.from(bytes.toString('utf8').replace('</main>', '</MAIN>'));
    writeFileSync(`${file}.new`, changed);
    utimesSync(`${file}.new`, mtime, mtime);
    renameSync(`${file}.new`, file);
    const after = await web.get('/about/');
    expect(after.rawPayload.equals(changed)).toBe(true);
    expect(after.headers.etag).not.toBe(before.headers.etag);
    writeFileSync(file, bytes);
  });

  it('is made on request, with the same bytes, while no worker has written it', async () => {
    const written = await web.get(path);
    rmSync(publicFile(`releases/${slug}/index.html`));
    const made = await web.get(path);
    expect(made.statusCode).toBe(200);
    expect(made.body).toBe(written.body);
    expect(made.headers.etag).toBe(written.headers.etag);
  });
});

describe('addresses', () => {
  it('lead from the form without a slash to the one with it, and back for files, keeping the query', async () => {
    const page = await web.get(`/releases/${slug}?from=letter`);
    expect(page.statusCode).toBe(301);
    expect(page.headers.location).toBe(`${path}?from=letter`);
    const feed = await web.get('/rss.xml/');
    expect([feed.statusCode, feed.headers.location]).toEqual([301, '/rss.xml']);
  });

  it('that were cut off lead to what lies above them, with or without a slash', async () => {
    for (const [cut, location] of [
      ['/releases/', '/'],
      ['/archive/2026/', '/archive/'],
    ]) {
      const answer = await web.get(cut!);
      expect([answer.statusCode, answer.headers.location], cut).toEqual([301, location]);
    }
    expect((await web.get('/archive/2026')).headers.location).toBe('/archive/2026/');
  });

  it('that lead nowhere give the newsroom’s own 404, without validators', async () => {
    for (const missing of ['/releases/finns-inte/', '/nope', '/404.html', `/releases/${slug}/index.html/x`]) {
      const answer = await web.get(missing);
      expect(answer.statusCode, missing).toBe(404);
      expect(answer.headers.etag, missing).toBeUndefined();
      expect(answer.body, missing).toContain('Sidan finns inte');
    }
  });

  it('never lead to hidden files, other folders or other hosts', async () => {
    writeFileSync(publicFile('.hidden'), 'secret');
    writeFileSync(join(world.dataDir, 'outside.txt'), 'secret');
    const port = await web.port();
    const targets = [
      '/.hidden',
      '/.published-html',
      '/../outside.txt',
      '/%2e%2e/outside.txt',
      '/releases/..%2f..%2f..%2foutside.txt',
      '/releases/%2e%2e/%2e%2e/outside.txt',
      '/..\\outside.txt',
      '/%2e%2e%5coutside.txt',
      '/%252e%252e/outside.txt',
      '//outside.example/releases',
      '/%00',
      '/%e0%a4%a',
      '/assets/../outside.txt',
    ];
    for (const target of targets) {
      const answer = await rawRequest(port, `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(answer, target).toMatch(/^HTTP\/1\.1 40[04] /);
      expect(answer, target).not.toContain('secret');
      expect(answer, target).not.toMatch(/^location:/im);
    }
  });

  it('are only read', async () => {
    const answer = await web.app.inject({ method: 'DELETE', url: path });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect((await web.app.inject({ method: 'OPTIONS', url: path })).headers.allow).toBe('GET, HEAD, OPTIONS');
  });
});

describe('what is served', () => {
  it('has the media type and the sharing that feed readers and browsers expect', async () => {
    const typeOf = async (url: string) => (await web.get(url)).headers['content-type'];
    expect(await typeOf('/rss.xml')).toBe('application/rss+xml; charset=utf-8');
    expect(await typeOf('/atom.xml')).toBe('application/atom+xml; charset=utf-8');
    expect(await typeOf('/feed.json')).toBe('application/feed+json; charset=utf-8');
    expect(await typeOf('/sitemap.xml')).toBe('application/xml; charset=utf-8');
    expect(await typeOf('/robots.txt')).toBe('text/plain; charset=utf-8');
    expect(await typeOf('/ninjs.json')).toBe('application/json; charset=utf-8');
    expect(await typeOf('/feeds.opml')).toBe('text/x-opml; charset=utf-8');
    for (const path of ['/rss.xml', '/ninjs.json', '/feeds.opml']) {
      const { headers } = await web.get(path);
      expect(headers['access-control-allow-origin'], path).toBe('*');
      expect(headers['access-control-expose-headers'], path).toContain('ETag');
      const preflight = (await web.app.inject({ method: 'OPTIONS', url: path })).headers;
      expect(preflight['access-control-allow-headers'], path).toContain('If-None-Match');
    }
    const sheet = /href="(\/style\.[^"]+)"/.exec((await web.get('/')).body)![1]!;
    expect((await web.get(sheet)).headers).toMatchObject({
      'content-type': 'text/css; charset=utf-8',
      'cache-control': expect.stringContaining('immutable'),
    });
  });

  it('forbids by header what the pages do not need', async () => {
    const { headers } = await web.get('/');
    const policy = headers['content-security-policy'] as string;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe-inline');
    expect(policy).not.toMatch(/https?:/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'strict-origin-when-cross-origin',
    });
    expect(headers['strict-transport-security']).toBeUndefined();
  });
});

describe('a withdrawn release', () => {
  it('is gone, with the reason and without a word of what it said', async () => {
    const gone = await publish(world, plainContent({}, 'Badhuset'));
    await withdraw(world, gone.release);
    const fresh = await web.get(`/releases/${gone.slug}/`);
    await writeOutput(world);
    const written = await web.get(`/releases/${gone.slug}/`);
    for (const answer of [fresh, written]) {
      expect(answer.statusCode).toBe(410);
      expect(answer.headers.etag).toBeUndefined();
      expect(answer.body).toContain('Beslutet var inte justerat.');
      expect(answer.body).not.toContain('Badhuset');
    }
  });
});
