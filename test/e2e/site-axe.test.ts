import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderSubscribe } from '../../src/producers/http/subscribe-page.ts';
import { diffContents } from '../../src/shared/release/diff.ts';
import { renderChangesPage } from '../../src/shared/site/changes-page.ts';
import { renderFrontPage } from '../../src/shared/site/front.ts';
import { renderGonePage } from '../../src/shared/site/gone.ts';
import { iconOf } from '../../src/shared/site/icon.ts';
import { renderArchivePage } from '../../src/shared/site/month.ts';
import { renderNotFoundPage } from '../../src/shared/site/not-found.ts';
import { renderOwnPage } from '../../src/shared/site/own-pages.ts';
import { renderReleasePage } from '../../src/shared/site/page.ts';
import { pageScript } from '../../src/shared/site/script.ts';
import { stylesheetOf } from '../../src/shared/site/stylesheet.ts';
import { renderTopicPage, renderTopicsPage } from '../../src/shared/site/topic.ts';
import { axeViolations, openBrowser } from '../support/browser.ts';
import { sampleEnglish, sampleInvitation, samplePublisher, sampleView, sampleWithdrawn, summaryOf } from '../support/views.ts';

const publisher = samplePublisher();
const items = [summaryOf(sampleView()), summaryOf(sampleInvitation()), summaryOf(sampleEnglish())];
const EARLIER = { ...sampleView().content, title: 'Klart: tre mötesplatser får 2 853 500 kronor', facts: [] };
const PAGES: Record<string, string> = {
  release: renderReleasePage(sampleView(), publisher),
  invitation: renderReleasePage(sampleInvitation(), publisher),
  // A language the interface does not speak: its words carry it.
  finnish: renderReleasePage({ ...sampleView(), content: { ...sampleView().content, language: 'fi' } }, publisher),
  // Years later: the event has been, its people have given way to whoever is on duty.
  'years-later': renderReleasePage(sampleView(), samplePublisher({ duty: { '2029-W10': 'jonas' } }), new Date('2029-03-07T10:00Z')),
  changes: renderChangesPage(
    sampleView(),
    [
      { n: 3, changes: diffContents(EARLIER, sampleView().content) },
      { n: 2, changes: undefined },
    ],
    publisher,
    sampleView().publishedAt,
  ),
  english: renderReleasePage(sampleEnglish(), publisher),
  front: renderFrontPage(items, publisher, 'sv'),
  empty: renderFrontPage([], publisher, 'en'),
  topic: renderTopicPage('naringsliv', { list: 'topic:naringsliv', page: 2, pages: 4, from: 2, items }, publisher),
  topics: renderTopicsPage(publisher),
  archive: renderArchivePage([{ month: '2026-11', count: 41 }], publisher),
  privacy: renderOwnPage('privacy', publisher),
  gone: renderGonePage(sampleWithdrawn(), publisher),
  missing: renderNotFoundPage(publisher),
  subscribe: renderSubscribe(publisher, 'sv', { form: { address: '', topics: ['naringsliv'], language: 'sv', frequency: 'at-once' } }),
  'subscribe-again': renderSubscribe(publisher, 'en', {
    form: { address: 'anna.berg', topics: [], language: 'en', frequency: 'weekly' },
    problems: ['topics', 'address', 'wording'],
  }),
};
const NAMES = Object.keys(PAGES);

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";
// One transparent pixel: what a picture shows is not tested here.
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

