import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** No traffic but what a test asks for: none of the browser's own errands. */
export const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The system's Chromium, as scripts/setup.ts installs it. Close it in afterAll. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: QUIET });
}

/** Where it lies. Throws with a remedy when there is none. */
export function findChromium(): string {
  for (const name of NAMES) {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {}
  }
  throw new Error('no Chromium on PATH: node scripts/setup.ts --tests');
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2 A and AA, and axe's own advice on landmarks and headings. */
const RULES = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
/** The only rule that light and dark answer differently. */
const COLOURS = { type: 'rule', values: ['color-contrast'] };

/** What axe finds wrong with the page as it stands: rule, and the elements. The probe comes in past the page's own security policy. */
export async function axeViolations(page: Page, look: 'everything' | 'colours' = 'everything'): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(
    async (runOnly) => {
      const { axe } = globalThis as unknown as { axe: { run(root: Document, options: unknown): Promise<{ violations: Violation[] }> } };
      type Violation = { id: string; nodes: { html: string; failureSummary?: string }[] };
      const { violations } = await axe.run(document, { runOnly, resultTypes: ['violations'] });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ''}`).join(' | ')}`);
    },
    look === 'colours' ? COLOURS : RULES,
  );
}
