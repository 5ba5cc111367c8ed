import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { type DemoSite, openDemoSite } from '../support/demo-site.ts';
import { edgelessInForcedColours, fitAt, walkByKeyboard } from '../support/page-probes.ts';
import { PUBLIC_PAGES } from '../support/public-pages.ts';

/* Every type of public page in a browser: loaded once, then asked everything. */

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 320, height: 800 };
/** What most carry; many of them have made its text larger. */
const USUAL_PHONE = { width: 375, height: 800 };

let site: DemoSite;
let browser: Browser;
let page: Page;
let plain: Page;
let faults: string[] = [];

beforeAll(async () => {
  [site, browser] = await Promise.all([openDemoSite(), openBrowser()]);
  page = await browser.newPage({ viewport: DESKTOP });
  plain = await browser.newPage({ viewport: DESKTOP, javaScriptEnabled: false });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${site.origin}/`)) faults.push(`asks ${request.url()}`);
  });
  page.on('console', (message) => {
    // That this page is missing or gone is what the answer says.
    if (message.type() === 'error' && message.location().url !== page.url()) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

describe.each(PUBLIC_PAGES)('the page $name', ({ path, status = 200, framed }) => {
  let answered: number | undefined;
  let textWithScripts: string;
  beforeAll(async () => {
    faults = [];
    await page.setViewportSize(DESKTOP);
    await page.emulateMedia({ colorScheme: 'light' });
    answered = (await page.goto(site.origin + path(site), { waitUntil: 'load' }))?.status();
    textWithScripts = await textOf(page);
  });

  test('answers under a policy without inline styles and scripts, and asks no other host', () => {
    expect({ answered, faults }).toEqual({ answered: status, faults: [] });
  });

  test('has no fault axe knows of (WCAG 2.2 AA), light and dark', async () => {
    expect(await axeViolations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await axeViolations(page, 'colours')).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('reads without sideways scrolling at 320 pixels and with text twice as large, and has an edge where the system decides the colours', async () => {
    expect(await fitAt(page, PHONE)).toEqual({ sideways: [], cut: [], small: [] });
    expect((await fitAt(page, USUAL_PHONE, 150)).sideways).toEqual([]);
    expect(await fitAt(page, DESKTOP, 200)).toEqual({ sideways: [], cut: [], small: [] });
    expect(await edgelessInForcedColours(page)).toEqual([]);
  });

  test('gives the keyboard all that a mouse can use, in order, past header and menus first, with a focus one can see', async () => {
    const { usable, reached, unseen } = await walkByKeyboard(page);
    expect(reached).toEqual(usable);
    expect(unseen).toEqual([]);
    if (framed) return;
    expect(reached[0]).toContain('href="#innehall"');
    expect(await page.locator('#innehall').count()).toBe(1);
  });

  test('says the same without JavaScript', async () => {
    await plain.goto(site.origin + path(site), { waitUntil: 'domcontentloaded' });
    expect(await plain.locator('h1').count()).toBe(1);
    expect(await textOf(plain)).toBe(textWithScripts);
  });
});

/** What the page says, but for its buttons: some are offered only where a script can keep their promise. */
async function textOf(shown: Page): Promise<string> {
  const texts = await shown.locator('body > :not(script)').allInnerTexts();
  const buttons = await shown.locator('button').allInnerTexts();
  return buttons.reduce((text, words) => text.replace(words, ''), texts.join('\n')).replace(/\s+/g, ' ');
}
