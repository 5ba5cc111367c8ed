import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pageScript } from '../../src/shared/site/script.ts';
import { stylesheetOf } from '../../src/shared/site/stylesheet.ts';
import { openBrowser } from '../support/browser.ts';
import { hostileContent, LONGEST, pagesOfContent } from '../support/hostile-releases.ts';
import { fitAt } from '../support/page-probes.ts';
import { samplePublisher } from '../support/views.ts';

/*
 * Releases written to break out of the page that shows them, in a browser. The pages come without a security policy, so that whatever gets in
 * does run, and is seen; the policy that reports what it stopped comes along as "report only".
 */

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";
const RELEASES = 20;

let server: Server;
let browser: Browser;
let page: Page;
let shown = '';
const dialogs: string[] = [];

beforeAll(async () => {
  const publisher = samplePublisher();
  const sheet = stylesheetOf(publisher.newsroom);
  server = createServer(({ url }, response) => {
    if (url === sheet.path) response.setHeader('content-type', 'text/css').end(sheet.css);
    else if (url === pageScript.path) response.setHeader('content-type', 'text/javascript').end(pageScript.text);
    else if (url !== '/') response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy-report-only': POLICY }).end(shown);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 320, height: 800 } });
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    const stopped: string[] = [];
    Object.assign(globalThis, { stopped });
    addEventListener('securitypolicyviolation', (event) => stopped.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
});

afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

/** What the page did that its author never wrote. */
async function breaches(written: string): Promise<string[]> {
  shown = written;
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await page.goto(`${origin}/`, { waitUntil: 'load' });
  const found = await page.evaluate(() => {
    const { pwned, stopped } = globalThis as unknown as { pwned?: number; stopped: string[] };
    const found = stopped.map((what) => `stopped by the policy: ${what}`);
    if (pwned !== undefined) found.push(`script ${pwned} ran`);
    for (const element of document.querySelectorAll('*')) {
      for (const { name } of element.attributes) if (/^(on|style$|srcdoc$)/i.test(name)) found.push(`an attribute ${name}`);
    }
    for (const element of document.querySelectorAll('iframe, object, embed, base, meta[http-equiv], style, math, svg'))
      found.push(element.outerHTML);
    for (const script of document.querySelectorAll('script:not([src]):not([type="application/ld+json"])')) found.push(script.outerHTML);
    for (const data of document.querySelectorAll('script[type="application/ld+json"]')) JSON.parse(data.textContent);
    for (const { protocol, outerHTML } of document.links) if (!/^(https?|mailto|tel):$/.test(protocol)) found.push(outerHTML);
    return found;
  });
  if (new URL(page.url()).origin !== origin) found.push(`led to ${page.url()}`);
  return [...found, ...dialogs.splice(0)];
}

test('a script or markup that got in would be seen', async () => {
  const found = await breaches('<h1>x</h1><script>window.pwned=2</script><b style="top:0">x</b><a href="javascript:1">x</a>');
  expect(found.map((what) => what.slice(0, 24))).toEqual([
    'stopped by the policy: s',
    'stopped by the policy: s',
    'script 2 ran',
    'an attribute style',
    '<script>window.pwned=2</',
    '<a href="javascript:1">x',
  ]);
});

test('whatever a release says, no script of it runs, no markup of it becomes the page’s own, and every page fits a small screen', async () => {
  await fc.assert(
    fc.asyncProperty(hostileContent, async (content) => {
      for (const [name, document] of Object.entries(pagesOfContent(content))) {
        expect({ name, found: await breaches(document) }).toEqual({ name, found: [] });
        expect({ name, sideways: (await fitAt(page, { width: 320, height: 800 })).sideways }).toEqual({ name, sideways: [] });
      }
    }),
    { numRuns: RELEASES, examples: [[LONGEST]], interruptAfterTimeLimit: 60_000 },
  );
});
