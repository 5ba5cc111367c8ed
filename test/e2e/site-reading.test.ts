import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderReleasePage } from '../../src/shared/site/page.ts';
import { pageScript } from '../../src/shared/site/script.ts';
import { stylesheetOf } from '../../src/shared/site/stylesheet.ts';
import { openBrowser } from '../support/browser.ts';
import { samplePublisher, sampleView } from '../support/views.ts';

/* A release on paper and read aloud, and a found word in forced colours. Pages alone, with stylesheet and script. */

const publisher = samplePublisher();
const sheet = stylesheetOf(publisher.newsroom);
const DOCUMENTS: Record<string, readonly [type: string, body: string]> = {
  '/release': ['text/html; charset=utf-8', renderReleasePage(sampleView(), publisher)],
  // A language the interface does not speak: its words carry it.
  '/german': [
    'text/html; charset=utf-8',
    renderReleasePage({ ...sampleView(), content: { ...sampleView().content, language: 'de' } }, publisher),
  ],
  '/found': ['text/html; charset=utf-8', `<!DOCTYPE html><link rel="stylesheet" href="${sheet.path}"><p>41 <mark>buss</mark></p>`],
  [sheet.path]: ['text/css', sheet.css],
  [pageScript.path]: ['text/javascript', pageScript.text],
};

let server: Server;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const [type, body] = DOCUMENTS[request.url ?? '/'] ?? ['text/plain', ''];
    response.setHeader('content-type', type).end(body);
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

test('on paper the release has its text and its address, and neither menu nor footer', async () => {
  const page = await browser.newPage();
  await page.goto(`${origin}/release`);
  await page.emulateMedia({ media: 'print' });
  const visible = (selector: string) => page.locator(selector).first().isVisible();
  const shown = {
    text: await visible('.body'),
    address: await visible('.only-print'),
    menu: await visible('.site-header nav'),
    tools: await visible('.tools'),
    footer: await visible('.site-footer'),
  };
  expect(shown).toEqual({ text: true, address: true, menu: false, tools: false, footer: false });
  await page.close();
});

test('a found word can be read where readers force colours of their own', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ forcedColors: 'active', colorScheme });
    await page.goto(`${origin}/found`);
    const [letters, ground] = await page.locator('mark').evaluate((mark) => {
      const { color, backgroundColor } = getComputedStyle(mark);
      return [color, backgroundColor];
    });
    // A ground that lets the page through says nothing of what stands behind the letters.
    expect(ground, colorScheme).not.toContain('rgba');
    expect(ground, colorScheme).not.toBe(letters);
    await page.close();
  }
});

test('what needs a script is offered only where it works, and reads the article in order, each part in its language', async () => {
  const silent = await browser.newPage();
  await silent.goto(`${origin}/release`);
  // This browser has no voices: it prints, and does not offer to listen.
  expect(await silent.locator('.tools button').allTextContents()).toEqual(['Skriv ut']);
  await silent.close();
  const context = await browser.newContext();
  await context.addInitScript(speakToAList);
  const page = await context.newPage();
  await page.goto(`${origin}/german`);
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
  // The names of licences are in the newsroom's first language.
  expect(new Set(spoken.map(([language]) => language))).toEqual(new Set(['de', 'en', 'sv']));
  expect(spoken.find(([, text]) => text.startsWith('Klart'))?.[0]).toBe('de');
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
    getVoices: () => [{ lang: 'de-DE' }, { lang: 'en-GB' }],
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
