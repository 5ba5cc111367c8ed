import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discardVault } from '../../src/shared/archive/vault.ts';
import { removeServerFolder } from '../../src/shared/platform/embedded/folders.ts';
import { CHANNELS } from '../../src/shared/schema/tables.ts';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { until } from '../support/until.ts';

/* The demo as a person starts it: the program itself, its output, its addresses in a browser. */

const PROGRAM = join(import.meta.dirname, '../../depesch');
const PUBLISHED = 11;

let folder: string;
let demo: ChildProcess;
let browser: Browser;
let port: number;
let said = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'depesch-demo-'));
  port = await freePort();
  demo = start([], join(folder, 'demo'));
  demo.stdout!.setEncoding('utf8').on('data', (piece: string) => {
    said += piece;
  });
  await until(
    'the demo says where to look',
    () => said.includes('archive  ') || (demo.exitCode !== null && Promise.reject(new Error(said))),
    120_000,
  );
  browser = await openBrowser();
}, 150_000);
afterAll(async () => {
  await browser?.close();
  if (demo?.exitCode === null) {
    demo.kill('SIGTERM');
    await once(demo, 'close');
  }
  discardVault(join(folder, 'demo'));
  for (const server of ['postgres', 'redis']) removeServerFolder(join(folder, 'demo'), server);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function start(args: string[], dataDir: string, more: Record<string, string> = {}): ChildProcess {
  const env = { PATH: process.env.PATH!, DATA_DIR: dataDir, PORT: String(port), HOST: 'localhost', ...more };
  return spawn(PROGRAM, ['demo', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port: free } = server.address() as { port: number };
  server.close();
  return free;
}

const address = (path: string) => `http://localhost:${port}${path}`;
const get = async (path: string) => (await fetch(address(path))).text();
const hrefs = (page: Page, selector: string) => page.locator(selector).evaluateAll((all) => all.map((link) => link.getAttribute('href')!));
const links = () => [...said.matchAll(/^desk +(\S+)$/gm)].map((match) => match[1]!);

describe('the demo, up', () => {
  it('tells what it made and that nobody got two letters', () => {
    expect(said).toContain('made        Region Älvmark (invented): 3 accounts, 5 topics, 200 subscribers');
    for (const channel of CHANNELS) expect(said).toMatch(new RegExp(`^${channel} +pid \\d+ +13 of 13 `, 'm'));
    expect(said).toMatch(/accepted = audience; nobody got two/);
    expect(links()).toHaveLength(2);
  });

  it('shows the same releases on the front page, in RSS, Atom and JSON Feed, and in the inbox', async () => {
    const { items } = JSON.parse(await get('/feed.json')) as { items: { url: string; title: string }[] };
    expect(items).toHaveLength(PUBLISHED - 1);
    const [front, rss, atom] = await Promise.all([get('/'), get('/rss.xml'), get('/atom.xml')]);
    for (const { url } of items) {
      const { pathname } = new URL(url);
      expect([pathname, front.includes(pathname), rss.includes(url), atom.includes(url)]).toEqual([pathname, true, true, true]);
      expect((await fetch(url)).status).toBe(200);
    }
    expect(await get('/dev/inbox')).toContain(items[0]!.title);
  });

  it('answers a reader who has the page with 304, and a withdrawn one with 410 that repeats nothing', async () => {
    for (const path of ['/', '/rss.xml', '/releases/fyra-motesplatser-i-inlandet/']) {
      const first = await fetch(address(path));
      const etag = first.headers.get('etag')!;
      expect(etag).toMatch(/^"/);
      expect((await fetch(address(path), { headers: { 'if-none-match': etag } })).status).toBe(304);
    }
    const gone = await fetch(address('/releases/ny-landningsplats-granback/'));
    expect(gone.status).toBe(410);
    expect(await gone.text()).not.toContain('ambulanshelikopter');
  });

  it('keeps the scheduled release to itself until its time', async () => {
    expect((await fetch(address('/releases/r-and-d-in-the-cold/'))).status).toBe(404);
    expect(await get('/feed.json')).not.toContain('r-and-d-in-the-cold');
  });

  // Every type of public page, with the same releases, is site-axe.test.ts's.
  it.each([
    ['light', 0],
    ['dark', 1],
  ] as const)(
    'has no page at the desk, nor front page or inbox, that axe finds fault with in %s, and asks no other host',
    async (colorScheme, editor) => {
      const context = await browser.newContext({ colorScheme, viewport: { width: 390, height: 844 } });
      const page = await context.newPage();
      const foreign: string[] = [];
      page.on('request', (request) => {
        const url = new URL(request.url());
        if (url.protocol.startsWith('http') && url.port !== String(port)) foreign.push(request.url());
      });
      await page.goto(links()[editor]!);
      expect(await axeViolations(page)).toEqual([]);
      await page.locator('main button').click();
      await page.waitForURL('**/desk/**');
      await page.goto(address('/desk/'));
      const desk = new Set(await hrefs(page, 'main a[href*="/desk/releases/"]'));
      expect(desk.size).toBe(PUBLISHED + 1);
      await page.goto(address('/dev/inbox'));
      const [letter] = await hrefs(page, 'main a[href*="/dev/inbox/"]');
      for (const path of ['/', '/dev/inbox', letter!, '/desk/', ...desk]) {
        await page.goto(address(path));
        expect([path, await axeViolations(page)]).toEqual([path, []]);
      }
      expect(foreign).toEqual([]);
      await context.close();
    },
  );

  it('is left in order by a signal', async () => {
    demo.kill('SIGTERM');
    const [code] = await once(demo, 'close');
    expect(code).toBe(0);
  });
});

describe('the demo, once', () => {
  it('clears an earlier demo’s folder, ends 0 when everything due is done, and says all of it as one JSON object', async () => {
    const again = start(['--once', '--json'], join(folder, 'demo'));
    const report = JSON.parse(await text(again.stdout!)) as {
      complete: boolean;
      releases: { slug: string; channels: { channel: string; state: string; ms: number }[] }[];
      scheduled: { slug: string };
      equation: { accepted: number; audience: number; sumIsRight: boolean };
    };
    await once(again, 'exit').catch(() => undefined);
    expect(again.exitCode).toBe(0);
    expect(report).toMatchObject({ complete: true, scheduled: { slug: 'r-and-d-in-the-cold' }, equation: { sumIsRight: true } });
    expect(report.releases).toHaveLength(13);
    expect(report.releases.every((release) => release.channels.every(({ state, ms }) => state === 'done' && ms >= 0))).toBe(true);
    expect(report.equation.accepted).toBe(report.equation.audience);
  });

  it('touches no folder that a demo did not make, and nothing with SMTP_URL or DATABASE_URL set', async () => {
    const other = mkdtempSync(join(folder, 'other-'));
    writeFileSync(join(other, 'mine.txt'), 'x');
    const refused = start(['--once'], other);
    expect(await text(refused.stderr!)).toContain('was not made by a demo');
    const mail = {
      SMTP_URL: 'smtp://localhost',
      BASE_URL: 'https://press.alvmark.example',
      MAIL_FROM: 'a@alvmark.example',
      MAIL_RECIPIENTS: '*',
    };
    const outside = start(['--once'], join(folder, 'demo'), mail);
    expect(await text(outside.stderr!)).toContain('SMTP_URL is set');
    expect(outside.exitCode ?? (await once(outside, 'exit'))[0]).toBe(1);
  });
});
