import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { sampleLetters } from '../support/letter-kinds.ts';

/* Letters as a mail program that knows HTML shows them, wide and narrow, light and dark. */

const LETTERS = sampleLetters();
const OWN = 'https://press.alvmark.example/';
/** Where a letter is shown. What shows it, a mail program, has the landmarks of a page: axe's advice on them is not meant for what is shown within. */
const SHOWN = 'http://mail.example/';
const OF_PAGES = ['landmark-one-main', 'region'];
// One transparent pixel: what a picture shows is not tested here.
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

let browser: Browser;
let page: Page;
let shown = '';
const asked: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  await page.route('**/*', (route) => {
    const address = route.request().url();
    if (address === SHOWN) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: shown });
    asked.push(address);
    return route.fulfill({ contentType: 'image/gif', body: PIXEL });
  });
});

afterAll(async () => {
  await browser?.close();
});

describe.each(Object.keys(LETTERS))('the letter %s', (name) => {
  test('has no fault axe knows of (WCAG 2.2 AA) and fits, at 360 and 700 pixels, light and dark; it asks for our own pictures alone', async () => {
    shown = LETTERS[name]!.html;
    asked.length = 0;
    await page.goto(SHOWN, { waitUntil: 'load' });
    for (const width of [360, 700]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width} px`).toBeLessThanOrEqual(width);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const violations = await axeViolations(page, colorScheme === 'light' ? 'everything' : 'colours');
        const meant = violations.filter((violation) => !OF_PAGES.includes(violation.split(':', 1)[0]!));
        expect(meant, `${width} px, ${colorScheme}`).toEqual([]);
      }
    }
    for (const address of asked) expect(address).toMatch(new RegExp(`^${OWN}assets/[0-9a-f]{64}-\\d+\\.jpg$`));
  });

  test('in the dark no text keeps the colours of the light', async () => {
    shown = LETTERS[name]!.html;
    await page.goto(SHOWN);
    const coloursOf = async (colorScheme: 'light' | 'dark') => {
      await page.emulateMedia({ colorScheme });
      return page.evaluate(() => [
        ...new Set([...document.querySelectorAll('p, h1, h2, h3, li, td, th, a')].map((part) => getComputedStyle(part).color)),
      ]);
    };
    const light = await coloursOf('light');
    const dark = await coloursOf('dark');
    expect(dark.filter((colour) => light.includes(colour))).toEqual([]);
  });
});
