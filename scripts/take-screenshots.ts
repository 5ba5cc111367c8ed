import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser } from '../test/support/browser.ts';

/*
 * The pictures of README.md, from a running demo:
 *   node scripts/take-screenshots.ts http://localhost:8080 http://localhost:8080/desk/sign-in/… (a fresh sign-in link)
 */
const [base, signIn] = process.argv.slice(2);
if (!base || !signIn) throw new Error('usage: node scripts/take-screenshots.ts ADDRESS SIGN-IN-LINK');
const FOLDER = join(import.meta.dirname, '../docs/images');
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

await mkdir(FOLDER, { recursive: true });
const browser = await openBrowser();
const context = await browser.newContext({ viewport: DESKTOP, locale: 'sv-SE' });
const page = await context.newPage();

async function take(name: string, path: string, viewport = DESKTOP, show: Page = page): Promise<void> {
  await show.setViewportSize(viewport);
  await show.goto(new URL(path, base).href, { waitUntil: 'networkidle' });
  await show.screenshot({ path: join(FOLDER, `${name}.png`) });
}

await take('front-page', '/');
await take('release-page', '/releases/fyra-motesplatser-i-inlandet/');
await take('release-page-phone', '/releases/fyra-motesplatser-i-inlandet/', PHONE);
await take('inbox', '/dev/inbox');
await page.goto(signIn);
await page.locator('main button').click();
await page.waitForURL('**/desk/**');
await take('desk-list', '/desk/');
await take('desk', '/desk/releases/fyra-motesplatser-i-inlandet');
await take('desk-phone', '/desk/releases/fyra-motesplatser-i-inlandet', PHONE);
await browser.close();
