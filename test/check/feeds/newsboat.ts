import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../support/check.ts';
import { asRead, type Read, type Reader } from './readers.ts';

/** newsboat sends no conditional request before its third fetch. */
const FETCHES = 3;

/** newsboat as a person runs it, with a folder of its own: what stands in its cache, and how its fetches were answered. */
export type Newsboat = Reader & {
  /** Status of each fetch of an address, in turn, once it has been asked so often that it asks conditionally. */
  statuses(address: string): number[];
};

/** Answers of the site on the way to newsboat, by address. */
async function openWatch(origin: string) {
  const seen = new Map<string, number[]>();
  const server = createServer(async ({ url = '/', headers }, response) => {
    const passed = Object.entries(headers).flatMap(([name, value]) =>
      /^if-/.test(name) ? [[name, String(value)] as [string, string]] : [],
    );
    const answer = await fetch(origin + url, { headers: passed, redirect: 'manual' });
    const body = Buffer.from(await answer.arrayBuffer());
    seen.set(origin + url, [...(seen.get(origin + url) ?? []), answer.status]);
    for (const name of ['content-type', 'etag', 'last-modified', 'cache-control']) {
      const value = answer.headers.get(name);
      if (value !== null) response.setHeader(name, value);
    }
    response.writeHead(answer.status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { seen, at: (address: string) => address.replace(origin, `http://127.0.0.1:${port}`), close: () => server.close() };
}

/** Debian's newsboat, reading a site through a door that notes its answers. */
export async function openNewsboat(origin: string): Promise<Newsboat & { close(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'depesch-newsboat-'));
  const watch = await openWatch(origin);
  const file = (name: string) => join(home, name);
  await writeFile(file('config'), '');
  const { out } = await runProgram('newsboat', ['--version']);
  return {
    name: `newsboat ${/\d+(\.\d+)+/.exec(out)?.[0] ?? ''}`,
    async read(address) {
      if (address.endsWith('.json')) return undefined;
      await writeFile(file('urls'), `${watch.at(address)}\n`);
      for (let fetch = 0; fetch < FETCHES; fetch += 1) {
        const args = ['-C', file('config'), '-u', file('urls'), '-c', file('cache.db'), '-x', 'reload'];
        const { status, err } = await runProgram('newsboat', args, { env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8' } });
        if (status !== 0) throw new Error(`newsboat ended with ${status}: ${err}`);
      }
      return readCache(file('cache.db'), watch.at(address));
    },
    statuses: (address) => watch.seen.get(address) ?? [],
    async close() {
      watch.close();
      await rm(home, { recursive: true });
    },
  };
}

async function readCache(path: string, address: string): Promise<Read[]> {
  const query = `select guid as id, title, pubDate as published, content as html from rss_item where feedurl = '${address}' order by pubDate desc, id`;
  const { status, out, err } = await runProgram('sqlite3', ['-json', path, query]);
  if (status !== 0) throw new Error(`sqlite3 could not read newsboat's cache: ${err}`);
  return (JSON.parse(out || '[]') as Parameters<typeof asRead>[0][]).map(asRead);
}
