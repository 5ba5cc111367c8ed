import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, QUIET } from '../support/browser.ts';
import { type Check, type Figure, runProgram } from '../support/check.ts';
import { openDemoSite } from '../support/demo-site.ts';
import { npmTool } from '../support/npm-tool.ts';
import { PUBLIC_PAGES } from '../support/public-pages.ts';

const VERSION = '13.5.0';
const LEAST = 95;
/** The two pages that nearly everybody meets. */
const PAGES = ['front', 'release'];
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const;

type Report = {
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, { score: number | null; title: string; displayValue?: string }>;
};

/** One visit as Lighthouse makes it: a telephone of the middle class on a slow line. */
async function audit(address: string, tool: string): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'depesch-lighthouse-'));
  try {
    const output = join(folder, 'report.json');
    const args = [
      join(tool, 'cli/index.js'),
      address,
      '--quiet',
      '--output=json',
      `--output-path=${output}`,
      `--chrome-flags=${['--headless=new', ...QUIET].join(' ')}`,
    ];
    const { status, err } = await runProgram(process.execPath, [...args, `--only-categories=${CATEGORIES.join(',')}`], {
      env: { ...process.env, CHROME_PATH: findChromium() },
    });
    if (status !== 0) throw new Error(`Lighthouse did not answer: ${err.slice(-2_000)}`);
    return JSON.parse(await readFile(output, 'utf8')) as Report;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What costs points, in Lighthouse's words. */
function losses(report: Report): string[] {
  const refs = Object.values(report.categories).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0));
  return refs.flatMap(({ id }) => {
    const { score, title, displayValue } = report.audits[id]!;
    return score !== null && score < 0.9 ? [`${title}${displayValue ? ` (${displayValue})` : ''}`] : [];
  });
}

async function run(): ReturnType<Check['run']> {
  const tool = await npmTool('lighthouse', VERSION);
  const site = await openDemoSite();
  const figures: Figure[] = [];
  const lost = new Set<string>();
  try {
    for (const name of PAGES) {
      const page = PUBLIC_PAGES.find((one) => one.name === name)!;
      const report = await audit(site.origin + page.path(site), tool);
      for (const category of CATEGORIES) {
        const score = Math.round((report.categories[category]?.score ?? 0) * 100);
        figures.push({ what: `${name} page, ${category}`, found: `${score}`, wanted: `at least ${LEAST}`, right: score >= LEAST });
      }
      for (const loss of losses(report)) lost.add(`${name}: ${loss}`);
    }
  } finally {
    await site.close();
  }
  for (const loss of lost) process.stdout.write(`  ${loss}\n`);
  const notes = [
    'Lighthouse’s mobile preset (a telephone of the middle class on a slow 4G line, simulated), the demo served on loopback without TLS by the process that makes the check.',
    lost.size === 0 ? 'No audit below 90.' : `Audits below 90: ${[...lost].join('; ')}.`,
  ];
  return { with: `Lighthouse ${VERSION}`, figures, notes };
}

export const check: Check = {
  about: 'front page and release page, judged by Lighthouse for telephones',
  missing: async () => {
    try {
      findChromium();
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  },
  run,
};
