import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainContent, publish, withdraw } from '../../support/newsdesk.ts';
import { until } from '../../support/until.ts';
import { openWeb, type Web, writeOutput } from '../../support/web.ts';
import { openWorld, type World } from '../../support/world.ts';

/* Answers from memory are given by the listening server alone, so these ask over a real connection. */

let world: World;
let web: Web;
let release: { release: string; slug: string };
let path: string;
let port: number;
beforeAll(async () => {
  world = await openWorld();
  web = await openWeb(world);
  release = await publish(world, plainContent());
  path = `/releases/${release.slug}/`;
  await writeOutput(world);
  port = await web.port();
});
afterAll(async () => {
  await web.close();
  await world.close();
});

type Got = { status: number; headers: Record<string, unknown>; body: Buffer };

function get(target: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = ask({ host: '127.0.0.1', port, path: target, headers, method, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(parts) }));
    });
    request.on('error', reject).end();
  });
}

/** How many answers came from memory so far. */
async function ready(): Promise<number> {
  const { body } = await get('/metrics');
  return [...body.toString().matchAll(/^depesch_http_ready_total\{status="\d+"\} (\d+)$/gm)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  );
}

/** Asks until an answer came from memory, and gives it with the one made before it. */
async function twice(target: string, headers: Record<string, string> = {}): Promise<[Got, Got]> {
  for (;;) {
    const before = await ready();
    const first = await get(target, headers);
    const second = await get(target, headers);
    if ((await ready()) > before) return [first, second];
  }
}

it('an answer from memory is the answer of the long way: status, headers and bytes, in each encoding and for a 304', async () => {
  const without = ({ headers, ...rest }: Got) => ({ ...rest, headers: { ...headers, date: undefined } });
  for (const target of [path, '/', '/rss.xml']) {
    for (const encoding of ['identity', 'gzip', 'br']) {
      const [made, kept] = await twice(target, { 'accept-encoding': encoding });
      expect(without(kept), `${target} ${encoding}`).toEqual(without(made));
      const known = { 'accept-encoding': encoding, 'if-none-match': String(made.headers.etag) };
      const [again, ready] = await twice(target, known);
      expect(again.status).toBe(304);
      expect(without(ready)).toEqual(without(again));
    }
  }
  const [, gzip] = await twice(path, { 'accept-encoding': 'gzip' });
  expect(gunzipSync(gzip.body).equals((await get(path)).body)).toBe(true);
});

it('a query, HEAD, another method and If-Modified-Since alone go the long way', async () => {
  await twice(path);
  const before = await ready();
  await get(`${path}?from=letter`);
  expect((await get(path, {}, 'HEAD')).body.length).toBe(0);
  expect((await get(path, {}, 'DELETE')).status).toBe(405);
  await get(path, { 'if-modified-since': new Date().toUTCString() });
  expect(await ready()).toBe(before);
});

it('a new file is what readers get soon, while they go on asking', async () => {
  const file = join(world.dataDir, 'public/about/index.html');
  await twice('/about/');
  const changed = readFileSync(file, 'utf8').replace('</main>', '</main><!-- new -->');
  writeFileSync(`${file}.new`, changed);
  renameSync(`${file}.new`, file);
  await until('the new file is shown', async () => (await get('/about/')).body.toString() === changed);
});

it('a withdrawn release is gone for those who had just read it', async () => {
  await twice(path);
  await withdraw(world, release.release);
  await writeOutput(world);
  await until('the page is gone', async () => (await get(path)).status === 410);
  expect((await get(path)).body.toString()).not.toContain('Bibliotek');
});
