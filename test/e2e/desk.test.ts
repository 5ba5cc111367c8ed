import { createServer } from 'node:net';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSignInLink } from '../../src/shared/accounts/sessions.ts';
import { createToken } from '../../src/shared/accounts/tokens.ts';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { openTestHouse, type TestHouse, until } from '../support/newsroom-house.ts';

/* Elin writes through the API, Jonas and Elin work in the browser; readers look on. Real processes, a real Chromium. */

let town: TestHouse;
let browser: Browser;
let token: string;
beforeAll(async () => {
  // The local inbox takes the letters, so the newsroom may live on plain http as it does on a desk of one's own.
  const port = await freePort();
  const environment = { PORT: String(port), BASE_URL: `http://127.0.0.1:${port}`, SMTP_URL: '' };
  town = await openTestHouse({ subscribers: 300, environment });
  browser = await openBrowser();
  token = await createToken(town.services.database, { account: 'elin', name: 'test' });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await town?.close();
}, 60_000);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function api(method: string, path: string, body: BodyInit, type: string): Promise<Response> {
  const answer = await fetch(`${town.address()}/api${path}`, {
    method,
    body,
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** Elin writes a release with a picture, as far as the draft. */
async function write(title: string): Promise<string> {
  const picture = await sharp({ create: { width: 1200, height: 700, channels: 3, background: '#41664d' } })
    .jpeg()
    .toBuffer();
  const { asset } = (await (await api('POST', '/assets?name=bro.jpg', new Uint8Array(picture), 'image/jpeg')).json()) as { asset: string };
  const release = {
    language: 'sv',
    title,
    lead: 'Bron binder samman Storforsa och Lillån.',
    body: 'Bron öppnar den 3 december.\n\n– Nu blir vägen kortare, säger Karin Ekholm.',
    topics: ['naringsliv'],
    speakers: [{ name: 'Karin Ekholm', title: 'ordförande' }],
    images: [{ asset, name: 'bro.jpg', alt: 'En bro över en älv.', credit: 'Mira Alm', licence: 'press' }],
  };
  const { slug } = (await (await api('POST', '/releases', JSON.stringify(release), 'application/json')).json()) as { slug: string };
  return slug;
}

/** A browser of one person, signed in by the link as it would come in a mail. Whatever the pages complain of is collected. */
async function openDesk(
  account: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ locale: 'sv-SE', viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // The preview shows the page's exact bytes in a frame that must not run them; the browser says that it obeys.
    const obeyed = /^Blocked script execution in '\S+\/preview\/page'/.test(message.text());
    if (message.type() === 'error' && !obeyed) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const link = await createSignInLink(town.services.database, account);
  await page.goto(`${town.address()}/desk/sign-in/${link}`);
  await page.getByRole('button', { name: 'Logga in' }).click();
  await page.waitForURL('**/desk/');
  return { page, context, complaints };
}

/** Did n7 get it? Asked as the administrator asks, by the form. */
async function lookUp(page: Page, address: string): Promise<void> {
  await page.goto(`${town.address()}/desk/people`);
  await page.getByLabel('E-postadress').fill(address);
  await page.getByRole('button', { name: 'Slå upp' }).click();
  await page.getByRole('heading', { level: 1, name: address }).waitFor();
  await page.getByText('Mottaget').first().waitFor();
}

describe('from draft to public', () => {
  it('elin submits, jonas reads the preview, approves and publishes, and sees every channel finish without touching the page', async () => {
    const slug = await write('Klart: bron öppnar i december');
    const elin = await openDesk('elin');
    await elin.page.goto(`${town.address()}/desk/releases/${slug}`);
    await elin.page.getByRole('button', { name: 'Lämna in för godkännande' }).click();
    await elin.page.getByText('Inlämnat för godkännande.').waitFor();

    const jonas = await openDesk('jonas');
    const row = jonas.page.getByRole('row', { name: /bron öppnar/ });
    expect(await row.textContent()).toContain('Din tur');
    await row.getByRole('link').click();
    const preview = jonas.page.frameLocator('iframe');
    await preview.getByRole('heading', { level: 1, name: 'Klart: bron öppnar i december' }).waitFor();
    const image = preview.getByRole('img', { name: 'En bro över en älv.' });
    await image.scrollIntoViewIfNeeded();
    await until('the draft’s picture is shown', () => image.evaluate((element) => (element as HTMLImageElement).naturalWidth > 0));
    await jonas.page.getByRole('link', { name: 'Brevet', exact: true }).click();
    await jonas.page.frameLocator('iframe').getByRole('heading', { name: 'Klart: bron öppnar i december' }).waitFor();

    await jonas.page.getByRole('button', { name: /^Godkänn/ }).click();
    await jonas.page.getByText('Godkänt.', { exact: true }).waitFor();
    await jonas.page.getByRole('link', { name: 'Publicera …' }).click();
    await jonas.page.getByRole('button', { name: 'Publicera nu' }).click();
    await jonas.page.getByText('Publicerat. Kanalerna arbetar.').waitFor();
    await jonas.page.getByText('Alla kanaler är klara.').waitFor({ timeout: 60_000 });
    await jonas.page.getByText('Utskicket är klart').waitFor();
    await jonas.page.getByRole('img', { name: '300 mottagna = 300 mottagare' }).waitFor();
    expect(jonas.page.url()).toContain('?done=publish');

    const reader = await fetch(`${town.address()}/releases/${slug}/`);
    expect([reader.status, reader.headers.get('set-cookie')]).toEqual([200, null]);
    expect([...elin.complaints, ...jonas.complaints]).toEqual([]);

    await jonas.page.getByRole('link', { name: 'Återkalla …' }).click();
    await jonas.page.getByLabel('Skäl').fill('Beslutet var inte fattat.');
    await jonas.page.getByRole('button', { name: 'Återkalla pressmeddelandet' }).click();
    await jonas.page.getByText('Alla kanaler är klara.').waitFor({ timeout: 60_000 });
    expect((await fetch(`${town.address()}/releases/${slug}/`)).status).toBe(410);
    await Promise.all([elin.context.close(), jonas.context.close()]);
  });

  it('works without JavaScript, by keyboard', async () => {
    const slug = await write('Vägen stängs en vecka');
    await api('POST', `/releases/${slug}/submit`, '{}', 'application/json');
    const { page, context } = await openDesk('jonas', { javaScriptEnabled: false });
    await page.goto(`${town.address()}/desk/releases/${slug}`);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').getAttribute('href')).toBe('#content');
    await page.getByRole('button', { name: /^Godkänn/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Godkänt.', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Skicka tillbaka …' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Vad behöver ändras?').fill('Datum saknas.');
    await page.getByRole('button', { name: 'Skicka tillbaka' }).press('Enter');
    await page.getByText('Skickat tillbaka till författaren.').waitFor();
    await context.close();
  });
});

describe('every page of the desk', () => {
  let slug: string;
  let published: string;
  beforeAll(async () => {
    slug = await write('Region Älvmark bygger ut cykelvägen mellan Granbäck och Lillån');
    await api('POST', `/releases/${slug}/submit`, '{}', 'application/json');
    published = await write('Nytt badhus öppnar i Storforsa');
    await api('POST', `/releases/${published}/submit`, '{}', 'application/json');
    const jonas = await openDesk('jonas');
    await jonas.page.goto(`${town.address()}/desk/releases/${published}`);
    await jonas.page.getByRole('button', { name: /^Godkänn/ }).click();
    await jonas.page.goto(`${town.address()}/desk/releases/${published}/publish`);
    await jonas.page.getByRole('button', { name: 'Publicera nu' }).click();
    await jonas.page.getByText('Alla kanaler är klara.').waitFor({ timeout: 60_000 });
    await jonas.context.close();
  }, 120_000);

  const paths = () => [
    '/desk/sign-in',
    '/desk/',
    `/desk/releases/${published}/edit`,
    `/desk/releases/${slug}`,
    `/desk/releases/${slug}?show=rss`,
    `/desk/releases/${slug}/reject`,
    `/desk/releases/${published}`,
    `/desk/releases/${published}?show=letter`,
    `/desk/releases/${published}/withdraw`,
    `/desk/releases/${published}/stop`,
    `/desk/releases/${published}/letters`,
    `/desk/releases/${published}/letters/settle`,
    '/desk/people',
    '/desk/suppressions',
    '/desk/bounces',
    '/desk/house',
    '/dev/inbox',
    '/unsubscribe/some-token',
  ];

  /** One after the other, and at last a person as the administrator looks one up. */
  async function everyPage(page: Page, look: () => Promise<void>): Promise<void> {
    for (const path of paths()) {
      await page.goto(`${town.address()}${path}`);
      expect([path, await page.locator('h1').count()]).toEqual([path, 1]);
      await look();
    }
    await lookUp(page, 'n7@lillan.example');
    await look();
  }

  async function expectNoFault(page: Page): Promise<void> {
    expect([page.url(), await axeViolations(page)]).toEqual([page.url(), []]);
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect([page.url(), sideways]).toEqual([page.url(), 0]);
  }

  it('has nothing that axe objects to in light or dark, nothing to scroll sideways for, asks no other host, and runs only the desk’s own script', async () => {
    const { page, context } = await openDesk('maria');
    const hosts = new Set<string>();
    const scripts = new Set<string>();
    page.on('request', (request) => {
      hosts.add(new URL(request.url()).host);
      if (request.resourceType() === 'script') scripts.add(new URL(request.url()).pathname.replace(/[0-9a-f]{16}/, 'HASH'));
    });
    await everyPage(page, async () => {
      await expectNoFault(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect([page.url(), await axeViolations(page, 'colours')]).toEqual([page.url(), []]);
      await page.emulateMedia({ colorScheme: 'light' });
    });
    expect([...hosts]).toEqual([new URL(town.address()).host]);
    expect([...scripts]).toEqual(['/desk/files/live.HASH.js']);
    await context.close();
  });

  it('has nothing that axe objects to on a phone, and nothing to scroll sideways for', async () => {
    const { page, context } = await openDesk('maria', { viewport: { width: 320, height: 700 }, isMobile: true });
    await everyPage(page, () => expectNoFault(page));
    await context.close();
  });
});
