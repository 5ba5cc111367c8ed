import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { openBrowser } from '../test/support/browser.ts';
import { type DemoSite, openDemoSite } from '../test/support/demo-site.ts';
import { PUBLIC_PAGES, type PublicPage } from '../test/support/public-pages.ts';

/*
 * docs/pages.md: every type of public page, on a desktop and on a telephone, as it stands now.
 *   node scripts/take-page-pictures.ts
 */
const DOCS = join(import.meta.dirname, '../docs');
const FOLDER = join(DOCS, 'images/pages');

/** Window in pixels, how much of a long page is shown, and how wide the picture becomes. */
const LOOKS = [
  { suffix: '', viewport: { width: 1280, height: 900 }, most: 2_000, picture: 720, scheme: 'light' },
  { suffix: '-phone', viewport: { width: 390, height: 844 }, most: 1_700, picture: 300, scheme: 'light' },
  { suffix: '-dark', viewport: { width: 390, height: 844 }, most: 1_700, picture: 300, scheme: 'dark' },
] as const;
type Look = (typeof LOOKS)[number];

/** Good enough to read the words; forty pages three times are to stay a few megabytes. */
const QUALITY = 60;

async function take(browser: Browser, site: DemoSite, shown: { page: PublicPage; look: Look }): Promise<void> {
  const { page: about, look } = shown;
  const page = await browser.newPage({ viewport: look.viewport, colorScheme: look.scheme, locale: 'sv-SE' });
  await page.goto(site.origin + about.path(site), { waitUntil: 'networkidle' });
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  // Pictures further down are loaded when they come near.
  for (let at = 0; at < Math.min(height, look.most); at += look.viewport.height) await page.evaluate((y) => window.scrollTo(0, y), at);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.waitForLoadState('networkidle');
  const clip = { x: 0, y: 0, width: look.viewport.width, height: Math.min(height, look.most) };
  const png = await page.screenshot({ fullPage: true, clip });
  await page.close();
  await sharp(png)
    .resize({ width: look.picture })
    .webp({ quality: QUALITY })
    .toFile(join(FOLDER, `${about.name}${look.suffix}.webp`));
}

function section({ name }: PublicPage): string {
  const picture = (look: Look) =>
    `<img src="images/pages/${name}${look.suffix}.webp" alt="${name}${look.suffix.replace('-', ', ')}" width="${look.picture / 1.5}">`;
  return `## ${name}\n\n${LOOKS.map(picture).join('\n')}\n`;
}

await mkdir(FOLDER, { recursive: true });
for (const file of await readdir(FOLDER)) await rm(join(FOLDER, file));
const [site, browser] = await Promise.all([openDemoSite(), openBrowser()]);
for (const page of PUBLIC_PAGES) for (const look of LOOKS) await take(browser, site, { page, look });
await browser.close();
await site.close();
const introduction = `# What every page looks like

Every type of page that the public meets, with the demo's invented region: on a desktop, on a telephone, and there in the dark. Long pages are cut.
Taken by \`node scripts/take-page-pictures.ts\`, ${new Date().toISOString().slice(0, 10)}.
`;
await writeFile(join(DOCS, 'pages.md'), [introduction, ...PUBLIC_PAGES.map(section)].join('\n'));