let server: Server;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  const sheet = stylesheetOf(publisher.newsroom);
  const icon = iconOf(publisher.newsroom);
  server = createServer((request, response) => {
    const path = request.url ?? '/';
    const page = PAGES[path.slice(1)];
    response.setHeader('content-security-policy', POLICY);
    if (page !== undefined) response.setHeader('content-type', 'text/html; charset=utf-8').end(page);
    else if (path === sheet.path) response.setHeader('content-type', 'text/css').end(sheet.css);
    else if (path === pageScript.path) response.setHeader('content-type', 'text/javascript').end(pageScript.text);
    else if (path === icon.path) response.setHeader('content-type', 'image/svg+xml').end(icon.svg);
    else if (path.startsWith('/assets/')) response.setHeader('content-type', 'image/gif').end(PIXEL);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

async function visit<T>(name: string, options: BrowserContextOptions, look: (page: Page, faults: string[]) => Promise<T>): Promise<T> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(origin)) faults.push(`asks ${request.url()}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.goto(`${origin}/${name}`, { waitUntil: 'load' });
    return await look(page, faults);
  } finally {
    await context.close();
  }
}

describe.each(NAMES)('the page %s', (name) => {
  test.each(['light', 'dark'] as const)('has no fault axe knows of (WCAG 2.2 AA), %s', async (colorScheme) => {
    // bypassCSP lets the probe in; the next test runs under the policy.
    const violations = await visit(name, { colorScheme, bypassCSP: true }, axeViolations);
    expect(violations).toEqual([]);
  });

  test('works under a policy without inline styles and scripts, asks no other host, needs no JavaScript', async () => {
    const faults = await visit(name, { javaScriptEnabled: true }, async (_page, found) => found);
    expect(faults).toEqual([]);
    const plain = await visit(name, { javaScriptEnabled: false }, (page) => page.locator('h1').count());
    expect(plain).toBe(1);
  });

  test('reads without sideways scrolling at 320 pixels, and lets its standing links be hit', async () => {
    const { width, small } = await visit(name, { viewport: { width: 320, height: 800 } }, (page) =>
      page.evaluate(() => ({
        width: document.documentElement.scrollWidth,
        small: [...document.querySelectorAll<HTMLElement>('.target:not(.skip)')]
          .filter((link) => link.getBoundingClientRect().height < 43.5)
          .map((link) => link.outerHTML),
      })),
    );
    expect(width).toBeLessThanOrEqual(320);
    expect(small).toEqual([]);
  });

  test('takes the keyboard first past header and menus, with a focus one can see', async () => {
    const focus = await visit(name, {}, async (page) => {
      await page.keyboard.press('Tab');
      const skip = await page.evaluate(() => {
        const link = document.activeElement as HTMLAnchorElement;
        const box = link.getBoundingClientRect();
        return { target: link.hash, seen: box.left >= 0 && box.top >= 0, outline: getComputedStyle(link).outlineWidth };
      });
      await page.keyboard.press('Tab');
      return {
        ...skip,
        exists: await page.locator(skip.target).count(),
        next: await page.evaluate(() => getComputedStyle(document.activeElement!).outlineWidth),
      };
    });
    expect(focus).toEqual({ target: '#innehall', seen: true, outline: '3px', exists: 1, next: '3px' });
  });
});

test('on paper the release has its text and its address, and neither menu nor footer', async () => {
  const shown = await visit('release', {}, async (page) => {
    await page.emulateMedia({ media: 'print' });
    const visible = (selector: string) => page.locator(selector).first().isVisible();
    return {
      text: await visible('.body'),
      address: await visible('.only-print'),
      menu: await visible('.site-header nav'),
      tools: await visible('.tools'),
      footer: await visible('.site-footer'),
    };
  });
  expect(shown).toEqual({ text: true, address: true, menu: false, tools: false, footer: false });
});

test('what needs a script is offered only where it works, and reads the article in order, each part in its language', async () => {
  const without = await visit('release', {}, (page) => page.locator('.tools button').allTextContents());
  // This browser has no voices: it prints, and does not offer to listen.
  expect(without).toEqual(['Skriv ut']);
  const context = await browser.newContext();
  await context.addInitScript(speakToAList);
  const page = await context.newPage();
  await page.goto(`${origin}/finnish`);
  const listen = page.getByRole('button', { name: 'Listen' });
  await listen.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => (globalThis as unknown as Spoken).spoken.at(-1)?.[1].includes('invånare'));
  expect(await listen.getAttribute('aria-pressed')).toBe('true');
  const spoken = await page.evaluate(() => (globalThis as unknown as Spoken).spoken);
  const texts = spoken.map(([, text]) => text.trim());
  const order = [
    'Press release · 19 November 2026 at 09:30',
    'Klart: tre nya',
    'Storforsa, Lillån',
    'Så valdes projekten',
    '09:30',
    'Fika',
    'Jon Dahl',
  ];
  const places = order.map((start) => texts.findIndex((text) => text.startsWith(start)));
  expect(places).not.toContain(-1);
  expect(new Set(spoken.map(([language]) => language))).toEqual(new Set(['fi', 'en']));
  expect(spoken.find(([, text]) => text.startsWith('Klart'))?.[0]).toBe('fi');
  expect(texts.join(' ')).not.toMatch(/As text|SHA-256|Download/);
  await page.keyboard.press('Enter');
  expect(await listen.getAttribute('aria-pressed')).toBe('false');
  await page.getByRole('button', { name: 'Stop reading' }).click();
  expect(await page.getByRole('button', { name: 'Stop reading' }).isVisible()).toBe(false);
  await context.close();
});

type Spoken = { spoken: [language: string, text: string][] };

/** A voice that says everything at once and stays with the last sentence, so that reading has not ended. Runs in the page. */
function speakToAList(): void {
  const spoken: [string, string][] = [];
  class Utterance extends EventTarget {
    lang = '';
    readonly text: string;
    constructor(text: string) {
      super();
      this.text = text;
    }
  }
  const speech = {
    getVoices: () => [{ lang: 'fi-FI' }, { lang: 'en-GB' }],
    cancel: () => undefined,
    addEventListener: () => undefined,
    speak: (utterance: Utterance) => {
      spoken.push([utterance.lang, utterance.text]);
      if (!utterance.text.includes('invånare')) queueMicrotask(() => utterance.dispatchEvent(new Event('end')));
    },
  };
  Object.assign(globalThis, { spoken, SpeechSynthesisUtterance: Utterance });
  Object.defineProperty(globalThis, 'speechSynthesis', { value: speech });
}
